"""Giving out the signed codes of tickets, making them void, and telling whose they are."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from msgspec.structs import replace
from sqlalchemy import select, update

from openevent.kit.access import Actor
from openevent.kit.db import upsert
from openevent.kit.errors import Invalid
from openevent.kit.signatures import is_signed, new_pair, sign
from openevent.kit.work import UnitOfWork
from openevent.orders.actions.dropping import drop_papers
from openevent.orders.actions.presence import TicketNotValid
from openevent.orders.models import Attendee, Order, RevokedCode, TicketKey
from openevent.orders.queries.ticket_codes import attendee_of_plain_code, last_issues
from openevent.orders.rules import ticket_codes
from openevent.orders.rules.holders import Admission
from openevent.orders.rules.states import SOLD
from openevent.orders.rules.ticket_codes import Claim
from openevent.orders.signals import HoldersCorrected


class CodeForged(Invalid):
    """Nobody who has the event's key has signed this code."""

    code = "ticket-code-forged"


class CodeForeign(Invalid):
    """The code is of a ticket of another event."""

    code = "ticket-code-foreign"


class CodeRevoked(Invalid):
    """The code was good once: the ticket was cancelled, or has a new code now."""

    code = "ticket-code-revoked"


def with_codes(work: UnitOfWork, found: Sequence[Admission]) -> list[Admission]:
    """Return tickets with their codes; one that has none yet, or a void one, gets the next."""
    if not found:
        return []
    issues = _issues(work, [one.attendee_id for one in found])
    private = _private_key(work, found[0].event_id)
    return [
        replace(one, code=_code(private, Claim(one.event_id, one.attendee_id, issues[one.attendee_id])))
        for one in found
    ]


def reissue_code(work: UnitOfWork, attendee: Attendee, *, by: Actor) -> Attendee:
    """Make the code of a ticket void and send a new one; raises TicketNotValid for what is not bought."""
    order = work.db.get(Order, attendee.order_id, with_for_update={"key_share": True}) if attendee.order_id else None
    if order is None or order.status not in SOLD or attendee.deleted_at is not None:
        raise TicketNotValid("This ticket has not been bought.")
    work.db.refresh(attendee, with_for_update=True)
    renew_codes(work, [attendee])
    drop_papers(work, order, [attendee])
    work.db.flush()
    work.audit("attendee.reissue", f"attendee:{attendee.id}", by=by, issue=attendee.code_issue)
    work.announce(HoldersCorrected(order.id, [attendee.id]))
    return attendee


def renew_codes(work: UnitOfWork, attendees: Sequence[Attendee]) -> None:
    """Make the codes of these attendees void, and with them the links that were mailed; they get the next ones.

    Whoever has none of ours yet may have a ticket of v1, which counts as the first.
    """
    keep_revoked(work, attendees)
    for one in attendees:
        one.code_issue = max(one.code_issue, 1) + 1


def keep_revoked(work: UnitOfWork, attendees: Sequence[Attendee]) -> None:
    """Write down that the present codes of these attendees are void, so that it stays known when they are removed."""
    rows = [
        {"event_id": one.event_id, "attendee_id": one.id, "issue": one.code_issue, "revoked_at": work.now}
        for one in attendees
        if one.code_issue
    ]
    if rows:
        work.db.execute(upsert(work.db, RevokedCode).values(rows).on_conflict_do_nothing())


def keep_revoked_of(work: UnitOfWork, order_id: int) -> None:
    """Write down that all codes of an order are void: it is about to be removed."""
    keep_revoked(work, work.db.scalars(select(Attendee).where(Attendee.order_id == order_id)).all())


def attendee_of_code(work: UnitOfWork, event_id: int, text: str) -> Attendee:
    """Return whose ticket a code is, signed or as v1 has it.

    Raises CodeUnreadable, CodeForeign, CodeForged, CodeRevoked, or TicketNotValid for what was never bought.
    """
    if not ticket_codes.is_signed(text):
        return _admitted(work, _first_issued(attendee_of_plain_code(work.db, event_id, *ticket_codes.plain(text))))
    claim, signature = ticket_codes.read(text)
    if claim.event_id != event_id:
        raise CodeForeign("This ticket is for another event.")
    key = work.db.get(TicketKey, event_id)
    if key is None or not is_signed(_decoded(key.public_key), claim.message, signature):
        raise CodeForged("This code was not given out by this event.")
    found = work.db.get(Attendee, claim.attendee_id)
    if found is None or found.deleted_at is not None or found.code_issue != claim.issue:
        raise CodeRevoked("This ticket is void: it was cancelled, or has a new code.")
    return _admitted(work, found)


def _first_issued(found: Attendee | None) -> Attendee | None:
    """Return whose code of v1 it is; raises CodeRevoked when the ticket has got a new code since."""
    if found is not None and found.code_issue > 1:
        raise CodeRevoked("This ticket has a new code.")
    return found


def public_key_of(work: UnitOfWork, event_id: int) -> str:
    """Return the public key of an event's codes as base64url; it is made when there is none."""
    return _key(work, event_id).public_key


def sign_list(work: UnitOfWork, event_id: int, message: bytes) -> bytes:
    """Sign a list of void codes with the event's key."""
    return sign(_private_key(work, event_id), message)


def _admitted(work: UnitOfWork, found: Attendee | None) -> Attendee:
    order = work.db.get(Order, found.order_id) if found is not None and found.order_id else None
    if found is None or found.deleted_at is not None or order is None or order.status not in SOLD:
        raise CodeRevoked("There is no such ticket, or it is void.")
    return found


def _issues(work: UnitOfWork, attendee_ids: Sequence[int]) -> dict[int, int]:
    """Return the number of each attendee's code, after making sure that it is a good one."""
    rows = work.db.execute(select(Attendee.id, Attendee.code_issue).where(Attendee.id.in_(attendee_ids)))
    known = {key: issue for key, issue in rows}  # noqa: C416 -- rows are no pairs to a type checker
    void = last_issues(work.db, attendee_ids)
    issues = {key: max(issue, void.get(key, 0) + 1, 1) for key, issue in known.items()}
    for issue in sorted({issues[key] for key in known if issues[key] != known[key]}):
        keys = [key for key in known if issues[key] == issue != known[key]]
        work.db.execute(update(Attendee).where(Attendee.id.in_(keys)).values(code_issue=issue))
    return issues


def _code(private: bytes, claim: Claim) -> str:
    return ticket_codes.written(claim, sign(private, claim.message))


def _key(work: UnitOfWork, event_id: int) -> TicketKey:
    found = work.db.get(TicketKey, event_id)
    if found is not None:
        return found
    private, public = new_pair()
    row = {
        "event_id": event_id,
        "public_key": base64.urlsafe_b64encode(public).rstrip(b"=").decode(),
        "private_key": base64.b64encode(private).decode(),
        "created_at": work.now,
    }
    work.db.execute(upsert(work.db, TicketKey).values(row).on_conflict_do_nothing())  # somebody else may be faster
    return work.db.get_one(TicketKey, event_id)


def _private_key(work: UnitOfWork, event_id: int) -> bytes:
    return base64.b64decode(_key(work, event_id).private_key)


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
