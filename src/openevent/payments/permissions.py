"""Who may what with payments."""

from __future__ import annotations

from openevent.events.roles import COORGANIZER, ON_PUBLIC_EVENT, ORGANIZER
from openevent.kit.access import ADMIN, NO_ONE, SIGNED_IN, Permission, table
from openevent.payments.roles import INVOICED

_STRIPE = (SIGNED_IN & ON_PUBLIC_EVENT) | COORGANIZER

# fmt: off
PERMISSIONS = table(
    #          type                    list      read      create     update     delete
    Permission("stripe-authorization", NO_ONE,   _STRIPE,  ORGANIZER, ORGANIZER, ORGANIZER),
    Permission("event-invoice",        INVOICED, INVOICED, NO_ONE,    ADMIN,     NO_ONE),
)
# fmt: on
