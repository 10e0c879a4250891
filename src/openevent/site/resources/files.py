"""Uploads: a picture as a data URL, or files of a form."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import cast

from openevent.jsonapi.declare import Call, Endpoint, Reply
from openevent.jsonapi.errors import ApiError
from openevent.jsonapi.ports import Backend
from openevent.kit.access import Actor
from openevent.kit.multipart import SentFile, files_of
from openevent.kit.work import UnitOfWork
from openevent.site import actions
from openevent.site.rules.files import read_data_url

_MOST_PARTS = 20


def _upload_image(call: Call, backend: Backend) -> Reply:
    """Keep a picture that was sent as {"data": "data:image/png;base64,..."}."""
    told = call.json().get("data")
    data = read_data_url(told) if isinstance(told, str) else None
    if data is None:
        raise ApiError(400, "Send a picture as a data URL.", source={"pointer": "/data"})
    return Reply({"url": actions.keep_image(_open_work(backend), data, by=_caller(call))})


def _upload_files(call: Call, backend: Backend) -> Reply:
    """Keep the files of a form: `file` gives one address, `files[]` a list of them."""
    sent = _files_of(call)
    many = len(sent) > 1 or sent[0].field == "files[]"
    found = [actions.keep_file(_open_work(backend), one.data, one.name, by=_caller(call)) for one in sent]
    return Reply({"url": found if many else found[0]})


def _files_of(call: Call) -> list[SentFile]:
    found = files_of(call.headers.get("content-type", ""), call.body, most_parts=_MOST_PARTS)
    sent = [one for one in found if one.name]
    if not sent:
        raise ApiError(400, "Send a form with a file.", source={"source": ""})
    return sent


def _caller(call: Call) -> Actor:
    return cast(Actor, call.by)


def _open_work(backend: Backend) -> Callable[[], AbstractContextManager[UnitOfWork]]:
    return cast("Callable[[], AbstractContextManager[UnitOfWork]]", backend.work)


ENDPOINTS = (
    Endpoint("POST", "/v1/upload/image", _upload_image, summary="Keep a picture", takes_files=True),
    Endpoint("POST", "/v1/upload/files", _upload_files, summary="Keep files", takes_files=True),
)
