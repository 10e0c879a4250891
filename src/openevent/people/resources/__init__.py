"""The API face of people: the user type, the endpoints of signing in, and who calls."""

from __future__ import annotations

from openevent.jsonapi.shapes import with_bodies
from openevent.people.resources import credentials, notifications, sign_ins, social
from openevent.people.resources.addresses import USER_EMAILS
from openevent.people.resources.callers import caller_by_cookie, caller_by_header, write_access
from openevent.people.resources.described import TOLD
from openevent.people.resources.notifications import NOTIFICATION_SETTINGS, NOTIFICATIONS
from openevent.people.resources.panels import CUSTOM_SYSTEM_ROLES, PANEL_PERMISSIONS, USER_PERMISSIONS
from openevent.people.resources.users import USERS

RESOURCES = (
    USERS,
    USER_EMAILS,
    USER_PERMISSIONS,
    PANEL_PERMISSIONS,
    CUSTOM_SYSTEM_ROLES,
    NOTIFICATIONS,
    NOTIFICATION_SETTINGS,
)
ENDPOINTS = with_bodies(
    (*sign_ins.ENDPOINTS, *credentials.ENDPOINTS, *social.ENDPOINTS, *notifications.ENDPOINTS), TOLD
)

# Where nobody has to be signed in, an old token in the header is not looked at: one must be able to get a new one.
ANONYMOUS_PATHS = frozenset(endpoint.path for endpoint in ENDPOINTS if not endpoint.auth)

__all__ = ["ANONYMOUS_PATHS", "ENDPOINTS", "RESOURCES", "USERS", "caller_by_cookie", "caller_by_header", "write_access"]
