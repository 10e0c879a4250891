"""What a copied event sells: the same tickets, none of them sold; the same discounts, none of them used."""

from __future__ import annotations

from sqlalchemy import insert, select

from openevent.events.signals import EventCopied
from openevent.kit.copies import Keys, Owner, Rewrite, copy_links, copy_rows
from openevent.kit.work import UnitOfWork
from openevent.tickets.actions.keys import secret_keys
from openevent.tickets.models import (
    DiscountCode,
    Tax,
    Ticket,
    TicketStock,
    TicketTag,
    discount_codes_tickets,
    ticket_taggings,
)


def copy_tickets(work: UnitOfWork, signal: EventCopied) -> None:
    """Give a copied event the original's tickets, their labels and discount codes, and its tax.

    Access codes open what is hidden to those who were given them, so they stay; what an admin takes off the platform's
    own fee was granted to one event.
    """
    owner, db = Owner("event_id", signal.old_id, signal.new_id), work.db
    tickets = copy_rows(db, Ticket, owner)
    _copy_stock(work, signal, tickets)
    labels = copy_rows(db, TicketTag, owner)
    copy_links(db, ticket_taggings, ("ticket_tag_id", labels), ("ticket_id", tickets))
    fresh = ("used", "discount_url")  # the address is the original's
    unused = Rewrite(values={"created_at": work.now}, fresh=fresh, keys=secret_keys(db, DiscountCode))
    codes = copy_rows(db, DiscountCode, owner, unused)
    copy_links(db, discount_codes_tickets, ("discount_code_id", codes), ("ticket_id", tickets))
    copy_rows(db, Tax, owner, Rewrite(fresh=("is_invoice_sent",)))


def _copy_stock(work: UnitOfWork, signal: EventCopied, tickets: Keys) -> None:
    found = select(TicketStock.ticket_id, TicketStock.quantity).where(TicketStock.event_id == signal.old_id)
    rows = [
        {"ticket_id": tickets[key], "event_id": signal.new_id, "quantity": quantity}
        for key, quantity in work.db.execute(found)
        if key in tickets
    ]
    if rows:
        work.db.execute(insert(TicketStock), rows)
