"""FACE: what orders do by themselves, again and again."""

from __future__ import annotations

from openevent.kit.work import UnitOfWork
from openevent.kit.worker import Periodic
from openevent.orders import actions


def expire_due(work: UnitOfWork) -> None:
    """Give back the seats of orders whose time is up."""
    actions.expire_due(work)


def serve_due(work: UnitOfWork) -> None:
    """Look after waiting lists on which the time of an offer is up, or the sale is over."""
    actions.serve_due(work)


def forget_loose(work: UnitOfWork) -> None:
    """Remove people for whom nobody has ordered in time."""
    actions.forget_loose(work)


def issue_invoices(work: UnitOfWork) -> None:
    """Ask organizers for the platform's part of the month before, once."""
    actions.issue_invoices(work)


JOBS = (
    Periodic("orders.expire", 20, expire_due),
    Periodic("orders.serve-waiting", 20, serve_due),
    Periodic("orders.forget-loose-attendees", 300, forget_loose),
    Periodic("orders.issue-invoices", 3600, issue_invoices),
)
