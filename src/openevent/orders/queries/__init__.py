"""Questions about orders: what is on offer, what an order looks like, who holds its tickets."""

from openevent.orders.queries.cards import OrderCard, orders_of_buyer, orders_of_event
from openevent.orders.queries.catalog import buyers, catalog, on_sale, organized_events, put_on_top
from openevent.orders.queries.codes import codes_of
from openevent.orders.queries.facts import (
    admissions,
    attendees_found,
    buyer_name,
    holders,
    names_by_address,
    order_id_of,
    parties,
    passes,
    pdf_key,
    seats,
    standing,
    status_of,
    visible_attendees,
)
from openevent.orders.queries.invoices import invoice_of
from openevent.orders.queries.revealed import with_typed_codes
from openevent.orders.queries.views import (
    BillingView,
    HolderView,
    LineView,
    OrderView,
    PaymentView,
    order_view,
    view_of,
)

__all__ = [
    "BillingView",
    "HolderView",
    "LineView",
    "OrderCard",
    "OrderView",
    "PaymentView",
    "admissions",
    "attendees_found",
    "buyer_name",
    "buyers",
    "catalog",
    "codes_of",
    "holders",
    "invoice_of",
    "names_by_address",
    "on_sale",
    "order_id_of",
    "order_view",
    "orders_of_buyer",
    "orders_of_event",
    "organized_events",
    "parties",
    "passes",
    "pdf_key",
    "put_on_top",
    "seats",
    "standing",
    "status_of",
    "view_of",
    "visible_attendees",
    "with_typed_codes",
]
