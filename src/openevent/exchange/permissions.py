"""Who may what with imports: they are their owner's business."""

from __future__ import annotations

from openevent.kit.access import SIGNED_IN, Permission, column_is_actor, table

OWN = column_is_actor("user_id", "whoever imported it")

PERMISSIONS = table(
    Permission("import-job", OWN, OWN, SIGNED_IN, OWN, OWN),
)
