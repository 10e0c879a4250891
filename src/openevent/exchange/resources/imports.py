"""Handing in a file that becomes an event, and what was handed in before."""

from __future__ import annotations

from openevent.exchange import actions
from openevent.exchange.models import ImportJob
from openevent.exchange.resources.calls import caller, opened, started
from openevent.jsonapi.declare import Attribute, Call, Change, Endpoint, Reply, Resource
from openevent.jsonapi.errors import ApiError
from openevent.jsonapi.ports import Backend
from openevent.kit.access import Actor
from openevent.kit.multipart import files_of
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
    for one in files_of(call.headers.get("content-type", ""), call.body, most_parts=_MOST_PARTS):
        if one.field == "file":
            return one.data
    raise ApiError(404, "Send a form with a file, named `file`.", source={"source": ""})


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
