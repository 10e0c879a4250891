"""Reports on the wire."""

from openevent.reports.resources.events import EVENT_SALES
from openevent.reports.resources.sales import SALES
from openevent.reports.resources.statistics import ENDPOINTS, STATISTICS
from openevent.reports.resources.statistics import EXTENSIONS as STATISTICS_OF

RESOURCES = (*STATISTICS, *SALES)
EXTENSIONS = (*STATISTICS_OF, EVENT_SALES)

__all__ = ["ENDPOINTS", "EXTENSIONS", "RESOURCES"]
