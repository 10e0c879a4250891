"""The verbs of wishes about mail: noting whom they concern, and asking them before a mail leaves."""

from __future__ import annotations

from openevent.kit.db import upsert
from openevent.kit.services import Message
from openevent.kit.work import UnitOfWork
from openevent.messages.models import EmailNotification
from openevent.messages.queries import wants
from openevent.orders.models import Order
from openevent.orders.signals import OrderCompleted, OrderPlaced
from openevent.programme.models import Session
from openevent.programme.signals import SessionSubmitted
from openevent.site import actions as site
from openevent.site.rules.mails import WISHES, action_of, wish_of


def post(work: UnitOfWork, message: Message) -> None:
    """Let a mail leave unless whoever it is for has said not to want such mails about this event."""
    wish = wish_of(action_of(message.template))
    if wish is None or message.event_id is None or wants(work.db, message.to, message.event_id, wish):
        site.post(work, message)


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
