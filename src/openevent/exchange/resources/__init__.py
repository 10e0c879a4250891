"""Imports, exports, tasks and calendars on the wire."""

from openevent.exchange.resources.calendars import CALENDARS
from openevent.exchange.resources.described import TOLD
from openevent.exchange.resources.exports import EXPORTS
from openevent.exchange.resources.imports import IMPORT_JOBS, IMPORTS
from openevent.exchange.resources.tasks import TASKS
from openevent.jsonapi.shapes import with_bodies

RESOURCES = (IMPORT_JOBS,)
ENDPOINTS = with_bodies((*EXPORTS, *IMPORTS, *TASKS, *CALENDARS), TOLD)

__all__ = ["ENDPOINTS", "RESOURCES"]
