"""What every installation starts with."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select

from openevent.kit.db import upsert
from openevent.kit.work import UnitOfWork
from openevent.people.models import (
    CustomSystemRole,
    NotificationSetting,
    PanelPermission,
    UserPermission,
    panels_roles,
)
from openevent.people.rules import NOTIFICATION_TYPES, PANELS, SYSTEM_ROLES, USER_PERMISSIONS


def seed(work: UnitOfWork) -> None:
    """Put in what is missing: permissions of accounts, panels, roles, kinds of notifications. Safe to run again."""
    _ensure(work, NotificationSetting, "type", [{"type": one, "enabled": True} for one in NOTIFICATION_TYPES])
    permissions = [
        {"name": name, "description": told, "unverified_user": False, "anonymous_user": False}
        for name, told in USER_PERMISSIONS
    ]
    _ensure(work, UserPermission, "name", permissions)
    if work.db.scalar(select(PanelPermission.id).limit(1)) is None:
        _seed_panels(work)


def _ensure(work: UnitOfWork, model: type[Any], key: str, rows: list[dict[str, Any]]) -> None:
    statement = upsert(work.db, model).values(rows).on_conflict_do_nothing(index_elements=[key])
    work.db.execute(statement)


def _seed_panels(work: UnitOfWork) -> None:
    panels = [PanelPermission(panel_name=name, can_access=True) for name in PANELS]
    roles = [CustomSystemRole(name=name) for name in SYSTEM_ROLES]
    work.db.add_all([*panels, *roles])
    work.db.flush()
    ids = {panel.panel_name: panel.id for panel in panels}
    links = [
        {"panel_permission_id": ids[panel], "custom_system_role_id": role.id}
        for role in roles
        for panel in SYSTEM_ROLES[role.name]
    ]
    work.db.execute(insert(panels_roles), links)
