"""What orders announce."""

from __future__ import annotations

from msgspec import Struct, field


class FreeOrderMade(Struct, frozen=True):
    """An order that waits for money costs nothing, from its beginning or by now; nobody else will complete it."""

    order_id: int


class OrderPlaced(Struct, frozen=True):
    """A buyer has promised to pay; the tickets are theirs."""

    order_id: int


class OrderCompleted(Struct, frozen=True):
    """Nothing is left to pay; `was_placed`: the tickets were given out before, on a promise."""

    order_id: int
    was_placed: bool = False


class OrderCancelled(Struct, frozen=True):
    """The seats are free again. It holds what a mail needs, because the order itself may be gone by then.

    `holders` had a ticket already, the buyer among them or not: their names by address. `returned` is what goes back
    to the buyer, in minor units, where no later mail could say so.
    """

    order_id: int
    number: str
    event_id: int
    user_id: int | None
    note: str | None
    holders: dict[str, str] = field(default_factory=dict[str, str])
    returned: int = 0
    currency: str = ""


class AttendeesCancelled(Struct, frozen=True):
    """Some tickets of an order are void, the others stay; `holders` had them: their names by address."""

    order_id: int
    holders: dict[str, str]
    note: str | None


class OrderExpired(Struct, frozen=True):
    """Nobody came back in time, and the seats are free again."""

    order_id: int


class HoldersCorrected(Struct, frozen=True):
    """Tickets that were given out already have another name, address or code; these holders are to get them anew."""

    order_id: int
    attendee_ids: list[int]


class PapersOutdated(Struct, frozen=True):
    """All tickets of an event, or of one type, show something that is not so any more; those after a key are left."""

    event_id: int
    ticket_id: int | None
    after: int


class PapersWanted(Struct, frozen=True):
    """The tickets of an order are to be set anew; nobody needs to be told."""

    order_id: int


class PapersDropped(Struct, frozen=True):
    """These files are out of use."""

    keys: list[str]


class TicketsReady(Struct, frozen=True):
    """The PDFs of these holders lie in the storage; the first time it is all of the order's."""

    order_id: int
    attendee_ids: list[int]
    is_first: bool


class ConfirmationWanted(Struct, frozen=True):
    """Somebody has lost the mails of an order that stands."""

    order_id: int


class MoneyReturned(Struct, frozen=True):
    """Money came for an order that it can't complete any more, and goes back; `reason` is for people."""

    order_id: int
    amount_minor: int
    currency: str
    reason: str


class SeatsOffered(Struct, frozen=True):
    """Somebody who waited may take seats until a moment."""

    entry_id: int


class OfferExpired(Struct, frozen=True):
    """Somebody who waited has not answered in time; the seats are for the next one."""

    entry_id: int


class WaitingClosed(Struct, frozen=True):
    """There is nothing left that somebody could wait for; `reason` is a word of `rules.waiting`."""

    entry_id: int
    reason: str
