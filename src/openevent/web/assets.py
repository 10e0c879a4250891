"""Static files: one address for each state of the whole tree, so that browsers may keep them for ever."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import abort, make_response, request
from werkzeug.wrappers import Response

STATIC = Path(__file__).parent / "static"
A_YEAR = 31_536_000
# The machine's own table of types differs from machine to machine; browsers refuse modules of a wrong type.
_TYPES = {".css": "text/css", ".js": "text/javascript", ".woff2": "font/woff2", ".svg": "image/svg+xml"}


@cache
def _files() -> dict[str, bytes]:
    """Read the tree once: a few hundred kilobytes, and no address can lead out of it."""
    found = (path for path in sorted(STATIC.rglob("*")) if path.suffix in _TYPES)
    return {path.relative_to(STATIC).as_posix(): path.read_bytes() for path in found}


@cache
def version() -> str:
    """Return one digest for all static files: style sheets and modules name their neighbours relatively."""
    digest = hashlib.sha256()
    for name, data in _files().items():
        digest.update(name.encode() + b"\0" + data)
    return digest.hexdigest()[:12]


def asset(name: str) -> str:
    """Return the address of a static file."""
    return f"/static/{version()}/{name}"


def static_file(digest: str, name: str) -> Response:
    """Serve a static file: kept for a year under its own digest, not at all under another's."""
    data = _files().get(name)
    if data is None:
        abort(404)
    response = make_response(data)
    response.mimetype = _TYPES[Path(name).suffix]
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable" if digest == version() else "no-cache"
    response.add_etag()
    return response.make_conditional(request)
