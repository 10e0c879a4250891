"""What follows from what: the page of reactions.

NOW runs in the same transaction, LATER in a job after commit, APART in a job that asks the world outside and opens its
transactions itself.
"""

from __future__ import annotations

from openevent.door import actions as door
from openevent.events import actions as events
from openevent.events import mails as event_mails
from openevent.events.signals import (
    EventAnnounced,
    EventChanged,
    EventCopied,
    EventCreated,
    EventCurrencyChanged,
    EventDeleting,
    EventImageChanged,
    ExhibitorBannerChanged,
    GroupBannerChanged,
    GroupContacted,
    GroupRoleInvited,
    OrganizersContacted,
    OwnerChanged,
    RoleInvited,
)
from openevent.exchange import formats
from openevent.exchange import mails as exchange_mails
from openevent.exchange.signals import ExportRequested, ImportRequested, TaskEnded
from openevent.forms import actions as forms
from openevent.kit.services import Message
from openevent.kit.work import APART, LATER, NOW, Reaction, when
from openevent.lab.actions import leasing as lab  # lab
from openevent.messages import actions as messages
from openevent.orders import actions as orders
from openevent.orders import mails as order_mails
from openevent.orders.signals import (
    AttendeesCancelled,
    ConfirmationWanted,
    FreeOrderMade,
    HoldersCorrected,
    MoneyReturned,
    OfferExpired,
    OrderCancelled,
    OrderCompleted,
    OrderExpired,
    OrderPlaced,
    PapersDropped,
    PapersOutdated,
    PapersWanted,
    SeatsOffered,
    TicketsReady,
    WaitingClosed,
)
from openevent.payments import actions as payments
from openevent.payments import mails as payment_mails
from openevent.payments.signals import (
    DisputeClosed,
    DisputeOpened,
    InvoiceIssued,
    InvoiceUnpaid,
    MoneyUnclear,
    PaymentAbandoned,
    PaymentDue,
    PaymentMoving,
    PaymentSettled,
    RefundDue,
    RefundFailed,
    RefundFound,
    RefundSettled,
    ReturnsDue,
)
from openevent.people import actions as people
from openevent.people import mails as people_mails
from openevent.people.signals import (
    AccountClosing,
    AvatarChanged,
    EmailChanged,
    PasswordChanged,
    PasswordResetRequested,
    UserSignedUp,
    VerificationRequested,
)
from openevent.programme import actions as programme
from openevent.programme import mails as programme_mails
from openevent.programme.signals import (
    EventOver,
    SessionStateChanged,
    SessionSubmitted,
    SpeakerInvited,
    SpeakerPhotoChanged,
    SpeakersNotified,
)
from openevent.site import actions as site
from openevent.site.signals import UploadForgotten, UploadsDue
from openevent.stream import actions as stream
from openevent.stream import mails as stream_mails
from openevent.stream.signals import MeetingEnding, ModeratorInvited, RecordingDeleted, RecordingsDue
from openevent.tickets import actions as tickets
from openevent.tickets import mails as ticket_mails
from openevent.tickets.signals import SalesEnding, SeatsAdded, TicketChanged

# fmt: off
REACTIONS: tuple[Reaction, ...] = (
    #    when this happens       do this                              how
    when(Message,                messages.post,                       NOW),
    when(UserSignedUp,           people_mails.verification,           LATER),
    when(VerificationRequested,  people_mails.verification_again,     LATER),
    when(PasswordResetRequested, people_mails.reset,                  LATER),
    when(PasswordChanged,        people_mails.password_changed,       LATER),
    when(EmailChanged,           people_mails.email_changed,          LATER),
    when(AccountClosing,         events.keep_team,                    NOW),
    when(AccountClosing,         orders.keep_account,                 NOW),
    when(AccountClosing,         orders.leave_all,                    NOW),
    when(AccountClosing,         lab.leave_all,                       NOW),  # lab
    when(EventCreated,           forms.ask_address,                   NOW),
    when(EventCopied,            tickets.copy_tickets,                NOW),
    when(EventCopied,            forms.copy_questions,                NOW),
    when(EventCopied,            programme.copy_programme,            NOW),
    when(EventCopied,            door.copy_badges,                    NOW),
    when(RoleInvited,            event_mails.invitation,              LATER),
    when(RoleInvited,            events.tell_invited,                 LATER),
    when(OwnerChanged,           events.leave_roof,                   NOW),
    when(OrganizersContacted,    event_mails.about_event,             LATER),
    when(EventCurrencyChanged,   tickets.follow_currency,             NOW),
    when(EventDeleting,          orders.keep_event,                   NOW),
    when(GroupRoleInvited,       event_mails.group_invitation,        LATER),
    when(EventAnnounced,         event_mails.announcement,            LATER),
    when(GroupContacted,         event_mails.about_group,             LATER),
    when(SessionSubmitted,       programme.tell_organizers,           NOW),
    when(SessionSubmitted,       programme_mails.submitted,           LATER),
    when(SessionStateChanged,    programme.tell_speakers,             NOW),
    when(SessionStateChanged,    programme_mails.state_changed,       LATER),
    when(SpeakersNotified,       programme_mails.notified,            LATER),
    when(SpeakerInvited,         programme_mails.invited,             LATER),
    when(EventOver,              programme_mails.event_over,          LATER),
    when(SalesEnding,            ticket_mails.sales_ending,           LATER),
    when(FreeOrderMade,          orders.complete_made_free,           LATER),
    when(OrderPlaced,            orders.make_documents_of_placed,     LATER),
    when(OrderCompleted,         order_mails.payment_received,        LATER),
    when(OrderCompleted,         orders.make_documents_of_completed,  LATER),
    when(HoldersCorrected,       orders.make_documents_of_corrected,  LATER),
    when(PapersWanted,           orders.make_documents_again,         LATER),
    when(PapersDropped,          orders.delete_papers,                LATER),
    when(PapersOutdated,         orders.drop_outdated,                LATER),
    when(EventChanged,           orders.follow_event,                 NOW),
    when(TicketChanged,          orders.follow_ticket,                NOW),
    when(TicketChanged,          orders.follow_sale,                  NOW),
    when(SeatsAdded,             orders.follow_seats,                 NOW),
    when(SeatsOffered,           order_mails.seats_offered,           LATER),
    when(OfferExpired,           order_mails.offer_expired,           LATER),
    when(WaitingClosed,          order_mails.waiting_closed,          LATER),
    when(TicketsReady,           order_mails.tickets,                 LATER),
    when(OrderCancelled,         order_mails.cancelled,               LATER),
    when(OrderPlaced,            orders.tell_placed,                  LATER),
    when(OrderCompleted,         orders.tell_completed,               LATER),
    when(OrderCancelled,         orders.tell_cancelled,               NOW),
    when(TaskEnded,              exchange_mails.ended,                LATER),
    when(AttendeesCancelled,     order_mails.tickets_cancelled,       LATER),
    when(OrderExpired,           order_mails.expired,                 LATER),
    when(RefundSettled,          order_mails.refunded,                LATER),
    when(RefundFailed,           order_mails.refund_failed,           LATER),
    when(RefundFailed,           orders.tell_refund_failed,           LATER),
    when(RefundFound,            order_mails.refund_found,            LATER),
    when(RefundFound,            orders.tell_refund_found,            LATER),
    when(DisputeOpened,          order_mails.dispute_opened,          LATER),
    when(DisputeOpened,          orders.tell_dispute_opened,          LATER),
    when(DisputeClosed,          order_mails.dispute_closed,          LATER),
    when(DisputeClosed,          orders.tell_dispute_closed,          LATER),
    when(InvoiceIssued,          payment_mails.invoice,               LATER),
    when(InvoiceIssued,          payments.tell_invoiced,              LATER),
    when(PaymentMoving,          orders.hold_for_payment,             NOW),
    when(PaymentSettled,         orders.settle_order,                 NOW),
    when(PaymentMoving,          payments.hold_invoice,               NOW),
    when(PaymentSettled,         payments.settle_invoice,             NOW),
    when(RefundSettled,          payments.reopen_invoice,             NOW),
    when(RefundFailed,           payments.close_invoice_again,        NOW),
    when(DisputeOpened,          payments.doubt_invoice,              NOW),
    when(DisputeClosed,          payments.lose_invoice,               NOW),
    when(MoneyReturned,          order_mails.returned,                LATER),
    when(InvoiceUnpaid,          payment_mails.reminder,              LATER),
    when(PaymentDue,             payments.look_at_provider,           APART),
    when(PaymentAbandoned,       payments.cancel_at_provider,         APART),
    when(RefundDue,              payments.refund_at_provider,         APART),
    when(ReturnsDue,             payments.look_back_at_provider,      APART),
    when(MoneyUnclear,           payment_mails.unclear,               LATER),
    when(ConfirmationWanted,     order_mails.tickets_again,           LATER),
    when(OrderPlaced,            messages.remember_placed,            LATER),
    when(OrderCompleted,         messages.remember_buyer,             LATER),
    when(SessionSubmitted,       messages.remember_proposer,          LATER),
    when(ModeratorInvited,       stream_mails.moderator_invited,      LATER),
    when(MeetingEnding,          stream.end_meeting,                  APART),
    when(RecordingDeleted,       stream.delete_at_provider,           APART),
    when(RecordingsDue,          stream.import_recordings,            APART),
    when(UploadsDue,             site.forget_uploads,                 APART),
    when(UploadForgotten,        site.delete_upload,                  APART),
    when(ExportRequested,        formats.make,                        LATER),
    when(ImportRequested,        formats.take_in,                     LATER),
    when(EventImageChanged,      events.make_event_sizes,             LATER),
    when(ExhibitorBannerChanged, events.make_exhibitor_thumbnail,     LATER),
    when(GroupBannerChanged,     events.make_group_thumbnail,         LATER),
    when(SpeakerPhotoChanged,    programme.make_speaker_sizes,        LATER),
    when(AvatarChanged,          people.make_avatar_sizes,            LATER),
)
# fmt: on
