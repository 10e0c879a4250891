"""Which of time's own mails have been written."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists, select

from openevent.events.models import Event, EventReminder


def is_reminded(kind: str, about_id: Any = 0) -> ColumnElement[bool]:  # noqa: ANN401 -- a number or a column
    """Return the condition under which an event has had its mail of a kind."""
    row = EventReminder
    return exists(select(row.id).where(row.event_id == Event.id, row.kind == kind, row.about_id == about_id))
