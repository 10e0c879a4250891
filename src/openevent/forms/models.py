"""Tables of forms: questions, what may be chosen, their labels in other languages, and stand-in pictures."""

from sqlalchemy import ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from openevent.events.models import Event, EventSubTopic
from openevent.kit.db import Base, Keyed, SoftDeleted, partial_index

_GENERAL, _OWN = text("form_id IS NULL"), text("form_id IS NOT NULL")  # NULLs are never equal: one index for each
_QUESTION = ("event_id", "form", "field_identifier")


class CustomForm(Keyed, Base):
    """One question of an event's form for attendees, sessions or speakers.

    `form_id` names a set of questions that some tickets ask instead of the general one.
    """

    __tablename__ = "custom_forms"
    __table_args__ = (
        partial_index("uq_custom_forms_general", *_QUESTION, where=_GENERAL),
        partial_index("uq_custom_forms_own", *_QUESTION, "form_id", where=_OWN),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), index=True)
    field_identifier: Mapped[str]
    form: Mapped[str]
    type: Mapped[str] = mapped_column(default="text")
    name: Mapped[str | None]
    description: Mapped[str | None]
    is_required: Mapped[bool] = mapped_column(default=False)
    is_included: Mapped[bool] = mapped_column(default=False)
    is_public: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    is_complex: Mapped[bool] = mapped_column(default=False)
    is_fixed: Mapped[bool] = mapped_column(default=False)
    form_id: Mapped[str | None]
    min: Mapped[int | None] = mapped_column(default=0)
    max: Mapped[int | None] = mapped_column(default=10)
    main_language: Mapped[str | None]
    is_allow_edit: Mapped[bool] = mapped_column(default=False)


class CustomFormOption(Keyed, SoftDeleted, Base):
    """What may be chosen as the answer to a question."""

    __tablename__ = "custom_form_options"

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), index=True)
    custom_form_id: Mapped[int] = mapped_column(ForeignKey(CustomForm.id, ondelete="CASCADE"), index=True)
    value: Mapped[str]


class CustomFormTranslate(Keyed, Base):
    """The label of a question in another language."""

    __tablename__ = "custom_form_translates"

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), index=True)
    custom_form_id: Mapped[int] = mapped_column(ForeignKey(CustomForm.id, ondelete="CASCADE"), index=True)
    name: Mapped[str]
    language_code: Mapped[str]
    form_id: Mapped[str]


class CustomPlaceholder(Keyed, Base):
    """The picture of events about a sub topic that have none."""

    __tablename__ = "custom_placeholders"

    event_sub_topic_id: Mapped[int | None] = mapped_column(
        ForeignKey(EventSubTopic.id, ondelete="SET NULL"), index=True
    )
    name: Mapped[str]
    original_image_url: Mapped[str]
    thumbnail_image_url: Mapped[str]
    large_image_url: Mapped[str]
    icon_image_url: Mapped[str]
    copyright: Mapped[str | None]
    origin: Mapped[str | None]
