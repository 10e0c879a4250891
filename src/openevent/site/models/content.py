"""Tables of static pages, modules and sizes of pictures."""

from sqlalchemy.orm import Mapped, mapped_column

from openevent.kit.db import Base, Keyed


class Module(Keyed, Base):
    """Which parts of the product this installation offers; there is one row."""

    __tablename__ = "modules"

    ticket_include: Mapped[bool] = mapped_column(default=False)
    payment_include: Mapped[bool] = mapped_column(default=False)
    donation_include: Mapped[bool] = mapped_column(default=False)


class Page(Keyed, Base):
    """A page that admins write, such as the terms of use."""

    __tablename__ = "pages"

    name: Mapped[str]
    title: Mapped[str | None]
    url: Mapped[str]
    description: Mapped[str | None]
    place: Mapped[str | None]  # footer, event
    language: Mapped[str | None]
    index: Mapped[int] = mapped_column(default=0)  # the order among pages of one place


class EventImageSize(Keyed, Base):
    """How large the pictures of events are made; there is one row."""

    __tablename__ = "event_image_sizes"

    type: Mapped[str | None]
    full_width: Mapped[int | None] = mapped_column(default=1300)
    full_height: Mapped[int | None] = mapped_column(default=500)
    full_aspect: Mapped[bool] = mapped_column(default=False)  # keep the picture's own, and let the height follow
    full_quality: Mapped[int | None] = mapped_column(default=80)
    icon_width: Mapped[int | None] = mapped_column(default=75)
    icon_height: Mapped[int | None] = mapped_column(default=30)
    icon_aspect: Mapped[bool] = mapped_column(default=False)
    icon_quality: Mapped[int | None] = mapped_column(default=80)
    thumbnail_width: Mapped[int | None] = mapped_column(default=500)
    thumbnail_height: Mapped[int | None] = mapped_column(default=200)
    thumbnail_aspect: Mapped[bool] = mapped_column(default=False)
    thumbnail_quality: Mapped[int | None] = mapped_column(default=80)
    logo_width: Mapped[int | None] = mapped_column(default=500)
    logo_height: Mapped[int | None] = mapped_column(default=200)


class SpeakerImageSize(Keyed, Base):
    """How large the pictures of speakers and accounts are made: squares; there is one row."""

    __tablename__ = "speaker_image_sizes"

    type: Mapped[str | None]
    small_size_width_height: Mapped[int | None] = mapped_column(default=500)
    small_size_quality: Mapped[int | None] = mapped_column(default=80)
    thumbnail_size_width_height: Mapped[int | None] = mapped_column(default=50)
    thumbnail_size_quality: Mapped[int | None] = mapped_column(default=80)
    icon_size_width_height: Mapped[int | None] = mapped_column(default=35)
    icon_size_quality: Mapped[int | None] = mapped_column(default=80)
