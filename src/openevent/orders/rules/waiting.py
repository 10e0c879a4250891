"""Who of those who wait for sold out tickets gets which free seats: values in, shares out.

docs/explanation/waiting-list.md tells the same in prose, with a worked table.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct, field

from openevent.kit.errors import Conflict, Forbidden, Invalid, NotFound
from openevent.tickets.rules import Offer

WAITING = "waiting"  # in line; seats may be kept for it already
OFFERED = "offered"  # seats are put aside until `offer_expires_at`
TAKEN = "taken"  # an order was made of the offer
DECLINED = "declined"
EXPIRED = "expired"  # nobody answered in time
LEFT = "left"
CLOSED = "closed"  # there is nothing left to wait for
STATES = (WAITING, OFFERED, TAKEN, DECLINED, EXPIRED, LEFT, CLOSED)
ACTIVE = frozenset({WAITING, OFFERED})

UNSOLD, NOBODY, REMOVED = "unsold", "nobody", "removed"  # why an entry was closed

MOST_WANTED = 100  # tickets in one entry; a bigger group asks the organizers
MOST_TYPES = 20  # ticket types in one entry
MOST_ENTRIES = 10_000  # people who wait for one event
LONGEST = timedelta(hours=24)  # that an offer stands, or that seats are kept for a group that needs more
SHORTEST = timedelta(minutes=30)


class EntryNotFound(NotFound):
    """There is no such entry, or it is somebody else's."""

    code = "waiting-list-entry-not-found"


class NotSoldOut(Conflict):
    """Nobody needs to wait: there are tickets."""

    code = "not-sold-out"


class AlreadyWaiting(Conflict):
    """This person waits for one of these ticket types already."""

    code = "already-waiting"


class WaitingListFull(Conflict):
    """More people wait than could ever be served."""

    code = "waiting-list-full"


class UnverifiedWaiter(Forbidden):
    """An offer is sent by mail, to an address that has shown to be theirs."""

    code = "unverified-waiter"


class NothingOffered(Conflict):
    """No seats are offered to this entry at the moment."""

    code = "nothing-offered"


class InvalidWish(Invalid):
    """What somebody wants to wait for can't be."""

    code = "invalid-wish"


class Bounds(Struct, frozen=True):
    """How many of one ticket type fit into one order."""

    least: int
    most: int


class Wish(Struct, frozen=True):
    """What somebody in line still wants: `number` tickets of any of these types, in the order of their liking.

    `offered` are seats that whoever accepts fewer was offered already: until that is answered it may grow.
    """

    entry_id: int
    number: int
    ticket_ids: tuple[int, ...]
    accepts_fewer: bool = False
    may_keep: bool = True  # seats may still be set aside until there are enough for it
    offered: Mapping[int, int] = field(default_factory=dict[int, int])


class Share(Struct, frozen=True):
    """What an entry gets: seats by ticket type, to take now (an offer), or kept until there are enough."""

    entry_id: int
    seats: Mapping[int, int] = field(default_factory=dict[int, int])
    is_offer: bool = True


def share_out(free: Mapping[int, int], line: Iterable[Wish], bounds: Mapping[int, Bounds]) -> list[Share]:
    """Give free seats to those who wait, in their order; seats that were kept for somebody count as free.

    Whoever is first and can be served is served. An entry that needs more than there is has what there is kept for
    it, as long as it may; then those behind it get their turn, and it stays where it is in the line.

    >>> two = {7: Bounds(1, 10)}
    >>> group, single = Wish(1, 4, (7,)), Wish(2, 1, (7,))
    >>> share_out({7: 2}, [group, single], two)
    [Share(entry_id=1, seats={7: 2}, is_offer=False)]
    >>> share_out({7: 5}, [group, single], two)
    [Share(entry_id=1, seats={7: 4}, is_offer=True), Share(entry_id=2, seats={7: 1}, is_offer=True)]
    >>> share_out({7: 2}, [Wish(1, 4, (7,), may_keep=False), single], two)
    [Share(entry_id=2, seats={7: 1}, is_offer=True)]
    >>> share_out({7: 2}, [Wish(1, 4, (7,), accepts_fewer=True), single], two)
    [Share(entry_id=1, seats={7: 2}, is_offer=True)]

    An offer of fewer seats than are wanted grows before anybody behind it gets something; the share is what comes new.

    >>> share_out({7: 3}, [Wish(1, 2, (7,), True, False, {7: 2}), single], two)
    [Share(entry_id=1, seats={7: 2}, is_offer=True), Share(entry_id=2, seats={7: 1}, is_offer=True)]
    """
    left = {id_: number for id_, number in free.items() if number > 0 and id_ in bounds}
    found: list[Share] = []
    for wish in line if left else ():
        share = _share(wish, left, bounds)
        if share is None:
            continue
        found.append(share)
        for id_, number in share.seats.items():
            left[id_] -= number
        if not any(left.values()):
            break
    return found


def _share(wish: Wish, left: Mapping[int, int], bounds: Mapping[int, Bounds]) -> Share | None:
    seats = fitting(wish.number, wish.ticket_ids, left, _beside(wish.offered, bounds))
    number = sum(seats.values())
    if number == wish.number or (number and wish.accepts_fewer):
        return Share(wish.entry_id, seats)
    if not wish.may_keep or not _can_ever_fit(wish, bounds):
        return None
    kept = _gathered(wish.number, wish.ticket_ids, left, bounds)
    return Share(wish.entry_id, kept, is_offer=False) if kept else None


def _can_ever_fit(wish: Wish, bounds: Mapping[int, Bounds]) -> bool:
    """Tell whether an order may have what is wanted, if only there were enough.

    >>> _can_ever_fit(Wish(1, 4, (7,)), {7: Bounds(1, 4)}), _can_ever_fit(Wish(1, 4, (7,)), {7: Bounds(1, 2)})
    (True, False)
    """
    plenty = dict.fromkeys(wish.ticket_ids, wish.number)
    number = sum(fitting(wish.number, wish.ticket_ids, plenty, bounds).values())
    return number == wish.number or (wish.accepts_fewer and number > 0)


def _beside(offered: Mapping[int, int], bounds: Mapping[int, Bounds]) -> Mapping[int, Bounds]:
    """Return how many more of each type fit into an order beside what is offered already."""
    return (
        {id_: Bounds(1, one.most - offered[id_]) if offered.get(id_) else one for id_, one in bounds.items()}
        if offered
        else bounds
    )


def fitting(
    number: int, ticket_ids: Sequence[int], left: Mapping[int, int], bounds: Mapping[int, Bounds]
) -> dict[int, int]:
    """Return as many seats as there are, at most `number`, such that an order may have so many of each type.

    All of one type if that can be; otherwise of several, the earlier ones first.

    >>> free = {7: 2, 8: 5}
    >>> fitting(4, (7, 8), free, {7: Bounds(1, 10), 8: Bounds(1, 10)})
    {8: 4}
    >>> fitting(6, (7, 8), free, {7: Bounds(1, 10), 8: Bounds(1, 10)})
    {7: 2, 8: 4}
    >>> fitting(3, (7, 8), {7: 1, 8: 2}, {7: Bounds(2, 10), 8: Bounds(1, 10)})
    {8: 2}
    """
    ranges = {
        id_: (max(bounds[id_].least, 1), min(left.get(id_, 0), bounds[id_].most)) for id_ in ticket_ids if id_ in bounds
    }
    for id_, (least, most) in ranges.items():
        if least <= number <= most:
            return {id_: number}
    reached: dict[int, dict[int, int]] = {0: {}}  # by how many seats it comes to: one way to get there
    for id_, (least, most) in ranges.items():
        for total, chosen in sorted(reached.items(), reverse=True):
            for more in range(least, min(most, number - total) + 1):
                reached.setdefault(total + more, {**chosen, id_: more})
    return reached[max(reached)]


def _gathered(
    number: int, ticket_ids: Sequence[int], left: Mapping[int, int], bounds: Mapping[int, Bounds]
) -> dict[int, int]:
    """Return the seats to keep for an entry that needs more than there are."""
    found: dict[int, int] = {}
    for id_ in ticket_ids:
        if id_ in bounds:
            seats = min(left.get(id_, 0), bounds[id_].most, number - sum(found.values()))
            found |= {id_: seats} if seats > 0 else {}
    return found


def lasts_until(now: datetime, ends_at: datetime) -> datetime:
    """Return until when an offer stands, or seats are kept: a day, but less when the sale ends soon.

    A third of the time that is left, so that others still get their turn; half an hour at least, and never longer
    than tickets are sold.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> [lasts_until(noon, noon + timedelta(hours=hours)) - noon == timedelta(hours=then)
    ...  for hours, then in ((720, 24), (30, 10), (1, 0.5), (0.25, 0.25))]
    [True, True, True, True]
    """
    return min(now + min(LONGEST, max((ends_at - now) / 3, SHORTEST)), ends_at)


def check_wish(
    wanted: int, ticket_ids: Sequence[int], offers: Collection[Offer], now: datetime, *, pointer: str
) -> None:
    """Raise InvalidWish or NotSoldOut unless somebody may wait for so many of these ticket types.

    `offers` are those of them that the event shows. `pointer` is where the types were said.
    """
    if not ticket_ids:
        raise InvalidWish("Say which tickets you wait for.", pointer=pointer)
    if len(ticket_ids) > MOST_TYPES:
        raise InvalidWish(f"At most {MOST_TYPES} ticket types fit into one entry.", pointer=pointer)
    if set(ticket_ids) - {one.id for one in offers}:
        raise InvalidWish("The event sells no such ticket.", pointer=pointer)
    for one in offers:
        if not one.sales_starts_at <= now <= one.sales_ends_at:
            raise InvalidWish(f'"{one.name}" is not on sale now.', pointer=pointer)
        if not one.sold_out:
            raise NotSoldOut(f'There are tickets left of "{one.name}": order them.', pointer=pointer)
    check_number(wanted, offers)


def check_number(wanted: int, offers: Collection[Offer]) -> None:
    """Raise InvalidWish unless an order of some of these ticket types may have so many seats."""
    least = min(max(one.min_order, 1) for one in offers)
    most = most_wanted(offers)
    bounds = {one.id: Bounds(one.min_order, one.max_order) for one in offers}
    plenty = dict.fromkeys(bounds, wanted)
    if not least <= wanted <= most or sum(fitting(wanted, tuple(bounds), plenty, bounds).values()) != wanted:
        said = f"{least}" if least == most else f"{least} to {most}"
        raise InvalidWish(f"A number of tickets from an order's: {said}.", pointer="/data/attributes/wanted")


def most_wanted(offers: Iterable[Offer]) -> int:
    """Return how many seats an entry for some of these ticket types may ask for: what one order may have of them."""
    return min(sum(one.max_order for one in offers), MOST_WANTED)
