"""Who may what with orders and attendees."""

from __future__ import annotations

from openevent.events.roles import COORGANIZER
from openevent.kit.access import ADMIN, NO_ONE, SIGNED_IN, Permission, table
from openevent.orders.roles import (
    BUYER_OR_STAFF,
    MAY_CHANGE_ATTENDEE,
    MAY_READ_ATTENDEE,
    MAY_READ_ORDER,
    MAY_REMOVE_ATTENDEE,
    WAITER,
    WAITER_OR_STAFF,
)

# fmt: off
PERMISSIONS = table(
    #          type        list               read               create     update               delete
    Permission("order",    MAY_READ_ORDER,    MAY_READ_ORDER,    SIGNED_IN, BUYER_OR_STAFF,      ADMIN),
    Permission("attendee", MAY_READ_ATTENDEE, MAY_READ_ATTENDEE, SIGNED_IN, MAY_CHANGE_ATTENDEE, MAY_REMOVE_ATTENDEE),
    Permission("waiting-list-entry", WAITER_OR_STAFF, WAITER_OR_STAFF, SIGNED_IN, WAITER,        WAITER_OR_STAFF),
    Permission("charge",   NO_ONE,            NO_ONE,            BUYER_OR_STAFF, NO_ONE,         NO_ONE),
    Permission("on-site-ticket", NO_ONE,      NO_ONE,            COORGANIZER, NO_ONE,            NO_ONE),
)
# fmt: on
