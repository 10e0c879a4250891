"""The outbox: jobs and audit entries as rows, written in the transaction that causes them."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from openevent.kit.db import Base, Keyed


class Job(Keyed, Base):
    """Something to be done after commit, at least once, safe twice."""

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_due", "state", "run_at"),)

    name: Mapped[str] = mapped_column(String(120))
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(10), default="waiting")  # waiting, done, failed
    run_at: Mapped[datetime]
    created_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_until: Mapped[datetime | None]  # a worker that dies gives its job back at this moment
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None]


class AuditEntry(Keyed, Base):
    """Who did what to what, when and from where."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_subject", "subject"),)

    at: Mapped[datetime]
    actor_id: Mapped[int | None]  # no foreign key: the trail outlives the account
    actor_kind: Mapped[str] = mapped_column(String(10))
    origin: Mapped[str | None] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(80))
    details: Mapped[dict[str, Any]]


class Lease(Base):
    """Something that only one process may do at a time, and when it was last done: periodic jobs, the heartbeat."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    holder: Mapped[str | None] = mapped_column(String(80))
    until: Mapped[datetime | None]  # a holder that dies gives it back at this moment
    done_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]


class RateHit(Keyed, Base):
    """One attempt that was let through, for as long as it counts. Moments are Unix milliseconds."""

    __tablename__ = "rate_hits"
    __table_args__ = (Index("ix_rate_hits_key_at", "key", "at"),)

    key: Mapped[str] = mapped_column(String(200))
    at: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[int] = mapped_column(BigInteger, index=True)
