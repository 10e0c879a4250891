"""Handing in a file that becomes an event, and what was handed in before."""

from __future__ import annotations

import io

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from openevent.exchange import actions
from openevent.exchange.models import ImportJob
from openevent.exchange.resources.calls import caller, opened, started
from openevent.jsonapi.declare import Attribute, Call, Change, Endpoint, Reply, Resource
from openevent.jsonapi.errors import ApiError
from openevent.jsonapi.ports import Backend
from openevent.kit.access import Actor
from openevent.kit.work import UnitOfWork

SOURCES = ("json", "pentabarf", "ical", "xcal")
_MOST_PARTS = 10


def _start(call: Call, backend: Backend) -> Reply:
    source = call.params["source"]
    if source not in SOURCES:
        raise ApiError(404, f"Nothing is imported from {source[:40]}.", source={"parameter": "source_type"})
    data = _file_of(call)
    with opened(backend) as work:
        return started(actions.start_import(work, f"import-{source}", data, by=caller(call)))


def _file_of(call: Call) -> bytes:
    mimetype, options = parse_options_header(call.headers.get("content-type"))
    parser = FormDataParser(max_form_parts=_MOST_PARTS, silent=False)
    try:
        files = parser.parse(io.BytesIO(call.body), mimetype, len(call.body), options)[2]
    except (ValueError, RequestEntityTooLarge):
        files = MultiDict[str, FileStorage]()
    found: dict[str, bytes] = {}
    for name, file in files.items(multi=True):
        with file.stream as stream:
            found.setdefault(name, stream.read())
    if "file" not in found:
        raise ApiError(404, "Send a form with a file, named `file`.", source={"source": ""})
    return found["file"]


def _create(work: UnitOfWork, change: Change, by: Actor) -> ImportJob:
    values = {"starts_at": work.now, **{key: value for key, value in change.values.items() if value}}
    job = ImportJob(user_id=by.id, **values)
    work.db.add(job)
    work.db.flush()
    work.audit("import-job.create", f"import-job:{job.id}", by=by)
    return job


IMPORT_JOBS = Resource(
    type="import-job",
    model=ImportJob,
    attributes=(
        Attribute("task", required=True, nullable=False, max_length=36),
        Attribute("starts-at"),
        Attribute("result"),
        Attribute("result-status"),
    ),
    default_sort="-starts-at",
    verbs={"create": _create},
)
IMPORTS = (
    Endpoint(
        "POST",
        "/v1/events/import/<source>",
        _start,
        summary="Make an event of a file: json, pentabarf, ical or xcal",
        takes_files=True,
    ),
)
