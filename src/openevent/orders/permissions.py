"""Who may what with orders and attendees."""

from __future__ import annotations

from openevent.kit.access import ADMIN, SIGNED_IN, Permission, table
from openevent.orders.roles import (
    BUYER_OR_STAFF,
    MAY_CHANGE_ATTENDEE,
    MAY_READ_ATTENDEE,
    MAY_READ_ORDER,
    MAY_REMOVE_ATTENDEE,
)

# fmt: off
PERMISSIONS = table(
    #          type        list               read               create     update               delete
    Permission("order",    MAY_READ_ORDER,    MAY_READ_ORDER,    SIGNED_IN, BUYER_OR_STAFF,      ADMIN),
    Permission("attendee", MAY_READ_ATTENDEE, MAY_READ_ATTENDEE, SIGNED_IN, MAY_CHANGE_ATTENDEE, MAY_REMOVE_ATTENDEE),
)
# fmt: on
