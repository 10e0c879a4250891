"""What follows from what: the page of reactions. NOW runs in the same transaction, LATER in a job after commit."""

from __future__ import annotations

from openevent.kit.work import Reaction

# fmt: off
REACTIONS: tuple[Reaction, ...] = (
    #    when this happens   do this   how
)
# fmt: on
