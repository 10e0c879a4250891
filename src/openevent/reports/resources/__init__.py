"""Reports on the wire."""

from openevent.reports.resources.sales import SALES
from openevent.reports.resources.statistics import ENDPOINTS, EXTENSIONS, STATISTICS

RESOURCES = (*STATISTICS, *SALES)

__all__ = ["ENDPOINTS", "EXTENSIONS", "RESOURCES"]
