"""The pages, made when the first of them is wanted, or by whoever has the time before that.

Flask, its forms and all pages take a fifth of what loading the product takes, and the API needs none of them: a
server answers the API first.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from openevent.kit.config import Settings
from openevent.kit.work import Shell

if TYPE_CHECKING:
    from flask import Flask


class LatePages:
    """A WSGI application that makes itself at its first request, once, however many ask at a time."""

    def __init__(self, settings: Settings, shell: Shell) -> None:
        self._settings = settings
        self._shell = shell
        self._lock = threading.Lock()
        self._made: Flask | None = None

    def serve(self, shell: Shell) -> None:
        """Let the pages have this shell from now on."""
        self._shell = shell

    @property
    def application(self) -> Flask:
        """The Flask application."""
        if self._made is None:
            with self._lock:
                self._made = self._made or self._make()
        return self._made

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        return self.application.wsgi_app(environ, start_response)

    def _make(self) -> Flask:
        from openevent.main.pages import build_pages  # noqa: PLC0415 -- that is what is late

        return build_pages(self._settings, self._shell_now)

    def _shell_now(self) -> Shell:
        return self._shell
