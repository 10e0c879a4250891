"""Static files: one address for each state of a whole tree, so that browsers may keep them for ever."""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path

from flask import abort, make_response, request
from werkzeug.wrappers import Response

A_YEAR = 31_536_000
# The machine's own table of types differs from machine to machine; browsers refuse modules of a wrong type.
_TYPES = {".css": "text/css", ".js": "text/javascript", ".woff2": "font/woff2", ".svg": "image/svg+xml"}


class StaticTree:
    """A directory of static files and where it is served; a domain may have one of its own."""

    def __init__(self, root: Path, address: str) -> None:
        self._root = root
        self._address = address

    @cached_property
    def _files(self) -> dict[str, bytes]:
        """Read the tree once: a few hundred kilobytes, and no address can lead out of it."""
        found = (path for path in sorted(self._root.rglob("*")) if path.suffix in _TYPES)
        return {path.relative_to(self._root).as_posix(): path.read_bytes() for path in found}

    @cached_property
    def version(self) -> str:
        """Return one digest for all files: style sheets and modules name their neighbours relatively."""
        digest = hashlib.sha256()
        for name, data in self._files.items():
            digest.update(name.encode() + b"\0" + data)
        return digest.hexdigest()[:12]

    def link(self, name: str) -> str:
        """Return the address of a file."""
        return f"{self._address}/{self.version}/{name}"

    def serve(self, digest: str, name: str) -> Response:
        """Serve a file: kept for a year under the tree's own digest, not at all under another's."""
        data = self._files.get(name)
        if data is None:
            abort(404)
        is_current = digest == self.version
        response = make_response(data)
        response.mimetype = _TYPES[Path(name).suffix]
        response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable" if is_current else "no-cache"
        response.add_etag()
        return response.make_conditional(request)


_SHARED = StaticTree(Path(__file__).parent / "static", "/static")


def version() -> str:
    """Return the digest of the files that all pages share."""
    return _SHARED.version


def asset(name: str) -> str:
    """Return the address of a file that all pages share."""
    return _SHARED.link(name)


def static_file(digest: str, name: str) -> Response:
    """Serve a file that all pages share."""
    return _SHARED.serve(digest, name)
