"""What a page may ask of its visit: who is here, and a way to read and to act."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import cast

from flask import g
from msgspec import Struct
from sqlalchemy.orm import Session

from openevent.kit.access import Actor
from openevent.kit.services import Services
from openevent.kit.work import Shell, UnitOfWork


class Visit(Struct, frozen=True):
    """One request for a page."""

    by: Actor
    shell: Shell

    @property
    def services(self) -> Services:
        """The ports."""
        return self.shell.services

    @contextmanager
    def reading(self) -> Generator[Session]:
        """Open a session for queries."""
        with self.shell.database.reading() as session:
            yield session

    @contextmanager
    def work(self) -> Generator[UnitOfWork]:
        """Open one unit of work for one action."""
        with self.shell.work() as work:
            yield work


def visit() -> Visit:
    """Return the visit that the shell (main/) has put in place for this request."""
    return cast(Visit, g.visit)
