"""What the installation runs on, for admins who give their password with the request: no setting, no secret."""

from __future__ import annotations

import base64
import binascii
import platform
from importlib.metadata import distributions
from typing import Any

from openevent.kit.access import STAFF, SUPER
from openevent.kit.errors import DomainError
from openevent.kit.work import Shell
from openevent.main.database import newest_revision, present_revision
from openevent.main.health import build_info
from openevent.people.actions import sign_in


def is_admin(shell: Shell, authorization: str, origin: str | None) -> bool:
    """Tell whether these are the credentials of an admin (HTTP Basic, RFC 7617); attempts are counted like sign-ins."""
    scheme, _, told = authorization.partition(" ")
    try:
        email, colon, password = base64.b64decode(told, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return False
    if scheme.lower() != "basic" or not colon:
        return False
    try:
        account = sign_in(shell.database, shell.work, email, password, origin=origin)
    except DomainError:
        return False
    return account.kind in (STAFF, SUPER)


def environment(shell: Shell) -> dict[str, Any]:
    """Return versions of everything, and how far the database is."""
    return {
        **build_info(),
        "python": {"version": platform.python_version(), "implementation": platform.python_implementation()},
        "os": {"system": platform.system(), "release": platform.release(), "machine": platform.machine()},
        "database": {
            "kind": shell.database.dialect.name,
            "revision": present_revision(shell.database),
            "newest": newest_revision(),
        },
        "packages": dict(sorted((one.name, one.version) for one in distributions())),
    }
