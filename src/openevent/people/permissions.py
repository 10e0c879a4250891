"""Who may what with accounts and what belongs to them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_, true

from openevent.kit.access import (
    ADMIN,
    ANONYMOUS,
    BY_ID,
    NO_ONE,
    PUBLIC,
    STAFF,
    SUPER,
    Permission,
    Row,
    Who,
    cell,
    column_is_actor,
    table,
)

ONESELF = column_is_actor("id", "oneself")
ONES_OWN = column_is_actor("user_id", "oneself")


def _public_profile(_kind: str, row: Row) -> ColumnElement[bool]:
    return cell(row, "is_profile_public").is_(true())


def _keeper(kind: str, row: Row) -> ColumnElement[bool]:
    if kind == ANONYMOUS:
        return false()
    if kind == SUPER:
        return true()
    oneself = cell(row, "id") == BY_ID
    if kind != STAFF:
        return oneself
    # Whoever may write to an account can take it over by its e-mail, so admins are kept by super admins alone.
    return or_(oneself, and_(cell(row, "is_admin").is_(false()), cell(row, "is_super_admin").is_(false())))


PUBLIC_PROFILE = Who("everyone, when the profile is public", _public_profile)
KEEPER = Who("oneself or admin; admins' accounts: super admin", _keeper)
_SEEN = ONESELF | PUBLIC_PROFILE

# fmt: off
PERMISSIONS = table(
    #          type                    list      read                      create    update    delete
    Permission("user",                 _SEEN,    _SEEN,                    PUBLIC,   KEEPER,   KEEPER),
    Permission("user-email",           ONES_OWN, ONES_OWN,                 ONES_OWN, ONES_OWN, ONES_OWN),
    Permission("user-permission",      PUBLIC,   PUBLIC,                   ADMIN,    ADMIN,    ADMIN),
    Permission("panel-permission",     ADMIN,    ADMIN,                    ADMIN,    ADMIN,    ADMIN),
    Permission("custom-system-role",   PUBLIC,   PUBLIC,                   ADMIN,    ADMIN,    ADMIN),
    Permission("notification",         ONES_OWN, ONES_OWN,                 NO_ONE,   ONES_OWN, ONES_OWN),
    Permission("notification-setting", ADMIN,    ADMIN,                    NO_ONE,   ADMIN,    NO_ONE),
)
# fmt: on
