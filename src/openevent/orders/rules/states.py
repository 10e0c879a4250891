"""How an order moves from state to state: a table, and what has to hold beyond it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from enum import Enum
from math import ceil
from types import MappingProxyType

from msgspec import Struct, field

from openevent.kit.errors import Conflict, DomainError, Forbidden, Invalid
from openevent.kit.money import Money

INITIALIZING = "initializing"
PENDING = "pending"
PLACED = "placed"
COMPLETED = "completed"
CANCELLED = "cancelled"
EXPIRED = "expired"
STATES = (INITIALIZING, PENDING, CANCELLED, COMPLETED, PLACED, EXPIRED)
HOLDING = frozenset({INITIALIZING, PENDING})  # seats are set aside for a while
SOLD = frozenset({PLACED, COMPLETED})  # seats are taken
GONE = frozenset({CANCELLED, EXPIRED})  # no seats

# Why money that has come can't complete an order. Buyers read it, each in their language.
PAID_BEFORE = "the order was paid already"
WAS_CANCELLED = "the order is cancelled"
COSTS_MORE = "the order costs more now"
NO_TICKETS_LEFT = "the tickets are not there any more"
NO_SEATS_LEFT = "the seats were sold to others after the time was up"
WHY_RETURNED = frozenset({PAID_BEFORE, WAS_CANCELLED, COSTS_MORE, NO_TICKETS_LEFT, NO_SEATS_LEFT})

PAYING = timedelta(minutes=30)  # how long seats are held for somebody who has gone to pay

FREE = "free"
OFFLINE = MappingProxyType(  # payment modes that are settled outside, and the event's switch for each
    {
        "bank": "can_pay_by_bank",
        "cheque": "can_pay_by_cheque",
        "onsite": "can_pay_onsite",
        "invoice": "can_pay_by_invoice",
    }
)
ONLINE: Mapping[str, str | None] = MappingProxyType(  # that a provider settles, and the event's switch for each
    {"stripe": "can_pay_by_stripe", "paypal": "can_pay_by_paypal", "play": None}
)
PROVIDERS: Mapping[str, str] = MappingProxyType(  # modes that somebody else settles, and who that is
    {
        "stripe": "Stripe",
        "paypal": "PayPal",
        "play": "Play money",
        "omise": "Omise",
        "alipay": "AliPay",
        "paytm": "Paytm",
    }
)
PAYMENT_MODES = (FREE, "stripe", "paypal", "bank", "cheque", "onsite", "omise", "alipay", "paytm", "invoice", "play")
BILLING = ("company", "address", "city", "zipcode", "country")  # what an invoice can't do without


class Party(Enum):
    """What somebody is to an order; one person can be several."""

    BUYER = "buyer"
    ORGANIZER = "organizer"
    ADMIN = "admin"


_B, _O, _A = Party.BUYER, Party.ORGANIZER, Party.ADMIN

# fmt: off
MOVES: Mapping[tuple[str, str], frozenset[Party]] = MappingProxyType({
    #  from          to             who may
    (INITIALIZING, PENDING):      frozenset({_B,     _A}),
    (INITIALIZING, PLACED):       frozenset({_B, _O, _A}),
    (INITIALIZING, COMPLETED):    frozenset({_B, _O, _A}),
    (INITIALIZING, CANCELLED):    frozenset({_B, _O, _A}),
    (INITIALIZING, EXPIRED):      frozenset({_B,     _A}),
    (PENDING,      PLACED):       frozenset({_B, _O, _A}),
    (PENDING,      COMPLETED):    frozenset({_B, _O, _A}),
    (PENDING,      CANCELLED):    frozenset({_B, _O, _A}),
    (PENDING,      EXPIRED):      frozenset({_B,     _A}),
    (PLACED,       COMPLETED):    frozenset({    _O, _A}),
    (PLACED,       CANCELLED):    frozenset({_B, _O, _A}),
    (COMPLETED,    CANCELLED):    frozenset({_B, _O, _A}),
    (EXPIRED,      PLACED):       frozenset({_B, _O, _A}),  # if the seats can be held again
    (EXPIRED,      COMPLETED):    frozenset({_B, _O, _A}),  # same
})
# fmt: on


class IllegalMove(Conflict):
    """An order in this state can't get into that one."""

    code = "illegal-order-state"


class NotYours(Forbidden):
    """Somebody else may do this with the order."""

    code = "order-move-forbidden"


class PaymentMissing(Forbidden):
    """The order costs something and nothing has been paid."""

    code = "payment-missing"


class RefundNeeded(Forbidden):
    """Whoever cancels a paid order gives the money back, and a buyer can't."""

    code = "refund-needed"


class InvalidPayment(Invalid):
    """This order can't be paid in this way."""

    code = "invalid-payment"


class ModeNotConfigured(Invalid):
    """The operator has not set up the provider of this way to pay."""

    code = "payment-mode-not-configured"


class BillingIncomplete(Invalid):
    """An invoice needs an address."""

    code = "billing-incomplete"


class Standing(Struct, frozen=True):
    """What matters of an order and its event when the order is to move."""

    status: str
    amount: Money
    payment_mode: str | None = None
    needs_billing: bool = False  # the buyer asks for it, or the event insists
    billing: Mapping[str, str | None] = field(default_factory=dict[str, "str | None"])
    switches: AbstractSet[str] = frozenset()  # the event's payment switches that are on

    @property
    def is_free(self) -> bool:
        """Whether nothing has to be paid."""
        return self.amount.minor == 0


def check_move(standing: Standing, to: str, parties: AbstractSet[Party]) -> None:
    """Raise the reason why somebody who is all these parties may not move an order to a state.

    >>> free = Standing(INITIALIZING, Money(0, "EUR"), payment_mode="free")
    >>> check_move(free, COMPLETED, {Party.BUYER})
    >>> check_move(Standing(INITIALIZING, Money(100, "EUR")), COMPLETED, {Party.BUYER})
    Traceback (most recent call last):
    openevent.orders.rules.states.PaymentMissing: An order that is not paid can't be completed.
    """
    allowed = MOVES.get((standing.status, to))
    if allowed is None:
        raise IllegalMove(f"An order that is {standing.status} can't become {to}.", pointer=STATUS)
    if not allowed & parties:
        raise NotYours(f"You may not make this order {to}.", pointer=STATUS)
    check = {COMPLETED: _check_completed, PLACED: _check_placed, PENDING: _check_pending, CANCELLED: _check_cancelled}
    if to in check:
        check[to](standing, parties)
    if to in (COMPLETED, PLACED, PENDING):
        check_billing(standing)


STATUS = "/data/attributes/status"
PAYMENT_MODE = "/data/attributes/payment-mode"


def _check_completed(standing: Standing, parties: AbstractSet[Party]) -> None:
    if standing.is_free:
        return
    if not parties & {Party.ORGANIZER, Party.ADMIN}:
        raise PaymentMissing("An order that is not paid can't be completed.", pointer=STATUS)
    if standing.payment_mode == FREE:
        raise InvalidPayment("This order is not free.", pointer=PAYMENT_MODE)


def _check_placed(standing: Standing, _parties: AbstractSet[Party]) -> None:
    if standing.is_free:
        raise InvalidPayment("There is nothing to pay: complete the order.", pointer=STATUS)
    switch = OFFLINE.get(standing.payment_mode or "")
    if switch is None or switch not in standing.switches:
        raise InvalidPayment("The event does not take this kind of payment.", pointer=PAYMENT_MODE)


def _check_pending(standing: Standing, _parties: AbstractSet[Party]) -> None:
    if standing.is_free:
        raise InvalidPayment("There is nothing to pay: complete the order.", pointer=STATUS)
    if standing.payment_mode == FREE:
        raise InvalidPayment("This order is not free.", pointer=PAYMENT_MODE)
    check_taken(standing)


def check_taken(standing: Standing) -> None:
    """Raise InvalidPayment when the event has switched this way to pay off; none may be chosen yet.

    >>> check_taken(Standing(PENDING, Money(100, "EUR")))
    >>> check_taken(Standing(PENDING, Money(100, "EUR"), payment_mode="bank"))
    Traceback (most recent call last):
    openevent.orders.rules.states.InvalidPayment: The event does not take this kind of payment.
    """
    mode = standing.payment_mode or ""
    switch = OFFLINE.get(mode) or ONLINE.get(mode)
    if switch is not None and not standing.is_free and switch not in standing.switches:
        raise InvalidPayment("The event does not take this kind of payment.", pointer=PAYMENT_MODE)


def check_configured(mode: str | None, providers: Collection[str]) -> None:
    """Raise ModeNotConfigured for a way to pay whose provider is not among those that are set up.

    >>> check_configured("bank", ()), check_configured(None, ()), check_configured("stripe", ("stripe",))
    (None, None, None)
    >>> check_configured("omise", ("stripe",))
    Traceback (most recent call last):
    openevent.orders.rules.states.ModeNotConfigured: Omise is not configured on this server.
    """
    if mode is not None and mode in PROVIDERS and mode not in providers:
        raise ModeNotConfigured(f"{PROVIDERS[mode]} is not configured on this server.", pointer=PAYMENT_MODE)


def _check_cancelled(standing: Standing, parties: AbstractSet[Party]) -> None:
    """Leave what is paid to those who can give the money back; the refund follows where they cancel."""
    is_paid = standing.status == COMPLETED and not standing.is_free
    if is_paid and not parties & {Party.ORGANIZER, Party.ADMIN}:
        raise RefundNeeded("A paid order is cancelled by the organizers: please ask them.", pointer=STATUS)


def check_billing(standing: Standing) -> None:
    """Raise BillingIncomplete when the invoice of an order could not be written.

    >>> check_billing(Standing(PENDING, Money(100, "EUR")))
    >>> check_billing(Standing(PENDING, Money(100, "EUR"), needs_billing=True))
    Traceback (most recent call last):
    openevent.orders.rules.states.BillingIncomplete: Billing information is incomplete.
    """
    if standing.is_free or not standing.needs_billing:
        return
    for name in BILLING:
        if not (standing.billing.get(name) or "").strip():
            raise BillingIncomplete("Billing information is incomplete.", pointer=f"/data/attributes/{name}")


def may_move(standing: Standing, to: str, parties: AbstractSet[Party]) -> bool:
    """Tell whether check_move would let this pass."""
    try:
        check_move(standing, to, parties)
    except DomainError:
        return False
    return True


def is_over(status: str, expires_at: datetime | None, now: datetime) -> bool:
    """Tell whether the time of an order is up, whether or not anybody has noticed yet.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> is_over("pending", noon, noon), is_over("placed", noon, noon), is_over("pending", None, noon)
    (True, False, False)
    """
    return status in HOLDING and expires_at is not None and expires_at <= now


def status_at(status: str, expires_at: datetime | None, now: datetime) -> str:
    """Return the state that an order is in at a moment.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> status_at("pending", noon, noon), status_at("placed", None, noon)
    ('expired', 'placed')
    """
    return EXPIRED if is_over(status, expires_at, now) else status


def seconds_until(moment: datetime, now: datetime) -> int:
    """Return how many seconds to count down: a begun one counts, so that at zero the moment has come.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> seconds_until(noon, noon - timedelta(seconds=1.2)), seconds_until(noon, noon + timedelta(days=1))
    (2, 0)
    """
    return max(0, ceil((moment - now).total_seconds()))


_SUBJECT = "order:"


def subject_of(order_id: int) -> str:
    """Return what an order is called among the things that are paid for.

    >>> subject_of(7)
    'order:7'
    """
    return f"{_SUBJECT}{order_id}"


def order_id_in(subject: str) -> int | None:
    """Return the order that something was paid for; None when it was something else.

    >>> order_id_in("order:7"), order_id_in("event-invoice:7"), order_id_in("order:x")
    (7, None, None)
    """
    key = subject.removeprefix(_SUBJECT)
    return int(key) if key != subject and key.isdecimal() else None


def has_page(mode: str | None) -> bool:
    """Tell whether a buyer who pays in this way follows a link; for Stripe, clients have a form of their own.

    >>> has_page("paypal"), has_page("stripe"), has_page("bank")
    (True, False, False)
    """
    return mode in ONLINE and mode != "stripe"


def seats_of(status: str) -> str | None:
    """Return the counter that an order in this state is counted in: held, sold, or none.

    >>> seats_of("pending"), seats_of("placed"), seats_of("expired")
    ('held', 'sold', None)
    """
    if status in HOLDING:
        return "held"
    return "sold" if status in SOLD else None
