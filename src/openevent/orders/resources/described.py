"""What the plain endpoints of orders take and give."""

from __future__ import annotations

from openevent.jsonapi.schemas import Schema, ref
from openevent.jsonapi.shapes import (
    A_PDF,
    FLAG,
    ID,
    MESSAGE,
    NUMBER,
    TEXT,
    WHOLE,
    Told,
    either,
    maybe,
    record,
    rows,
)

_PRICE = {"type": ["number", "string", "null"], "description": "Major units: of a donation, what is given."}
CODE = {"type": ["integer", "string", "null"], "description": "The id of a code."}
_WANTED = record({"id": ID, "quantity?": ID, "price?": _PRICE})
ON_SITE = {
    "type": ["array", "null"],
    "items": either(record({"id": ID, "quantity": ID}), ref("on-site-ticket-create")),
}
_REQUEST = record({"tickets": rows(_WANTED), "amount?": _PRICE, "discount-code?": CODE, "access-code?": CODE})
_DISCOUNT = {"amount": NUMBER, "code": TEXT, "percent": maybe(NUMBER), "total": NUMBER, "type": TEXT, "warning?": TEXT}
_LINE = {
    "id": WHOLE,
    "name": TEXT,
    "quantity": WHOLE,
    **dict.fromkeys(("price", "sub_total", "ticket_fee", "ticket_tax", "discounted_tax"), NUMBER),
    "discount": either(record(_DISCOUNT), {"type": "null"}),
}
_TAX = {"name": TEXT, "percent": NUMBER, "amount": NUMBER, "included": FLAG}
_COST = {
    **dict.fromkeys(("discount", "sub_total", "total"), NUMBER),
    "tax": either(record(_TAX), {"type": "null"}),
    "tickets": rows(record(_LINE)),
}
_KEY = ("event", "identifier", "name", "format", "algorithm", "public-key")
_HELD = {**dict.fromkeys(("attendee", "identifier", "name", "ticket", "order"), TEXT), "is-checked-in": FLAG}
_VOID = {"list": TEXT, "signature": TEXT, "next": maybe(TEXT), "total": WHOLE}
_FOUND = {
    "id": WHOLE,
    **dict.fromkeys(("identifier", "order_identifier"), TEXT),
    **{name: maybe(TEXT) for name in ("firstname", "lastname", "email")},
    "ticket_id": WHOLE,
    "is_checked_in": FLAG,
}
_MADE = {**dict.fromkeys(("id", "identifier", "status"), TEXT), "expires-at": maybe(TEXT)}
_ACCEPTED = {"order": record(_MADE), "state": TEXT, "taken": WHOLE}
_MEDIA_TYPE = "application/vnd.api+json"
_FREE: Schema = {"type": "object", "description": "As the provider's own page or library sends it."}
_PAYPAL = {"data?": record({"attributes?": _FREE}), "return-url?": TEXT, "cancel-url?": TEXT}
_PROVIDER = Told(answer={"type": "object", "description": "What the provider's page or library needs."})
_SENT_ON = Told(_FREE, _PROVIDER.answer)
_ALIPAY, _PAYTM = "/v1/alipay", "/v1/orders/<order>/paytm"
_OMISE = "/v1/orders/<order>/omise-checkout"

TOLD = {
    "POST /v1/orders/calculate-amount": Told(_REQUEST, record(_COST)),
    "POST /v1/orders/create-order": Told(_REQUEST, record({"data": ref("order"), "links": ref("links")})),
    "GET /v1/orders/<order>/tickets-pdf": A_PDF,
    "GET /v1/tickets/<text:order>": A_PDF,
    "GET /v1/orders/attendees/<file>": A_PDF,
    "GET /v1/orders/invoices/<order>": A_PDF,
    "POST /v1/orders/resend-email": Told(
        record({"data": record({"order": TEXT})}), record({"status": FLAG, "message": TEXT})
    ),
    "POST /v1/attendees/send-receipt": Told(record({"order-identifier": TEXT}), MESSAGE),
    "GET /v1/events/<event>/attendees/search": Told(answer=record({"attendees": rows(record(_FOUND))})),
    "POST /v1/orders/<order>/charge": Told(
        ref("charge-create"), ref("charge-document"), takes=_MEDIA_TYPE, gives=_MEDIA_TYPE
    ),
    "POST /v1/orders/<order>/refund": Told(
        record({"data": record({"type": TEXT, "attributes?": _FREE, "relationships?": _FREE})}),
        {"type": "object", "description": "The refund that was started."},
        takes=_MEDIA_TYPE,
        gives=_MEDIA_TYPE,
    ),
    "POST /v1/orders/<order>/verify": Told(answer=record({"payment_status": TEXT})),
    "POST /v1/orders/<order>/create-paypal-payment": Told(record(_PAYPAL), _PROVIDER.answer),
    "POST /v1/orders/<order>/verify-mobile-paypal-payment": Told(record({"payment-id?": TEXT}), _PROVIDER.answer),
    f"POST {_OMISE}": _SENT_ON,
    f"GET {_OMISE}": _PROVIDER,
    f"GET {_ALIPAY}/create_source/<order>": _PROVIDER,
    f"POST {_ALIPAY}/create_source/<order>": _SENT_ON,
    f"GET {_ALIPAY}/alipay_return_uri/<order>": _PROVIDER,
    f"POST {_ALIPAY}/alipay_return_uri/<order>": _SENT_ON,
    f"GET {_PAYTM}/initiate-transaction": _PROVIDER,
    f"POST {_PAYTM}/initiate-transaction": _SENT_ON,
    f"GET {_PAYTM}/fetch-payment-options/<token>": _PROVIDER,
    f"POST {_PAYTM}/send_otp/<token>": _SENT_ON,
    f"POST {_PAYTM}/validate_otp/<token>": _SENT_ON,
    f"GET {_PAYTM}/process_transaction/<token>": _PROVIDER,
    f"GET {_PAYTM}/transaction-status": _PROVIDER,
    "GET /v1/events/<event>/ticket-key": Told(answer=record(dict.fromkeys(_KEY, TEXT))),
    "GET /v1/events/<event>/revoked-codes": Told(answer=record(_VOID)),
    "POST /v1/events/<event>/check-code": Told(record({"code": TEXT}), record(_HELD)),
    "POST /v1/attendees/<attendee>/reissue": Told(answer=record({"attendee": TEXT, "issue": WHOLE})),
    "POST /v1/waiting-list-entries/<entry>/accept": Told(
        record({"keep-waiting?": FLAG, "discount-code?": CODE}), record(_ACCEPTED)
    ),
    "POST /v1/waiting-list-entries/<entry>/decline": Told(answer=record({"state": TEXT, "taken": WHOLE})),
}
