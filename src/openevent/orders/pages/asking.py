"""An event's own questions in the checkout: what is asked of one holder, what was typed, what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from openevent.forms.rules.fields import Field
from openevent.kit.errors import Invalid
from openevent.orders.queries.asked import Answer, file_name

OWN = ("firstname", "lastname", "email")  # every holder is asked for these, with fields of their own
_FILLED = {  # how browsers fill in what is asked of the buyer
    "company": "organization",
    "job_title": "organization-title",
    "phone": "tel",
    "work_phone": "work tel",
    "city": "address-level2",
    "state": "address-level1",
    "country": "country-name",
    "website": "url",
    "address": "street-address",
    "home_address": "home street-address",
    "work_address": "work street-address",
    "billing_address": "billing street-address",
    "shipping_address": "shipping street-address",
}


class Asked(Struct, frozen=True):
    """One question to one holder; `typed` is what stands in its field, or which of its boxes are ticked."""

    field: Field
    holder_id: int
    label: str
    language: str | None
    typed: tuple[str, ...] = ()
    error: str = ""

    @property
    def name(self) -> str:
        """What the field is called in the form that is sent."""
        return f"answer-{self.holder_id}-{self.field.id}"

    @property
    def text(self) -> str:
        """What stands in it, where that is one text."""
        return self.typed[0] if self.typed else ""

    @property
    def autocomplete(self) -> str:
        """How a browser may fill it in."""
        return "off" if self.field.question.is_complex else _FILLED.get(self.field.column, "off")

    @property
    def kept(self) -> object:
        """The answer as it is kept, None for none; only where nothing is wrong with it."""
        return self.field.read(self.typed)

    @property
    def file_name(self) -> str:
        """What the file that was handed in is called; nothing for what is no address."""
        return file_name(self.text)

    def checked(self) -> Asked:
        """Return it with what is wrong with it."""
        if self.error:
            return self
        try:
            self.field.read(self.typed)
        except Invalid as refusal:
            return replace(self, error=refusal.detail)
        return self


def unasked(answers: Iterable[Answer], holder_id: int, wishes: Sequence[str]) -> tuple[Asked, ...]:
    """Return what somebody is asked beside name and address, with the answers so far; `wishes`: languages they read."""
    return tuple(
        Asked(one.field, holder_id, *one.field.called(wishes), typed=one.field.typed(one.kept))
        for one in answers
        if _is_beside_names(one.field)
    )


def _is_beside_names(field: Field) -> bool:
    return field.question.is_complex or field.column not in OWN


def beside_names(answers: Mapping[int, Iterable[Answer]]) -> dict[int, tuple[Answer, ...]]:
    """Return everybody's answers without name and address, which are shown anyway."""
    return {key: tuple(one for one in said if _is_beside_names(one.field)) for key, said in answers.items()}


def retyped(asked: Iterable[Asked], sent: Callable[[str], list[str]]) -> tuple[Asked, ...]:
    """Return the questions with what was sent in answer to each."""
    return tuple(replace(one, typed=tuple(sent(one.name))) for one in asked)


def needed(answers: Iterable[Answer]) -> frozenset[str]:
    """Return which of name and address the organizer wants by all means."""
    asked = (one.field for one in answers if one.field.question.is_required and not one.field.question.is_complex)
    return frozenset(field.column for field in asked if field.column in OWN)
