"""FACE: the door on the wire."""

from openevent.door.resources.badges import BADGE_ENDPOINTS, BADGE_FIELD_FORMS, BADGE_FORMS
from openevent.door.resources.described import TOLD
from openevent.door.resources.stations import CHECK_INS, COUNTS, EXTENSIONS, STATIONS
from openevent.door.resources.statistics import STATISTICS
from openevent.jsonapi.shapes import with_bodies

RESOURCES = (STATIONS, COUNTS, CHECK_INS, BADGE_FORMS, BADGE_FIELD_FORMS)
ENDPOINTS = with_bodies((*STATISTICS, *BADGE_ENDPOINTS), TOLD)

__all__ = ["ENDPOINTS", "EXTENSIONS", "RESOURCES"]
