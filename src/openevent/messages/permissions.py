"""Who may what with wishes about mail: they are one's own."""

from __future__ import annotations

from openevent.kit.access import NO_ONE, Permission, column_is_actor, table

_ONESELF = column_is_actor("user_id", "oneself")

# fmt: off
PERMISSIONS = table(
    #          type                  list      read      create  update    delete
    Permission("email-notification", _ONESELF, _ONESELF, NO_ONE, _ONESELF, _ONESELF),
)
# fmt: on
