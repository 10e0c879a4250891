"""Saying who holds the tickets of an order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm.attributes import get_history

from openevent.kit.access import Actor
from openevent.kit.errors import Forbidden, NotFound
from openevent.kit.work import UnitOfWork
from openevent.orders.actions.answering import ANSWERS, questions_for, take_answers
from openevent.orders.actions.dropping import drop_papers
from openevent.orders.actions.issuing import renew_codes
from openevent.orders.actions.labels import take_tag
from openevent.orders.actions.moving import lock
from openevent.orders.actions.presence import note_presence
from openevent.orders.models import Attendee, Order
from openevent.orders.queries import holders, parties
from openevent.orders.rules.holders import HolderInput, InvalidHolder, tidy_email, tidy_text
from openevent.orders.rules.states import GONE, HOLDING, SOLD, Party
from openevent.orders.signals import HoldersCorrected

NAMES = ("firstname", "lastname")
PRINTED = (*NAMES, "email")


class HoldersSettled(Forbidden):
    """The order is finished: the organizers alone may still correct who holds its tickets."""

    code = "holders-settled"


def fill_attendees(work: UnitOfWork, order: Order, inputs: Sequence[HolderInput], *, by: Actor) -> list[Attendee]:
    """Say who holds several tickets of one order; raises InvalidHolder with a pointer at the entry that is wrong."""
    order = lock(work, order.id)
    _check_may_change(work, order, by)
    known = {one.id: one for one in holders(work.db, order.id)}
    for place, one in enumerate(inputs):
        attendee = known.get(one.attendee_id)
        if attendee is None:
            raise NotFound("The order has no such ticket holder.", pointer=f"/holders/{place}")
        named = {"firstname": one.firstname, "lastname": one.lastname, "email": one.email}
        assign(attendee, {**one.more, **named}, f"/holders/{place}")
    asked = questions_for(work, order.event_id, known.values())
    if asked is not None:
        for place, one in enumerate(inputs):
            attendee = known[one.attendee_id]
            said = attendee.complex_field_values if one.answers is None else one.answers
            asked.take(attendee, said, f"/holders/{place}")
    _settle(work, order, [known[one.attendee_id] for one in inputs], by)
    return list(known.values())


def update_attendee(work: UnitOfWork, attendee: Attendee, values: Mapping[str, Any], *, by: Actor) -> Attendee:
    """Change what is given of one holder.

    Raises HoldersSettled, InvalidHolder, TagInvalid, PresenceInvalid or TicketNotValid.
    """
    told = note_presence(work, attendee, take_tag(work, attendee, values, by=by), by=by)
    if len(told) < len(values) and all(getattr(attendee, name, None) == value for name, value in told.items()):
        return attendee  # of all that clients send, only what is about labels, coming and going is new
    values = told
    if attendee.order_id is None:
        describe(work, attendee, values)
        work.db.flush()
        work.audit("attendee.update", f"attendee:{attendee.id}", by=by)
        return attendee
    order = lock(work, attendee.order_id)
    _check_may_change(work, order, by)
    describe(work, attendee, values)
    _settle(work, order, [attendee], by)
    return attendee


def describe(work: UnitOfWork, attendee: Attendee, values: Mapping[str, Any]) -> None:
    """Write what was said about one person, answers to the event's questions with it; raises InvalidHolder."""
    assign(attendee, {name: value for name, value in values.items() if name != ANSWERS}, "/data/attributes")
    take_answers(work, attendee, values)


def _check_may_change(work: UnitOfWork, order: Order, by: Actor) -> None:
    if order.status in HOLDING:
        return
    organizes = parties(work.db, order, by) - {Party.BUYER}
    if order.status in GONE or not organizes:
        raise HoldersSettled("The holders of this order can't be changed any more.")


def assign(attendee: Attendee, values: Mapping[str, Any], pointer: str) -> None:
    """Write what was said about a holder; raises InvalidHolder."""
    for name, value in values.items():
        at = f"{pointer}/{name.replace('_', '-')}"
        if name == "email":
            attendee.email = tidy_email(value, at)
        elif name in NAMES:
            setattr(attendee, name, tidy_text(value, at))
        elif name in HOLDER_COLUMNS:
            setattr(attendee, name, value)
        else:
            raise InvalidHolder("That is not for a buyer to say.", pointer=at)


def _settle(work: UnitOfWork, order: Order, attendees: Sequence[Attendee], by: Actor) -> None:
    """Write what was said; tickets that show something else now are set and sent anew."""
    changed = [one for one in attendees if any(get_history(one, name).has_changes() for name in PRINTED)]
    if changed:
        # A ticket that goes to another address is somebody else's now: what the first one has of it is void.
        is_sold = order.status in SOLD  # with a code of ours, or one of v1
        went_on = [one for one in changed if (is_sold or one.code_issue) and get_history(one, "email").has_changes()]
        renew_codes(work, went_on)
        drop_papers(work, order, changed)
    work.db.flush()
    work.audit("attendee.update", f"order:{order.id}", by=by, attendees=[one.id for one in attendees])
    if changed and order.status in SOLD:
        work.announce(HoldersCorrected(order.id, [one.id for one in changed]))


# Beside name and address: what whoever fills in an order may say about a holder.
HOLDER_COLUMNS = frozenset(
    {
        "address",
        "city",
        "state",
        "country",
        "job_title",
        "phone",
        "tax_business_info",
        "billing_address",
        "home_address",
        "shipping_address",
        "company",
        "work_address",
        "work_phone",
        "website",
        "blog",
        "twitter",
        "facebook",
        "github",
        "instagram",
        "linkedin",
        "gender",
        "accept_video_recording",
        "accept_share_details",
        "accept_receive_emails",
        "age_group",
        "home_wiki",
        "wiki_scholarship",
        "birth_date",
        "native_language",
        "fluent_language",
        "is_consent_form_field",
        "is_consent_of_refund_policy",
        "is_consent_form_field_photo",
        "is_consent_form_field_email",
    }
)
