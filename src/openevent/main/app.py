"""The composition root: settings in, the whole product out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any, cast

from msgspec import Struct
from sqlalchemy.orm import configure_mappers

from openevent.jsonapi.engine import Engine
from openevent.jsonapi.limits import Limits
from openevent.kit.aside import Aside
from openevent.kit.clock import Clock, SystemClock
from openevent.kit.config import Settings
from openevent.kit.db import Database
from openevent.kit.joined import fetch_one
from openevent.kit.mail import letters
from openevent.kit.services import Services
from openevent.kit.turns import Turns
from openevent.kit.vault import Vault
from openevent.kit.work import Shell, UnitOfWork
from openevent.kit.worker import Worker
from openevent.main.catalogue import ENDPOINTS, JOBS, PERMISSIONS, RESOURCES
from openevent.main.late import LatePages
from openevent.main.once import whole_work
from openevent.main.routes import Routes
from openevent.main.services import open_services
from openevent.main.translate import to_api
from openevent.main.wiring import REACTIONS
from openevent.main.wsgi import Door
from openevent.people.resources import write_access
from openevent.site.queries import described

_MILLISECONDS = 1000
_ROUTES = Routes(RESOURCES, ENDPOINTS)


class Product(Struct, frozen=True):
    """Everything, put together."""

    settings: Settings
    shell: Shell
    engine: Engine
    pages: LatePages
    door: Door

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        return self.door(environ, start_response)

    def worker(self) -> Worker:
        """Return a worker for the jobs of this product."""
        return Worker(self.shell, JOBS)

    def warm_up(self) -> None:
        """Load what the first answers could do without: pages, mails, tokens, and what writing needs."""
        _ = self.pages.application
        configure_mappers()
        letters()
        self.shell.services.tokens.warm_up()

    def close(self) -> None:
        """Write down what was answered last and who was here, and let go of the database."""
        self.door.close()
        write_access(self.shell, self.shell.seen.rest())
        self.shell.database.close()


class Backend:
    """The engine's way to the database."""

    def __init__(self, shell: Shell) -> None:
        self.serve(shell)

    def serve(self, shell: Shell) -> None:
        """Let the engine ask this shell's database from now on; it must be of the same dialect as the one before."""
        self._shell = shell
        self.dialect = shell.database.dialect
        self.mark = shell.database.mark
        self.now: Callable[[], datetime] = shell.clock.now
        self.waiting = shell.waiting
        self.pause = shell.pause
        self.aside = Aside(shell.turns).do

    def work(self) -> AbstractContextManager[UnitOfWork]:
        """Open one unit of work, or go on in the one that all of the request belongs to."""
        whole = whole_work()
        return self._shell.work() if whole is None else nullcontext(whole)

    def fetch(self, sql: str, params: Mapping[str, Any] | Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run a compiled read: outside of any unit of work, or inside of the one that all of the request belongs to."""
        whole = whole_work()
        if whole is None:
            return self._shell.database.fetch(sql, params)
        given = params if isinstance(params, Mapping) else tuple(params)
        return [tuple(row) for row in whole.db.connection().exec_driver_sql(sql, cast("Any", given))]

    def fetch_one(self, sql: str, params: Mapping[str, Any] | Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run a compiled read that finds one row at most; in a fiber, together with the others of its thread."""
        return fetch_one(self, sql, params)


def build_shell(
    settings: Settings,
    *,
    database: Database | None = None,
    clock: Clock | None = None,
    services: Services | None = None,
) -> Shell:
    """Return what opens units of work: all that a worker or a command needs."""
    clock = clock or SystemClock()
    database = database or Database(
        settings.database_url,
        statement_timeout_ms=settings.statement_seconds * _MILLISECONDS,
        vault=Vault(settings.secret_key, settings.old_secret_keys),
    )
    services = services or open_services(settings, database, clock)
    return Shell(database, clock, services, REACTIONS, Turns(settings.threads), described)


def build_engine(settings: Settings, backend: Backend) -> Engine:
    """Return the API; raises ValueError when declarations contradict each other."""
    limits = Limits(
        max_page_size=settings.max_page_size,
        max_included=settings.max_included,
        max_filter_nodes=settings.max_filter,
        max_body=settings.max_body,
        max_upload=settings.max_upload,
    )
    return Engine(RESOURCES, PERMISSIONS, ENDPOINTS, backend, to_api, limits)


def build(settings: Settings, shell: Shell | None = None) -> Product:
    """Return the product; raises ValueError when declarations contradict each other."""
    shell = shell or build_shell(settings)
    return assemble(settings, shell, build_engine(settings, Backend(shell)), LatePages(settings, shell))


def assemble(settings: Settings, shell: Shell, engine: Engine, pages: LatePages) -> Product:
    """Put the parts together; the pages, which know no shell by themselves, get this one."""
    pages.serve(shell)
    return Product(settings, shell, engine, pages, Door(settings, shell, engine, pages, _ROUTES))
