"""What the plain routes of the laboratory take and give."""

from __future__ import annotations

from openevent.jsonapi.schemas import Schema
from openevent.jsonapi.shapes import DONE, FLAG, MOMENT, NUMBER, TEXT, WHOLE, Told, by_name, either, maybe, record, rows
from openevent.jsonapi.shapes import words as one_of

_ANYTHING: Schema = {}
_ARGUMENT = record(
    {
        "name": TEXT,
        "kind": TEXT,
        "unit": TEXT,
        "doc": TEXT,
        "least": maybe(NUMBER),
        "most": maybe(NUMBER),
        "choices": rows(either(TEXT, NUMBER)),
        "required": FLAG,
        "default": _ANYTHING,
    }
)
_FUNCTION = record(
    {
        "name": TEXT,
        "instrument": TEXT,
        "arguments": rows(_ARGUMENT),
        "result": one_of("number", "numbers", "series", "text", "nothing"),
        "unit": TEXT,
        "doc": TEXT,
        "drives": FLAG,
    }
)
_WANTED = record(
    {
        "text?": TEXT,
        "function?": TEXT,
        "arguments?": either(rows(_ANYTHING), by_name(_ANYTHING)),
        "key?": maybe(TEXT),
    }
)
_ANSWER = record({"run": TEXT, "identifier": TEXT, "value": _ANYTHING, "unit": TEXT, "text": TEXT})
_WATCHED = record({"function?": TEXT, "arguments?": by_name(_ANYTHING), "rate?": NUMBER})
_FRAME = record(
    {
        "number": WHOLE,
        "at": MOMENT,
        "function": TEXT,
        "arguments": by_name(_ANYTHING),
        "value": _ANYTHING,
        "unit": TEXT,
        "error": TEXT,
    }
)
_TURN = {
    "lease": TEXT,
    "status": one_of("waiting", "held", "ended"),
    "begins_at": maybe(MOMENT),
    "ends_at": maybe(MOMENT),
}
_QUEUE = record(
    {
        "state": one_of("free", "held", "unsafe", "off", "in-repair", "killed"),
        "is_yours": FLAG,
        "lease": maybe(TEXT),
        "free_at": maybe(MOMENT),
        "waiting": WHOLE,
        "position": maybe(WHOLE),
        "begins_about": maybe(MOMENT),
    }
)
_HAPPENED = record({"number": WHOLE, "at": MOMENT, "kind": TEXT, "payload": by_name(_ANYTHING)})
_RUN = record(
    {
        "run": TEXT,
        "kind": TEXT,
        "title": TEXT,
        "source": TEXT,
        "parameters": by_name(_ANYTHING),
        "status": TEXT,
        "exit_reason": maybe(TEXT),
        "error": maybe(TEXT),
        "calls": WHOLE,
        "began_at": maybe(MOMENT),
        "ended_at": maybe(MOMENT),
        "events": rows(_HAPPENED),
    }
)
_RUNNING = record({"script": WHOLE, "version?": maybe(WHOLE), "parameters?": by_name(_ANYTHING)})
_STATE = Told(answer=record({"state": TEXT}))

TOLD = {
    "GET /v1/lab-functions": Told(answer=record({"functions": rows(_FUNCTION)})),
    "POST /v1/lab-devices/<device>/call": Told(_WANTED, _ANSWER),
    "POST /v1/lab-devices/<device>/watch": Told(_WATCHED, DONE),
    "GET /v1/lab-devices/<device>/live": Told(answer=record({"frame": maybe(_FRAME)})),
    "POST /v1/lab-devices/<device>/ask": Told(answer=record({**_TURN, "key": TEXT})),
    "GET /v1/lab-devices/<device>/queue": Told(answer=_QUEUE),
    "POST /v1/lab-devices/<device>/kill": _STATE,
    "POST /v1/lab-devices/<device>/revive": _STATE,
    "POST /v1/lab-leases/<lease>/beat": Told(answer=record(_TURN)),
    "POST /v1/lab-leases/<lease>/extend": Told(answer=record(_TURN)),
    "POST /v1/lab-leases/<lease>/key": Told(answer=record({**_TURN, "key": TEXT})),
    "POST /v1/lab-scripts/<script>/fork": Told(answer=record({"id": TEXT, "title": TEXT})),
    "POST /v1/lab-devices/<device>/run": Told(_RUNNING, record({"run": TEXT, "identifier": TEXT})),
    "POST /v1/lab-runs/<run>/stop": Told(answer=DONE),
    "POST /v1/lab-runs/<run>/press": Told(record({"widget": TEXT, "value?": _ANYTHING}), DONE),
    "POST /v1/lab-runs/<run>/share": Told(answer=record({"key": TEXT, "url": TEXT})),
    "POST /v1/lab-runs/<run>/unshare": Told(answer=DONE),
    "GET /v1/lab-runs/<run>/export": Told(answer=_RUN),
    "GET /v1/lab-shared-runs/<key>": Told(answer=_RUN),
}
