"""Requests that may be sent twice and must work once: the Idempotency-Key header, and the answers kept for it.

The header is that of draft-ietf-httpapi-idempotency-key-header: a client that does not know whether its request got
through sends it again with the same key, and is told what it was told, or would have been told, the first time.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any, cast

from msgspec import Struct
from sqlalchemy import BigInteger, CursorResult, Index, String, UniqueConstraint, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from openevent.kit.db import Base, Keyed, upsert
from openevent.kit.errors import Conflict, Invalid
from openevent.kit.work import UnitOfWork

KEPT = timedelta(hours=24)
LEASE = timedelta(seconds=60)  # afterwards whoever had the key is taken for dead
MOST_AT_ONCE = 1000
LONGEST_KEY = 255


class KeyReused(Invalid):
    """The key came with another request before."""

    code = "idempotency-key-reused"


class KeyUnderWay(Conflict):
    """The same request is being answered at this very moment."""

    code = "idempotency-key-under-way"


class KeptAnswer(Keyed, Base):
    """One key of one account on one route, and what was answered: nothing yet while `status` is empty."""

    __tablename__ = "kept_answers"
    __table_args__ = (
        UniqueConstraint("user_id", "key", "route"),
        Index("ix_kept_answers_claimed_at", "claimed_at"),
    )

    user_id: Mapped[int] = mapped_column(BigInteger)  # no foreign key: the kit knows no accounts
    key: Mapped[str] = mapped_column(String(LONGEST_KEY))
    route: Mapped[str] = mapped_column(String(300))
    fingerprint: Mapped[str] = mapped_column(String(64))
    claimed_at: Mapped[datetime]
    status: Mapped[int | None]
    headers: Mapped[dict[str, Any] | None]
    body: Mapped[bytes | None]


class Repeatable(Struct, frozen=True):
    """A request that may come twice. `content` is all of it that matters: with another one it is another request."""

    user_id: int
    key: str
    route: str
    content: bytes

    @property
    def fingerprint(self) -> str:
        """What tells this content from any other."""
        return hashlib.sha256(self.content).hexdigest()


class Answered(Struct, frozen=True):
    """What was answered."""

    status: int
    headers: dict[str, str]
    body: bytes


def claim(work: UnitOfWork, asked: Repeatable) -> Answered | None:
    """Take a key for this transaction or until `keep`; return the answer when the request was answered before.

    Somebody who has claimed it and not committed yet is waited for. Raises KeyReused for another content, KeyUnderWay
    while the first request is still being answered.
    """
    work.db.execute(delete(KeptAnswer).where(*_same(asked), KeptAnswer.claimed_at < work.now - KEPT))
    values = {"user_id": asked.user_id, "key": asked.key, "route": asked.route, "fingerprint": asked.fingerprint}
    made = upsert(work.db, KeptAnswer).values(**values, claimed_at=work.now).on_conflict_do_nothing()
    if work.db.scalar(made.returning(KeptAnswer.id)) is not None:
        return None
    before = work.db.scalars(select(KeptAnswer).where(*_same(asked)).with_for_update()).one_or_none()
    if before is None:
        raise KeyUnderWay("The first request with this key has just failed: send it once more.")
    if before.fingerprint != asked.fingerprint:
        raise KeyReused("This Idempotency-Key came with another request before.")
    if before.status is None:
        _take_over(work, before)
        return None
    return Answered(before.status, dict(before.headers or {}), before.body or b"")


def _take_over(work: UnitOfWork, before: KeptAnswer) -> None:
    if before.claimed_at > work.now - LEASE:
        raise KeyUnderWay("The first request with this key is still being answered.")
    before.claimed_at = work.now
    work.db.flush()


def keep(work: UnitOfWork, asked: Repeatable, answer: Answered) -> None:
    """Keep what was answered to a claimed key."""
    values = {"status": answer.status, "headers": answer.headers, "body": answer.body}
    work.db.execute(update(KeptAnswer).where(*_same(asked)).values(**values))


def let_go(work: UnitOfWork, asked: Repeatable) -> None:
    """Give a claimed key back: what was refused may be tried again."""
    work.db.execute(delete(KeptAnswer).where(*_same(asked), KeptAnswer.status.is_(None)))


def forget_old(work: UnitOfWork) -> int:
    """Remove answers that nobody will ask for any more; return how many."""
    old = select(KeptAnswer.id).where(KeptAnswer.claimed_at < work.now - KEPT).limit(MOST_AT_ONCE)
    return cast("CursorResult[Any]", work.db.execute(delete(KeptAnswer).where(KeptAnswer.id.in_(old)))).rowcount


def _same(asked: Repeatable) -> tuple[Any, ...]:
    return KeptAnswer.user_id == asked.user_id, KeptAnswer.key == asked.key, KeptAnswer.route == asked.route
