"""Uploads: a picture as a data URL, or files of a form."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import cast

from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from openevent.jsonapi.declare import Call, Endpoint, Reply
from openevent.jsonapi.errors import ApiError
from openevent.jsonapi.ports import Backend
from openevent.kit.access import Actor
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
    many = len(sent) > 1 or sent[0].name == "files[]"
    found = [
        actions.keep_file(_open_work(backend), one.stream.read(), one.filename or "", by=_caller(call)) for one in sent
    ]
    return Reply({"url": found if many else found[0]})


def _files_of(call: Call) -> list[FileStorage]:
    mimetype, options = parse_options_header(call.headers.get("content-type"))
    parser = FormDataParser(_in_memory, max_form_parts=_MOST_PARTS, silent=False)
    try:
        files = parser.parse(io.BytesIO(call.body), mimetype, len(call.body), options)[2]
    except (ValueError, RequestEntityTooLarge):
        files = None
    sent = [one for name in files for one in files.getlist(name) if one.filename] if files else []
    if not sent:
        raise ApiError(400, "Send a form with a file.", source={"source": ""})
    return sent


def _in_memory(
    total_content_length: int | None,  # noqa: ARG001 -- as the parser calls it
    content_type: str | None,  # noqa: ARG001 -- same
    filename: str | None,  # noqa: ARG001 -- same
    content_length: int | None = None,  # noqa: ARG001 -- same
) -> io.BytesIO:
    """Return where a file of the form goes: the whole body is in memory already."""
    return io.BytesIO()


def _caller(call: Call) -> Actor:
    return cast(Actor, call.by)


def _open_work(backend: Backend) -> Callable[[], AbstractContextManager[UnitOfWork]]:
    return cast("Callable[[], AbstractContextManager[UnitOfWork]]", backend.work)


ENDPOINTS = (
    Endpoint("POST", "/v1/upload/image", _upload_image, summary="Keep a picture", takes_files=True),
    Endpoint("POST", "/v1/upload/files", _upload_files, summary="Keep files", takes_files=True),
)
