"""The order that a page is about."""

from __future__ import annotations

from openevent.kit.errors import NotFound
from openevent.orders.queries import OrderView, order_view
from openevent.web.visit import visit


def order_of_visitor(identifier: str) -> OrderView:
    """Return an order for whoever may see it; raises NotFound."""
    with visit().reading() as db:
        found = order_view(db, identifier, visit().by)
    if found is None:
        raise NotFound("There is no such order, or it belongs to somebody else.")
    return found
