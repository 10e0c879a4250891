"""Showing what people uploaded: as what it really is, and never as a page of ours."""

from __future__ import annotations

from flask import Blueprint, Response

from openevent.kit.errors import NotFound
from openevent.site.rules.files import MEDIA, UNKNOWN, form_of, is_image
from openevent.web.visit import visit

blueprint = Blueprint("site", __name__)

_A_YEAR = 31_536_000
_ALONE = "default-src 'none'; frame-ancestors 'none'"


@blueprint.get("/static/media/<folder>/<name>")
def media(folder: str, name: str) -> Response:
    """Send an upload: pictures and PDF to be looked at, everything else to be kept.

    What it is says its beginning, whatever it is called, so no upload is ever run as a page or a script.
    """
    try:
        data = visit().services.storage.get(f"{MEDIA}/{folder}/{name}")
    except ValueError:
        data = None
    if data is None:
        raise NotFound("There is no such file.")
    form = form_of(data)
    response = Response(data, content_type=form.content_type if form else UNKNOWN)
    response.headers["Content-Disposition"] = f'{"inline" if form else "attachment"}; filename="{name}"'
    response.headers["Content-Security-Policy"] = f"{_ALONE}; sandbox" if is_image(form) else _ALONE
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # pages of other clients show them, too
    response.headers["Cache-Control"] = f"public, max-age={_A_YEAR}, immutable"  # another file has another address
    return response
