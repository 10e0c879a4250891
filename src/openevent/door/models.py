"""Tables of the door: stations, scans, counts, badges."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from openevent.events.models import Event
from openevent.kit.db import Base, Keyed, check
from openevent.orders.models import Attendee
from openevent.programme.models import Microlocation, Session


class Station(Keyed, Base):
    """A place where tickets are scanned: the entrance, or the door of a room."""

    __tablename__ = "stations"
    __table_args__ = (check("station_type", "station_type IN ('registration', 'daily', 'check in', 'check out')"),)

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), index=True)
    microlocation_id: Mapped[int | None] = mapped_column(ForeignKey(Microlocation.id, ondelete="SET NULL"), index=True)
    station_name: Mapped[str]
    station_type: Mapped[str] = mapped_column(String(20))


class StationStorePax(Keyed, Base):
    """How many people somebody counted at a station during a session."""

    __tablename__ = "station_store_paxs"

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"))
    station_id: Mapped[int] = mapped_column(ForeignKey(Station.id, ondelete="CASCADE"), index=True)
    session_id: Mapped[int] = mapped_column(ForeignKey(Session.id, ondelete="CASCADE"), index=True)
    current_pax: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    modified_at: Mapped[datetime]


class UserCheckIn(Keyed, Base):
    """One scan. Names are kept as they were then; `day` is the date in the event's zone."""

    __tablename__ = "user_check_ins"
    __table_args__ = (
        Index("ix_user_check_ins_ticket_holder_id_day", "ticket_holder_id", "day"),
        Index("ix_user_check_ins_event_id_day", "event_id", "day"),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"))
    station_id: Mapped[int] = mapped_column(ForeignKey(Station.id, ondelete="CASCADE"), index=True)
    ticket_holder_id: Mapped[int] = mapped_column(ForeignKey(Attendee.id, ondelete="CASCADE"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey(Session.id, ondelete="SET NULL"), index=True)
    kind: Mapped[str] = mapped_column(String(20))  # the station's type when it was scanned
    day: Mapped[str] = mapped_column(String(10))
    track_name: Mapped[str | None]
    session_name: Mapped[str | None]  # of the session's type, as v1 has it
    speaker_name: Mapped[str | None]
    created_at: Mapped[datetime]


class BadgeForm(Keyed, Base):
    """What a badge looks like. `badge_fields` repeats the rows of its fields, so that lists need not gather them."""

    __tablename__ = "badge_forms"
    __table_args__ = (UniqueConstraint("event_id", "badge_id"),)

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"))
    badge_id: Mapped[str] = mapped_column(String(64))  # what tickets name it by
    badge_size: Mapped[str | None] = mapped_column(String(60))
    badge_color: Mapped[str | None] = mapped_column(String(40))
    badge_image_url: Mapped[str | None]
    badge_orientation: Mapped[str | None] = mapped_column(String(20))
    badge_fields: Mapped[list[Any]] = mapped_column(default=list)


class BadgeFieldForm(Keyed, Base):
    """One line that is printed on a badge."""

    __tablename__ = "badge_field_forms"

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), index=True)
    badge_form_id: Mapped[int] = mapped_column(ForeignKey(BadgeForm.id, ondelete="CASCADE"), index=True)
    badge_id: Mapped[str] = mapped_column(String(64))
    field_identifier: Mapped[str | None] = mapped_column(String(120))
    custom_field: Mapped[str | None] = mapped_column(String(120))
    sample_text: Mapped[str | None]
    font_size: Mapped[int | None]
    font_name: Mapped[str | None] = mapped_column(String(120))
    font_weight: Mapped[list[Any] | None]
    font_color: Mapped[str | None] = mapped_column(String(40))
    text_rotation: Mapped[int | None]
    text_alignment: Mapped[str | None] = mapped_column(String(20))
    text_type: Mapped[str | None] = mapped_column(String(40))
    is_deleted: Mapped[bool | None] = mapped_column(default=False)
    margin_top: Mapped[int | None]
    margin_bottom: Mapped[int | None]
    margin_left: Mapped[int | None]
    margin_right: Mapped[int | None]
    qr_custom_field: Mapped[list[Any] | None]
    is_field_expanded: Mapped[bool | None] = mapped_column(default=False)
