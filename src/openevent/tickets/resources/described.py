"""What the plain endpoints of tickets give."""

from __future__ import annotations

from openevent.jsonapi.shapes import FLAG, TEXT, WHOLE, Told, record, rows

_STOCK = record({"id": WHOLE, "name": TEXT, "quantity": WHOLE, "available": WHOLE})

TOLD = {
    "GET /v1/events/<event>/tickets/availability": Told(answer=rows(_STOCK)),
    "DELETE /v1/events/<event>/discount-codes/delete-unused": Told(answer=record({"success": FLAG, "deletes": WHOLE})),
}
