"""What the installation does every so often."""

from openevent.kit.worker import Periodic
from openevent.site.actions import prune

JOBS = (Periodic("site.prune", 3_600, prune),)
