"""Changing settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openevent.kit.access import Actor
from openevent.kit.errors import Invalid
from openevent.kit.work import UnitOfWork
from openevent.site import rules
from openevent.site.models import Setting


def update_setting(work: UnitOfWork, row: Setting, values: Mapping[str, Any], *, by: Actor) -> Setting:
    """Change settings; a secret that is sent back masked stays as it is. The trail names what changed, not to what.

    Raises Invalid for an unknown time zone.
    """
    if not rules.is_zone(values.get("invoice_sending_timezone", "UTC")):
        raise Invalid("That is not a time zone.", pointer="/data/attributes/invoice-sending-timezone")
    changed = {key: value for key, value in rules.taken(values).items() if getattr(row, key) != value}
    for key, value in changed.items():
        setattr(row, key, value)
    work.db.flush()
    if changed:
        work.audit("setting.update", f"setting:{row.id}", by=by, changed=sorted(changed))
    return row
