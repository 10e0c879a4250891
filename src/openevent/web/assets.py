"""Static files: one address for each state of the whole tree, so that browsers may keep them for ever."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Response, send_from_directory

STATIC = Path(__file__).parent / "static"
A_YEAR = 31_536_000
# The machine's own table of types differs from machine to machine; browsers refuse modules of a wrong type.
_TYPES = {".css": "text/css", ".js": "text/javascript", ".woff2": "font/woff2", ".svg": "image/svg+xml"}


@cache
def version() -> str:
    """Return one digest for all static files: style sheets and modules name their neighbours relatively."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(STATIC).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def asset(name: str) -> str:
    """Return the address of a static file."""
    return f"/static/{version()}/{name}"


def static_file(digest: str, name: str) -> Response:
    """Serve a static file: kept for a year under its own digest, not at all under another's."""
    response = send_from_directory(STATIC, name, mimetype=_TYPES.get(Path(name).suffix), conditional=True)
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable" if digest == version() else "no-cache"
    return response
