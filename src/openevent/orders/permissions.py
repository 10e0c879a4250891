"""Who may what with orders and attendees. Both are made by ordering, never on their own."""

from __future__ import annotations

from openevent.kit.access import ADMIN, NO_ONE, Permission, table
from openevent.orders.roles import BUYER_OR_STAFF, MAY_CHANGE_ATTENDEE, MAY_READ_ATTENDEE, MAY_READ_ORDER

# fmt: off
PERMISSIONS = table(
    #          type        list               read               create  update               delete
    Permission("order",    MAY_READ_ORDER,    MAY_READ_ORDER,    NO_ONE, BUYER_OR_STAFF,      ADMIN),
    Permission("attendee", MAY_READ_ATTENDEE, MAY_READ_ATTENDEE, NO_ONE, MAY_CHANGE_ATTENDEE, NO_ONE),
)
# fmt: on
