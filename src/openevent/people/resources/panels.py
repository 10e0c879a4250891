"""What the installation lets whom do: permissions of accounts, panels of its client, parts that people play."""

from __future__ import annotations

from openevent.jsonapi.declare import Attribute, ManyToMany, Resource
from openevent.people.models import CustomSystemRole, PanelPermission, UserPermission, panels_roles
from openevent.people.permissions import PERMISSIONS

USER_PERMISSIONS = Resource(
    type="user-permission",
    model=UserPermission,
    attributes=(
        Attribute("name", required=True),
        Attribute("description"),
        Attribute("unverified-user"),
        Attribute("anonymous-user"),
        Attribute("deleted-at"),
    ),
)

PANEL_PERMISSIONS = Resource(
    type="panel-permission",
    model=PanelPermission,
    attributes=(Attribute("panel-name", required=True), Attribute("can-access")),
    relationships=(
        ManyToMany(
            "custom-system-roles",
            type="custom-system-role",
            link=panels_roles,
            left="panel_permission_id",
            right="custom_system_role_id",
            inverse="panel-permissions",
            inverse_readable_by=PERMISSIONS["panel-permission"].read,
        ),
    ),
)

CUSTOM_SYSTEM_ROLES = Resource(
    type="custom-system-role",
    model=CustomSystemRole,
    attributes=(Attribute("name", required=True),),
)
