"""Keeping what people upload: under an address that nobody can guess, as what it really is."""

from __future__ import annotations

import secrets

from openevent.kit.access import Actor
from openevent.kit.errors import Invalid
from openevent.kit.pictures import NoPicture, measure
from openevent.kit.services import Services
from openevent.kit.work import OpenWork, UnitOfWork
from openevent.site import queries
from openevent.site.actions.pruning import note_upload
from openevent.site.queries import UploadLimits
from openevent.site.rules.files import KILOBYTE, MEDIA, UNKNOWN, Form, form_of, is_image, kept_name, key_of

_TIMES, _SECONDS = 300, 3_600  # uploads of one account


class TooLarge(Invalid):
    """The file is larger than admins allow."""

    code = "upload-too-large"


def keep_image(open_work: OpenWork, data: bytes, *, by: Actor) -> str:
    """Keep a picture and return its address; raises TooLarge, or Invalid for what is no picture."""
    services, limits = _admitted(open_work, by)
    _check_size(data, limits.image)
    form = form_of(data)
    try:
        measure(data)
    except NoPicture:
        form = None
    if form is None or not is_image(form):
        raise Invalid("That is no picture that can be used: PNG, JPEG, GIF or WebP.", pointer="/data")
    return _keep(open_work, services, data, "picture", form, by=by)


def keep_file(open_work: OpenWork, data: bytes, name: str, *, by: Actor) -> str:
    """Keep a file and return its address; raises TooLarge."""
    services, limits = _admitted(open_work, by)
    form = form_of(data)
    _check_size(data, limits.image if is_image(form) else limits.file)
    return _keep(open_work, services, data, name, form, by=by)


def copy_upload(work: UnitOfWork, address: str | None) -> str | None:
    """Copy the file behind an address of ours and return the copy's address; others are returned as they are.

    The copy is removed again when this unit of work fails.
    """
    services = work.services
    key = key_of(address or "", services.site.url)
    if key is None:
        return address
    to = f"{MEDIA}/{secrets.token_hex(16)}/{key.rpartition('/')[2]}"
    work.on_failure(lambda: services.storage.delete(to))
    if not services.storage.copy(key, to):
        return address
    note_upload(work, to)
    return services.site.link(f"/static/{to}")


def _admitted(open_work: OpenWork, by: Actor) -> tuple[Services, UploadLimits]:
    with open_work() as work:
        limits, services = queries.upload_limits(work.db), work.services
    services.limiter.hit(f"upload:{by.id}", times=_TIMES, seconds=_SECONDS)
    return services, limits


def _check_size(data: bytes, most: int) -> None:
    if len(data) > most:
        raise TooLarge(f"A file may have {most // KILOBYTE} kB here.", pointer="/data")
    if not data:
        raise Invalid("The file is empty.", pointer="/data")


def _keep(open_work: OpenWork, services: Services, data: bytes, name: str, form: Form | None, *, by: Actor) -> str:
    """Write the file, which may take its time, outside of any transaction; then note who brought it."""
    key = f"{MEDIA}/{secrets.token_hex(16)}/{kept_name(name, form)}"
    content_type = form.content_type if form else UNKNOWN
    with open_work() as work:
        note_upload(work, key)  # first, so that a file is forgotten even if this is the last that is heard of it
    services.storage.put(key, data, content_type=content_type)
    with open_work() as work:
        work.audit("upload.create", key[:80], by=by, bytes=len(data), form=content_type)
    return services.site.link(f"/static/{key}")
