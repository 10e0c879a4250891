"""The desk of orders: those that wait in one process are made together, in one transaction."""

from __future__ import annotations

from openevent.kit import desks
from openevent.kit.access import Actor
from openevent.kit.desks import MOST_AT_ONCE, Home, Line, Lines, Wait, most_at_once
from openevent.kit.errors import DomainError
from openevent.kit.turns import Pause
from openevent.kit.work import OpenWork
from openevent.orders.actions.placing import Asked, Reserved, Verdict, reserve
from openevent.orders.rules.amounts import OrderRequest


class Desk(desks.Desk[Asked, Verdict]):
    """Makes orders for all threads of a process that stand in one line; safe to call from any of them."""

    def __init__(
        self,
        open_work: OpenWork,
        line: Line | None = None,
        *,
        most: int = MOST_AT_ONCE,
        pause: Wait = lambda: Pause(None),
    ) -> None:
        """Stand in a line. `pause` gives what a thread waits at, so that its turn can go to somebody else."""
        super().__init__(open_work, reserve, line, most=most, pause=pause)

    def order(self, request: OrderRequest, by: Actor) -> str:
        """Make an order and return its identifier, or raise the reason against it."""
        return self.reserve(request, by).identifier

    def reserve(self, request: OrderRequest, by: Actor) -> Reserved:
        """Make an order and return all that is known of it, or raise the reason against it."""
        verdict = self.bring((request, by))
        if isinstance(verdict, DomainError):
            raise verdict
        return verdict


_LINES = Lines()


def desk_of(home: Home) -> Desk:
    """Return the desk of a database in this process: pages and API stand in the same line."""
    return Desk(home.work, _LINES.at(home.dialect), most=most_at_once(home.dialect), pause=home.pause)
