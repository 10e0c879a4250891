"""Telling accounts something inside the product."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select

from openevent.kit.work import UnitOfWork
from openevent.people.models import Notification, NotificationSetting, User


def notify(
    work: UnitOfWork,
    to: Iterable[int],
    type_: str,
    *,
    target: tuple[str, int],
    action: str | None = None,
    actors: Sequence[int] = (),
    about: Mapping[str, Any] | None = None,
) -> None:
    """Tell accounts (by their ids) what happened to a target, such as ("Order", 7), and who did it.

    `about` holds what clients show of it, by name: {"order": {...}, "event": {...}}. Kinds that are switched off are
    not told. What is told stays as it was: it is news, not a window.
    """
    accounts = sorted(set(to))
    if not accounts or not is_told(work, type_):
        return
    content = {
        "type": type_,
        "target_type": target[0],
        "target_id": target[1],
        "target_action": action,
        "actors": _actors(work, actors),
        **(about or {}),
    }
    rows = [{"user_id": one, "is_read": False, "created_at": work.now, "content": content} for one in accounts]
    work.db.execute(insert(Notification), rows)


def is_told(work: UnitOfWork, type_: str) -> bool:
    """Tell whether a kind of notification is on; one that nobody has switched is."""
    found = work.db.scalar(select(NotificationSetting.enabled).where(NotificationSetting.type == type_))
    return found is not False


def _actors(work: UnitOfWork, ids: Sequence[int]) -> list[dict[str, Any]]:
    columns = (
        User.id,
        User.first_name,
        User.last_name,
        User.public_name,
        User.avatar_url,
        User.thumbnail_image_url,
    )
    found = work.db.execute(select(*columns).where(User.id.in_(ids)).order_by(User.id))
    return [dict(row) for row in found.mappings()]
