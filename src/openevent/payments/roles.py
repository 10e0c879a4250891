"""Cells of the permission table that depend on who is invoiced."""

from __future__ import annotations

from openevent.events.roles import COORGANIZER
from openevent.kit.access import column_is_actor

INVOICED = column_is_actor("user_id", "who is invoiced") | COORGANIZER
