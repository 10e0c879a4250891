"""What orders announce."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FreeOrderMade:
    """A buyer has ordered, for people who were entered before, what costs nothing; nobody else will complete it."""

    order_id: int


@dataclass(frozen=True, slots=True)
class OrderPlaced:
    """A buyer has promised to pay; the tickets are theirs."""

    order_id: int


@dataclass(frozen=True, slots=True)
class OrderCompleted:
    """Nothing is left to pay."""

    order_id: int


@dataclass(frozen=True, slots=True)
class OrderCancelled:
    """The seats are free again. It holds what a mail needs, because the order itself may be gone by then.

    `addresses` are of those who held a ticket already, beside the buyer.
    """

    order_id: int
    number: str
    event_id: int
    user_id: int | None
    note: str | None
    addresses: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, slots=True)
class AttendeesCancelled:
    """Some tickets of an order are void, the others stay; `addresses` are of those who held them."""

    order_id: int
    addresses: list[str]
    note: str | None


@dataclass(frozen=True, slots=True)
class OrderExpired:
    """Nobody came back in time, and the seats are free again."""

    order_id: int


@dataclass(frozen=True, slots=True)
class HoldersCorrected:
    """Tickets that were given out already have another name, address or code; these holders are to get them anew."""

    order_id: int
    attendee_ids: list[int]


@dataclass(frozen=True, slots=True)
class PapersOutdated:
    """All tickets of an event, or of one type, show something that is not so any more; those after a key are left."""

    event_id: int
    ticket_id: int | None
    after: int


@dataclass(frozen=True, slots=True)
class PapersWanted:
    """The tickets of an order are to be set anew; nobody needs to be told."""

    order_id: int


@dataclass(frozen=True, slots=True)
class PapersDropped:
    """These files are out of use."""

    keys: list[str]


@dataclass(frozen=True, slots=True)
class TicketsReady:
    """The PDFs of these holders lie in the storage; the first time it is all of the order's."""

    order_id: int
    attendee_ids: list[int]
    is_first: bool


@dataclass(frozen=True, slots=True)
class ConfirmationWanted:
    """Somebody has lost the mails of an order that stands."""

    order_id: int


@dataclass(frozen=True, slots=True)
class MoneyReturned:
    """Money came for an order that it can't complete any more, and goes back; `reason` is for people."""

    order_id: int
    amount_minor: int
    currency: str
    reason: str
