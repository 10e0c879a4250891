"""The verbs of the door."""

from openevent.door.actions.badges import (
    create_badge_field,
    create_badge_form,
    delete_badge_field,
    print_badge,
    update_badge_field,
    update_badge_form,
)
from openevent.door.actions.copying import copy_badges
from openevent.door.actions.scanning import count_people, recount_people, scan
from openevent.door.actions.stations import create_station, update_station

__all__ = [
    "copy_badges",
    "count_people",
    "create_badge_field",
    "create_badge_form",
    "create_station",
    "delete_badge_field",
    "print_badge",
    "recount_people",
    "scan",
    "update_badge_field",
    "update_badge_form",
    "update_station",
]
