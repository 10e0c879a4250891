"""The verbs of wishes about mail: noting whom they concern, and asking them before a mail leaves."""

from __future__ import annotations

from msgspec.structs import replace
from sqlalchemy import select, update

from openevent.events.models import Event
from openevent.kit.access import SYSTEM
from openevent.kit.db import upsert
from openevent.kit.errors import NotFound
from openevent.kit.services import Message
from openevent.kit.work import UnitOfWork
from openevent.messages.models import EmailNotification
from openevent.messages.queries import wants
from openevent.messages.rules import LASTS, Refusal, read_refusal
from openevent.orders.models import Order
from openevent.orders.signals import OrderCompleted, OrderPlaced
from openevent.people.models import User
from openevent.programme.models import Session
from openevent.programme.signals import SessionSubmitted
from openevent.site import actions as site
from openevent.site.rules.mails import WISHES, action_of, wish_of


class LinkInvalid(NotFound):
    """A link in a mail that is not ours, or too old."""

    code = "unsubscribe-link-invalid"


def post(work: UnitOfWork, message: Message) -> None:
    """Let a mail leave unless whoever it is for has said not to want such mails about this event."""
    wish = wish_of(action_of(message.template))
    if wish is None or message.event_id is None:
        site.post(work, message)
    elif wants(work.db, message.to, message.event_id, wish):
        site.post(work, _with_way_out(work, message, message.event_id, wish))


def _with_way_out(work: UnitOfWork, message: Message, event_id: int, wish: str) -> Message:
    """Return a mail with headers that let its reader's program decline such mails with one click (RFC 8058)."""
    user_id = work.db.scalar(select(User.id).where(User.email == message.to.lower(), User.deleted_at.is_(None)))
    if user_id is None:
        return message  # without an account there is nowhere to note it
    subject = Refusal(user_id, event_id, wish)
    token = subject.token(work.services.signer.sign(subject.signed, expires=work.now + LASTS))
    way_out = {
        "List-Unsubscribe": f"<{work.site.link(f'/v1/unsubscribe/{token}')}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return replace(message, headers={**message.headers, **way_out})


def refusal_of(work: UnitOfWork, token: str) -> Refusal:
    """Return what a link declines; raises LinkInvalid for one that is not ours, or too old."""
    found, signature = read_refusal(token)
    if found is None or not work.services.signer.is_valid(found.signed, signature, now=work.now):
        raise LinkInvalid("This link is not valid any more.", parameter="token")
    return found


def decline(work: UnitOfWork, token: str) -> Refusal:
    """Note that somebody wants no more mails of a kind about an event; raises LinkInvalid. Safe twice."""
    found = refusal_of(work, token)
    if work.db.get(User, found.user_id) is None or work.db.get(Event, found.event_id) is None:
        raise LinkInvalid("This link is not valid any more.", parameter="token")
    _remember(work, found.user_id, found.event_id)
    row = EmailNotification.__table__.c
    its = (row.user_id == found.user_id, row.event_id == found.event_id)
    work.db.execute(update(EmailNotification).where(*its).values({found.wish: False, "deleted_at": None}))
    work.audit("email-notification.decline", f"user:{found.user_id}", by=SYSTEM, event=found.event_id, wish=found.wish)
    return found


def remember_buyer(work: UnitOfWork, signal: OrderCompleted) -> None:
    """Let a buyer choose what to hear about the event."""
    _remember_order(work, signal.order_id)


def remember_placed(work: UnitOfWork, signal: OrderPlaced) -> None:
    """Let a buyer who pays later choose as well."""
    _remember_order(work, signal.order_id)


def remember_proposer(work: UnitOfWork, signal: SessionSubmitted) -> None:
    """Let whoever handed in a session choose what to hear about the event."""
    session = work.db.get(Session, signal.session_id)
    if session is not None and session.creator_id is not None:
        _remember(work, session.creator_id, session.event_id)


def _remember_order(work: UnitOfWork, order_id: int) -> None:
    order = work.db.get(Order, order_id)
    if order is not None and order.user_id is not None:
        _remember(work, order.user_id, order.event_id)


def _remember(work: UnitOfWork, user_id: int, event_id: int) -> None:
    """Note once that somebody has to do with an event, and wants to hear everything until they say otherwise."""
    row = {"user_id": user_id, "event_id": event_id, **dict.fromkeys(WISHES, True)}
    work.db.execute(upsert(work.db, EmailNotification).values(row).on_conflict_do_nothing())
