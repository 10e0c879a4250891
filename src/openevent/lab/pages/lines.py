"""The log of the lab, in pages: one's own lines, and those of devices that one looks after."""

from __future__ import annotations

from flask import render_template, request
from werkzeug.wrappers import Response

from openevent.lab.pages.blueprint import blueprint
from openevent.lab.queries.devices import devices_seen
from openevent.lab.queries.screens import log_kinds, log_lines
from openevent.web.gate import sign_in_first
from openevent.web.paging import asked_page
from openevent.web.visit import visit

PER_PAGE = 50


@blueprint.get("/lab/log")
def log() -> Response | str:
    """Show who did what with which device."""
    if visit().by.id is None:
        return sign_in_first()
    page = asked_page()
    device, kind = request.args.get("device", type=int), request.args.get("kind", "")[:30].replace("\0", "")
    with visit().reading() as db:
        seen = devices_seen(db, visit().by)
        kinds = log_kinds(db)
        is_known = device in {one.id for one in seen}
        found = log_lines(
            db,
            visit().by,
            device_id=device if is_known else None,
            kind=kind if kind in kinds else None,
            limit=PER_PAGE + 1,
            offset=(page - 1) * PER_PAGE,
        )
    return render_template(
        "lab/log.html",
        entries=found[:PER_PAGE],
        has_more=len(found) > PER_PAGE,
        page=page,
        devices=[(one.id, one.name) for one in seen],
        device=device,
        kinds=kinds,
        kind=kind,
    )
