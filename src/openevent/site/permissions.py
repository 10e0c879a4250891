"""Who may what with settings, modules, pages and the mail log."""

from __future__ import annotations

from openevent.kit.access import ADMIN, NO_ONE, PUBLIC, Permission, table

# fmt: off
PERMISSIONS = table(
    #          type                  list    read    create  update  delete
    Permission("setting",            NO_ONE, PUBLIC, NO_ONE, ADMIN,  NO_ONE),  # what is shown differs: resources
    Permission("module",             NO_ONE, PUBLIC, NO_ONE, ADMIN,  NO_ONE),
    Permission("page",               PUBLIC, PUBLIC, ADMIN,  ADMIN,  ADMIN),
    Permission("message-setting",    ADMIN,  ADMIN,  NO_ONE, ADMIN,  NO_ONE),
    Permission("mail",               ADMIN,  ADMIN,  NO_ONE, NO_ONE, NO_ONE),
    Permission("activity",           ADMIN,  ADMIN,  NO_ONE, NO_ONE, NO_ONE),
    Permission("event-image-size",   NO_ONE, PUBLIC, NO_ONE, ADMIN,  NO_ONE),
    Permission("speaker-image-size", NO_ONE, PUBLIC, NO_ONE, ADMIN,  NO_ONE),
)
# fmt: on
