"""What the first version of the laboratory answered: the shapes that its clients read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from openevent.lab.rules.application import Application, Widget
from openevent.lab.rules.functions import FUNCTIONS, Function

_LATER = frozenset({"button", "number", "slider", "select", "checkbox"})  # what waits for somebody


def widgets(app: Application) -> list[dict[str, Any]]:
    """Return an application as a list of widgets: its output as a text first, then the others in their order.

    >>> [one["type"] for one in widgets(Application((Widget("label", "volts", 1, text="1.5 V"),), ("hello",)))]
    ['text', 'label']
    """
    printed = [{"type": "text", "name": "print", "value": list(app.texts)}] if app.texts else []
    return [*printed, *(_widget(one) for one in app.widgets)]


def _widget(one: Widget) -> dict[str, Any]:
    match one.kind:
        case "button":
            return {"type": "button", "name": one.name, "label": one.label, "action": _action(one)}
        case "plot":
            lines = one.plot.lines if one.plot else ()
            return {
                "type": "plot",
                "name": one.name,
                "data": [[list(point) for point in line.points] for line in lines],
            }
        case "text" | "markdown":
            return {"type": "span", "name": one.name, "class": "row well", "value": one.text}
        case "label":
            return {"type": "label", "name": one.name, "class": "", "value": one.text}
        case "table":
            return {"type": "text", "name": one.name, "value": [", ".join(map(str, row)) for row in one.rows]}
        case _:
            return {"type": "input", "name": one.name, "label": one.label, "value": one.value}


def _action(one: Widget) -> dict[str, Any]:
    success = {"datapoint": "result", "type": one.display or "display_number", "target": one.target, "stacking": "xy"}
    return {"type": "POST", "endpoint": one.endpoint, "success": success}


def waits(app: Application) -> bool:
    """Tell whether an application waits for somebody: then nothing more comes of itself.

    >>> waits(Application((Widget("button", "go", 1),))), waits(Application())
    (True, False)
    """
    return any(one.kind in _LATER for one in app.widgets)


def function_list() -> list[dict[str, Any]]:
    """Return the functions as their names, the names of their arguments, and what they do.

    >>> next(one for one in function_list() if one["name"] == "get_voltage")["args"]
    ['channel']
    """
    return [_function(one) for one in FUNCTIONS.values()]


def _function(one: Function) -> dict[str, Any]:
    return {"name": one.name, "args": [argument.name for argument in one.arguments], "doc_string": one.doc}


def script_list(own: Iterable[tuple[int, str, datetime]], examples: Iterable[str]) -> list[dict[str, Any]]:
    """Return one's own scripts (id, title, moment) and the examples.

    >>> script_list([], ["multimeter.py"])
    [{'Filename': 'multimeter.py', 'readonly': True}]
    """
    mine = [{"Id": id_, "Filename": title, "Date": date_of(at), "readonly": False} for id_, title, at in own]
    return [*mine, *({"Filename": title, "readonly": True} for title in examples)]


def date_of(at: datetime) -> str:
    """Return a moment as its clients read it.

    >>> from openevent.lab.rules.examples import NINE
    >>> date_of(NINE)
    'Mon, 02 Mar 2026 09:00:00 GMT'
    """
    return f"{at:%a, %d %b %Y %H:%M:%S} GMT"


def refused(message: str, **more: object) -> Mapping[str, object]:
    """Return a refusal.

    >>> refused("No.")
    {'status': False, 'message': 'No.'}
    """
    return {"status": False, "message": message, **more}
