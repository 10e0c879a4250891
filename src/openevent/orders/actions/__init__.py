"""The verbs of orders."""

from openevent.orders.actions.completing import Completion, complete_all, complete_plainly
from openevent.orders.actions.desk import Desk, desk_of
from openevent.orders.actions.dropping import delete_papers, drop_outdated, drop_papers, follow_event, follow_ticket
from openevent.orders.actions.entering import enter_attendee, forget_loose
from openevent.orders.actions.holding import fill_attendees, update_attendee
from openevent.orders.actions.invoicing import issue_invoices
from openevent.orders.actions.issuing import attendee_of_code, public_key_of, reissue_code, sign_list
from openevent.orders.actions.joining import Asked, order_for, sell_onsite
from openevent.orders.actions.keeping import keep_account, keep_event
from openevent.orders.actions.leaving import cancel_attendees, remove_attendee
from openevent.orders.actions.moving import (
    cancel,
    complete_free,
    complete_made_free,
    delete_order,
    expire_due,
    place,
    update_order,
)
from openevent.orders.actions.offering import follow_sale, follow_seats, leave_all, serve_due, serve_waiting
from openevent.orders.actions.papers import (
    make_documents,
    make_documents_again,
    make_documents_of_completed,
    make_documents_of_corrected,
    make_documents_of_placed,
    order_pdf,
    ticket_pdf,
)
from openevent.orders.actions.paying import (
    check_chargeable,
    hold_for_payment,
    last_refund,
    refund_order,
    settle_order,
    start_payment,
)
from openevent.orders.actions.placing import Reserved, create_order, reserve, reserve_one
from openevent.orders.actions.proving import Drift, prove_inventory
from openevent.orders.actions.retrying import retry_refund
from openevent.orders.actions.sending import (
    MOST_RESENT,
    NothingToRetry,
    invoice_pdf,
    resend_confirmation,
    resend_for,
    retry_mail,
    send_receipt,
)
from openevent.orders.actions.telling import (
    tell_cancelled,
    tell_completed,
    tell_dispute_closed,
    tell_dispute_opened,
    tell_placed,
    tell_refund_failed,
    tell_refund_found,
)
from openevent.orders.actions.waiting import (
    accept_offer,
    change_wish,
    decline_offer,
    join_waiting_list,
    leave_waiting_list,
)

__all__ = [
    "MOST_RESENT",
    "Asked",
    "Completion",
    "Desk",
    "Drift",
    "NothingToRetry",
    "Reserved",
    "accept_offer",
    "attendee_of_code",
    "cancel",
    "cancel_attendees",
    "change_wish",
    "check_chargeable",
    "complete_all",
    "complete_free",
    "complete_made_free",
    "complete_plainly",
    "create_order",
    "decline_offer",
    "delete_order",
    "delete_papers",
    "desk_of",
    "drop_outdated",
    "drop_papers",
    "enter_attendee",
    "expire_due",
    "fill_attendees",
    "follow_event",
    "follow_sale",
    "follow_seats",
    "follow_ticket",
    "forget_loose",
    "hold_for_payment",
    "invoice_pdf",
    "issue_invoices",
    "join_waiting_list",
    "keep_account",
    "keep_event",
    "last_refund",
    "leave_all",
    "leave_waiting_list",
    "make_documents",
    "make_documents_again",
    "make_documents_of_completed",
    "make_documents_of_corrected",
    "make_documents_of_placed",
    "order_for",
    "order_pdf",
    "place",
    "prove_inventory",
    "public_key_of",
    "refund_order",
    "reissue_code",
    "remove_attendee",
    "resend_confirmation",
    "resend_for",
    "reserve",
    "reserve_one",
    "retry_mail",
    "retry_refund",
    "sell_onsite",
    "send_receipt",
    "serve_due",
    "serve_waiting",
    "settle_order",
    "sign_list",
    "start_payment",
    "tell_cancelled",
    "tell_completed",
    "tell_dispute_closed",
    "tell_dispute_opened",
    "tell_placed",
    "tell_refund_failed",
    "tell_refund_found",
    "ticket_pdf",
    "update_attendee",
    "update_order",
]
