"""Imports, exports, tasks and calendars on the wire."""

from openevent.exchange.resources.calendars import CALENDARS
from openevent.exchange.resources.exports import EXPORTS
from openevent.exchange.resources.imports import IMPORT_JOBS, IMPORTS
from openevent.exchange.resources.tasks import TASKS

RESOURCES = (IMPORT_JOBS,)
ENDPOINTS = (*EXPORTS, *IMPORTS, *TASKS, *CALENDARS)

__all__ = ["ENDPOINTS", "RESOURCES"]
