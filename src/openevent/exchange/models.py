"""Tables of exchange: what was asked to be made or taken in, and what became of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from openevent.events.models import Event
from openevent.kit.db import Base, Keyed, check
from openevent.people.models import User


class Task(Keyed, Base):
    """Something long that somebody waits for. `identifier` is what stands in addresses; nobody can guess it."""

    __tablename__ = "tasks"
    __table_args__ = (
        check("state", "state IN ('WAITING', 'SUCCESS', 'FAILURE')"),
        Index("ix_tasks_created_at", "created_at"),
    )

    identifier: Mapped[str] = mapped_column(String(36), unique=True)
    kind: Mapped[str] = mapped_column(String(40))  # a row of the table of formats
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), index=True)
    options: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(10), default="WAITING")
    result: Mapped[dict[str, Any] | None]  # what an import has made
    error: Mapped[str | None]
    key: Mapped[str | None]  # where the file lies in the storage
    content_type: Mapped[str | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ImportJob(Keyed, Base):
    """What somebody has imported, kept when the task itself is forgotten."""

    __tablename__ = "import_jobs"

    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    task: Mapped[str] = mapped_column(String(36), index=True)
    starts_at: Mapped[datetime]
    result: Mapped[str | None]
    result_status: Mapped[str | None]
