"""Who may what with tickets."""

from __future__ import annotations

from sqlalchemy import ColumnElement, true

from openevent.events.roles import COORGANIZER, ON_PUBLIC_EVENT
from openevent.kit.access import Permission, Row, Who, cell, is_blank, table


def _shown(_kind: str, row: Row) -> ColumnElement[bool]:
    return true() if is_blank(row, "is_hidden") else cell(row, "is_hidden").is_(False)


SHOWN = Who("unless hidden", _shown)
VISIBLE = (ON_PUBLIC_EVENT & SHOWN) | COORGANIZER

# fmt: off
PERMISSIONS = table(
    #          type      list     read     create       update       delete
    Permission("ticket", VISIBLE, VISIBLE, COORGANIZER, COORGANIZER, COORGANIZER),
)
# fmt: on
