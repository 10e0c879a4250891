"""Answers requests on the service's socket: one connection, one request, one answer."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from openevent.lab.providers.frames import FrameBroken, receive, send

log = logging.getLogger(__name__)
_SECONDS = 5.0
_AT_ONCE = 32
Answer = Callable[[dict[str, Any]], dict[str, Any]]


class Answering:
    """A Unix socket that others of this account may ask."""

    def __init__(self, path: str, answer: Answer) -> None:
        self._answer = answer
        self._path = path
        with suppress(FileNotFoundError):
            os.unlink(path)  # noqa: PTH108 -- of a service that has died: whoever is here holds the lock
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(path)
        self._listener.listen(_AT_ONCE)
        self._places = threading.BoundedSemaphore(_AT_ONCE)
        self._thread = threading.Thread(target=self._accept, name="lab-answers", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Take no more requests."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        with suppress(FileNotFoundError):
            os.unlink(self._path)  # noqa: PTH108 -- a path as text, like everywhere here

    def _accept(self) -> None:
        while True:
            try:
                channel, _ = self._listener.accept()
            except OSError:
                return
            self._places.acquire()
            threading.Thread(target=self._serve, args=(channel,), name="lab-answer", daemon=True).start()

    def _serve(self, channel: socket.socket) -> None:
        try:
            with channel:
                channel.settimeout(_SECONDS)
                send(channel, self._answered(receive(channel)))
        except (OSError, FrameBroken):
            log.info("a request to the laboratory's service broke off")
        finally:
            self._places.release()

    def _answered(self, request: object) -> dict[str, Any]:
        try:
            return self._answer(request if isinstance(request, dict) else {})  # pyright: ignore[reportUnknownArgumentType] -- of our own processes
        except Exception:
            log.exception("a request to the laboratory's service failed")
            return {"refused": "The laboratory could not do this."}
