"""What exchange does every so often."""

from openevent.exchange.actions import prune
from openevent.kit.worker import Periodic

JOBS = (Periodic("exchange.prune", 3_600, prune),)
