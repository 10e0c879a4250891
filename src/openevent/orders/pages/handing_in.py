"""Files that are answers: kept as they come with the form, so that an answer is an address as in the API."""

from __future__ import annotations

from collections.abc import Iterable

from flask import request
from msgspec.structs import replace

from openevent.forms.rules.fields import FILE
from openevent.kit.errors import DomainError
from openevent.orders.pages.asking import Asked
from openevent.site.actions import keep_file, keep_image
from openevent.web.visit import visit


def handed_in(asked: Iterable[Asked]) -> tuple[Asked, ...]:
    """Return the questions with the files that came in answer to some; what was handed in before stays otherwise."""
    return tuple(_with_file(one) if one.field.kind == FILE else one for one in asked)


def _with_file(one: Asked) -> Asked:
    sent = request.files.get(f"{one.name}-file")
    if sent is None or not sent.filename:
        return one
    here = visit()
    try:
        if one.field.question.type == "image":
            address = keep_image(here.work, sent.stream.read(), by=here.by)
        else:
            address = keep_file(here.work, sent.stream.read(), sent.filename, by=here.by)
    except DomainError as refusal:
        return replace(one, error=refusal.detail)
    return replace(one, typed=(address,))
