"""Who may what in the laboratory.

Whether somebody may use a device at this moment is no cell, for it depends on the hour: rules/rights.py.
"""

from __future__ import annotations

from openevent.kit.access import NO_ONE, SIGNED_IN, Permission, table
from openevent.lab.roles import (
    MANAGES,
    MINE,
    OWN,
    READS_EVENT,
    READS_LOG,
    READS_SCRIPT,
    READS_VERSION,
    SEES_BENCH,
    SEES_DEVICE,
    WRITES_VERSION,
)

# fmt: off
PERMISSIONS = table(
    #          type                  list           read           create          update   delete
    Permission("lab-device",         SEES_DEVICE,   SEES_DEVICE,   MANAGES,        MANAGES, MANAGES),
    Permission("lab-bench",          SEES_BENCH,    SEES_BENCH,    MANAGES,        MANAGES, MANAGES),
    Permission("lab-lease",          MINE,          MINE,          SIGNED_IN,      NO_ONE,  MINE),
    Permission("lab-booking",        MINE,          MINE,          SIGNED_IN,      NO_ONE,  MINE),
    Permission("lab-script",         READS_SCRIPT,  READS_SCRIPT,  SIGNED_IN,      OWN,     OWN),
    Permission("lab-script-version", READS_VERSION, READS_VERSION, WRITES_VERSION, NO_ONE,  NO_ONE),
    Permission("lab-run",            MINE,          MINE,          NO_ONE,         NO_ONE,  OWN),
    Permission("lab-run-event",      READS_EVENT,   READS_EVENT,   NO_ONE,         NO_ONE,  NO_ONE),
    Permission("lab-log-entry",      READS_LOG,     READS_LOG,     NO_ONE,         NO_ONE,  NO_ONE),
)
# fmt: on
