"""Who may what at the door."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import ColumnElement, Table, exists, select
from sqlalchemy.sql.elements import False_, True_

from openevent.door.models import BadgeForm, Station
from openevent.events.roles import COORGANIZER, CREW, ON_PUBLIC_EVENT, REGISTRAR
from openevent.kit.access import NO_ONE, SIGNED_IN, Permission, Row, Who, cell, table


def _of_parent(model: type[Any], column: str, who: Who) -> Who:
    """Return the cell of those who pass for the row that this column points at: what is made there, is made for it."""

    def build(kind: str, row: Row) -> ColumnElement[bool]:
        parent = cast(Table, model.__table__).alias()
        inner = who.condition(kind, parent.c)
        if isinstance(inner, True_ | False_):
            return inner
        return exists(select(parent.c.id).where(parent.c.id == cell(row, column), inner))

    return Who(who.name, build)


_DESIGN = (SIGNED_IN & ON_PUBLIC_EVENT) | CREW  # an empty badge is no secret
_SCAN = _of_parent(Station, "station_id", COORGANIZER)
_COUNT = _of_parent(Station, "station_id", REGISTRAR)
_FIELD = _of_parent(BadgeForm, "badge_form_id", COORGANIZER)

# fmt: off
PERMISSIONS = table(
    #          type                 list     read     create       update       delete
    Permission("station",           CREW,    CREW,    COORGANIZER, COORGANIZER, COORGANIZER),
    Permission("station-store-pax", CREW,    CREW,    _COUNT,      REGISTRAR,   REGISTRAR),
    Permission("user_check_in",     CREW,    CREW,    _SCAN,       NO_ONE,      COORGANIZER),
    Permission("badge-form",        _DESIGN, _DESIGN, COORGANIZER, COORGANIZER, COORGANIZER),
    Permission("badge-field-form",  _DESIGN, _DESIGN, _FIELD,      COORGANIZER, COORGANIZER),
)
# fmt: on
