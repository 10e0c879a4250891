"""Tables of what comes on top of prices: an event's tax, and the platform's fee."""

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from openevent.events.models import Event
from openevent.kit.db import Base, Keyed, SoftDeleted, check, live_unique

GLOBAL = "global"  # the country of a fee that holds wherever no other one does


class Tax(Keyed, SoftDeleted, Base):
    """The tax on an event's tickets, `rate` in percent, and who pays it to the state. An event has one at most."""

    __tablename__ = "taxes"
    __table_args__ = (
        live_unique("uq_taxes_event_id_live", "event_id"),
        check("rate", "rate >= 0 AND rate <= 100"),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), index=True)
    name: Mapped[str | None] = mapped_column(default="")
    rate: Mapped[float] = mapped_column(default=0.0)
    is_tax_included_in_price: Mapped[bool] = mapped_column(default=False)
    country: Mapped[str | None]
    tax_id: Mapped[str | None] = mapped_column(default="")
    should_send_invoice: Mapped[bool] = mapped_column(default=False)
    is_invoice_sent: Mapped[bool] = mapped_column(default=False)
    registered_company: Mapped[str | None]
    contact_name: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    address: Mapped[str | None]
    city: Mapped[str | None]
    state: Mapped[str | None]
    zip: Mapped[str | None]
    invoice_footer: Mapped[str | None]


class TicketFee(Keyed, Base):
    """What the platform takes of a ticket: `service_fee` percent, `maximum_fee` (major units) a line at most."""

    __tablename__ = "ticket_fees"
    __table_args__ = (
        UniqueConstraint("currency", "country"),
        check("service_fee", "service_fee >= 0 AND service_fee <= 100"),
        check("maximum_fee", "maximum_fee >= 0"),
    )

    currency: Mapped[str | None] = mapped_column(String(3))
    country: Mapped[str] = mapped_column(String(64), default=GLOBAL)
    service_fee: Mapped[float | None]
    maximum_fee: Mapped[float | None]
