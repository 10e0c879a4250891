"""Who may read which report."""

from __future__ import annotations

from openevent.events.roles import COORGANIZER, EVENT_COORGANIZER
from openevent.kit.access import ADMIN, NO_ONE, Permission, Who, table


def _list(type_: str) -> Permission:
    return Permission(type_, ADMIN, ADMIN, NO_ONE, NO_ONE, NO_ONE)


def _one(type_: str, who: Who) -> Permission:
    return Permission(type_, NO_ONE, who, NO_ONE, NO_ONE, NO_ONE)


PERMISSIONS = table(
    _list("admin-sales-by-events"),
    _list("admin-sales-by-location"),
    _list("admin-sales-by-marketer"),
    _list("admin-sales-by-organizers"),
    _list("admin-sales-discounted"),
    _list("admin-sales-fees"),
    _list("admin-sales-invoices"),
    _one("admin-statistics-event", ADMIN),
    _one("admin-statistics-group", ADMIN),
    _one("admin-statistics-mail", ADMIN),
    _one("admin-statistics-session", ADMIN),
    _one("admin-statistics-user", ADMIN),
    _one("event-statistics-general", EVENT_COORGANIZER),
    _one("order-statistics-event", EVENT_COORGANIZER),
    _one("order-statistics-ticket", COORGANIZER),
)
