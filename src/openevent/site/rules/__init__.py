"""Pure decisions about settings, modules, mails and uploads."""

from __future__ import annotations

from openevent.site.rules.settings import (
    MASK,
    MODULES_OFF,
    MODULES_ON,
    NO_PAYMENTS,
    SECRETS,
    ModuleOff,
    Modules,
    is_web,
    is_zone,
    taken,
)

__all__ = [
    "MASK",
    "MODULES_OFF",
    "MODULES_ON",
    "NO_PAYMENTS",
    "SECRETS",
    "ModuleOff",
    "Modules",
    "is_web",
    "is_zone",
    "taken",
]
