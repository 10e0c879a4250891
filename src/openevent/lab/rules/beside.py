"""What stands beside an event: the benches that somebody may use, with the most urgent first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from openevent.lab.rules.rights import Window

MOST: Final = 3  # benches in one place; a class may have thirty
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "yours": ("Your turn", "good"),
    "waiting": ("You wait", "warning"),
    "free": ("Free", "good"),
    "held": ("In use", "warning"),
    "unsafe": ("Being reset", "warning"),
}
_AWAY: Final = ("Not in use", "")  # switched off, in repair, stopped: its own page says which
_ORDER: Final = (*_WORDS, "later", "off", "in-repair", "killed")


class Beside(Struct, frozen=True):
    """A bench beside an event; a state of "later" means that it is somebody's to use from `begins` on."""

    device_id: int
    name: str
    state: str
    is_theirs: bool  # by a ticket; organizers and members may use it, too
    session_id: int | None = None
    begins: datetime | None = None

    @property
    def words(self) -> tuple[str, str]:
        """How it stands, and the tone in which that is said."""
        return _WORDS.get(self.state, _AWAY)


def state_beside(state: str, mine: str | None, window: Window | None, now: datetime, *, is_always: bool) -> str | None:
    """Return how a bench stands for somebody at a moment; None when it is theirs no more, or never was.

    `state` is the device's, `mine` the status of their turn, `window` when the workshop is. With `is_always` they may
    use it at other hours, too, as its organizers do.

    >>> from openevent.lab.rules.examples import NINE, HALF_PAST, TEN
    >>> state_beside("held", "held", Window(NINE, TEN), NINE, is_always=False)
    'yours'
    >>> state_beside("free", None, Window(HALF_PAST, TEN), NINE, is_always=False)
    'later'
    >>> state_beside("free", None, Window(HALF_PAST, TEN), NINE, is_always=True)
    'free'
    >>> state_beside("free", None, Window(NINE, HALF_PAST), TEN, is_always=True)
    >>> state_beside("free", None, None, NINE, is_always=True)
    """
    if window is None or window.ends <= now:
        return None
    if mine is not None:
        return "yours" if mine == "held" else "waiting"
    return state if is_always or window.begins <= now else "later"


def foremost(benches: Sequence[Beside]) -> tuple[Beside, ...]:
    """Return the benches in the order in which they matter, each device once for a session.

    >>> some = [Beside(1, "A", "held", True), Beside(2, "B", "yours", True), Beside(2, "B", "yours", False)]
    >>> [one.name for one in foremost(some)]
    ['B', 'A']
    """
    ordered = sorted(benches, key=lambda one: (_ORDER.index(one.state), not one.is_theirs, one.name, one.device_id))
    found: dict[tuple[int, int | None], Beside] = {}
    for one in ordered:
        found.setdefault((one.device_id, one.session_id), one)
    return tuple(found.values())
