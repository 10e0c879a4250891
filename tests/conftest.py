"""What every test can ask for: databases, a clock that stands still, services in memory, and the whole product."""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path

import coverage
import pytest
from _pytest.doctest import DoctestModule
from hypothesis import HealthCheck, settings
from werkzeug.test import Client

from clients import Api
from openevent.jsonapi.engine import Engine
from openevent.kit import logs
from openevent.kit.clock import FixedClock
from openevent.kit.config import Settings
from openevent.kit.db import Database
from openevent.kit.jwt import Tokens
from openevent.kit.limits import MemoryLimiter
from openevent.kit.mailers import MemoryMailer
from openevent.kit.outbound import Outbound
from openevent.kit.pdf import TypstPdf
from openevent.kit.services import Services, Site
from openevent.kit.signing import HmacSigner
from openevent.kit.storage import MemoryStorage
from openevent.kit.vault import Vault
from openevent.kit.work import Shell, UnitOfWork
from openevent.kit.worker import Worker
from openevent.main.app import Backend, Product, assemble, build_engine
from openevent.main.database import migrate
from openevent.main.late import LatePages
from openevent.main.wiring import REACTIONS
from openevent.site.queries import described
from servers import Postgres, hurry, sqlite_copy, sqlite_template

# How long an example takes says what else the machine is at, and nothing about the product.
settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("here")


@pytest.hookimpl(wrapper=True)
def pytest_collect_file() -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Look for examples in the docstrings of the product alone: reading all the tests for some takes as long again."""
    found = yield
    return [one for one in found if not isinstance(one, DoctestModule)]


def pytest_collection_finish() -> None:
    """Take what is loaded out of every search for garbage: modules and thousands of tests, none of which is any."""
    gc.collect()
    gc.freeze()


# The same code runs on both databases, and tracing it takes as long as running it: traced on SQLite alone. The kit and
# main ask which database they are on, and are traced on both; elsewhere the few that see to it that both ways are gone.
TRACED_ONCE = tuple(
    f"tests/{folder}/" for folder in ("actions", "api", "compat", "pages", "properties", "registry", "spec")
)
TRACED_TWICE = (
    "tests/actions/orders/test_create_order.py",
    "tests/spec/errors/test_constraints.py",
    "tests/spec/filtering/",
    "tests/spec/inclusion/",
)
# Mostly other people's code at work: a browser's driver, a validator, a maker of bodies; and tests that go over the
# same lines for every type there is, or for every buyer of a crowd, which others go over once.
UNTRACED = (
    "tests/browser/",
    "tests/fuzz/test_hostile_requests.py::test_no_body_",
    "tests/properties/test_selling.py",
    "tests/properties/test_under_fire.py",
    "tests/registry/test_openapi.py",
    "tests/registry/test_permissions.py",
    "tests/registry/test_plans.py",
    "tests/registry/test_reading.py",
)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Run a test whose lines are not counted without coverage's tracing: the floor is held by the others alone."""
    tracing = coverage.Coverage.current()
    if tracing is None or _is_traced(item):
        return (yield)
    tracing.stop()
    try:
        return (yield)
    finally:
        tracing.start()


def _is_traced(item: pytest.Item) -> bool:
    once = item.nodeid.startswith(TRACED_ONCE) and not item.nodeid.startswith(TRACED_TWICE)
    is_second = once and "postgresql" in item.name
    return not is_second and not item.nodeid.startswith(UNTRACED)


SECRET = "only-for-tests-only-for-tests-only"


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sqlite_template(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def _postgres() -> Iterator[Postgres]:
    server = Postgres()
    yield server
    server.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a migrated, empty database: of one that is made again and again for each kind."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("_template")
        yield f"sqlite:///{sqlite_copy(template, template.parent)}"
        return
    postgres: Postgres = request.getfixturevalue("_postgres")
    yield postgres.url
    postgres.empty()


@pytest.fixture(scope="session")
def _databases() -> Iterator[dict[str, Database]]:
    made: dict[str, Database] = {}
    yield made
    for one in made.values():
        one.close()


@pytest.fixture
def database(database_url: str, _databases: dict[str, Database]) -> Iterator[Database]:
    """A migrated, empty database; the test runs once on SQLite and once on PostgreSQL.

    All tests share the object, because compiling statements anew would take longer than most tests, and PostgreSQL's
    connections: a new one would have to get to know all the tables again. SQLite's are closed with the file.
    """
    if database_url not in _databases:
        _databases[database_url] = hurry(Database(database_url, vault=Vault(SECRET)))
    found = _databases[database_url]
    yield found
    if found.is_sqlite:
        found.close()


@pytest.fixture
def clock() -> FixedClock:
    """Stands at 2026-03-01 12:00 UTC until it is moved."""
    return FixedClock()


@pytest.fixture(scope="session")
def _pdf() -> TypstPdf:
    return TypstPdf()  # loading the fonts takes a while; a compiler keeps nothing of what it has set


class TestServices(Services, frozen=True):
    """The ports, with their memory twins known as such."""

    __test__ = False

    mailer: MemoryMailer
    storage: MemoryStorage
    limiter: MemoryLimiter


@pytest.fixture(scope="session")
def _open_services(_pdf: TypstPdf) -> Callable[[FixedClock], TestServices]:
    return lambda clock: TestServices(
        mailer=MemoryMailer(),
        storage=MemoryStorage(),
        pdf=_pdf,
        limiter=MemoryLimiter(clock),
        signer=HmacSigner(SECRET),
        tokens=Tokens(SECRET),
        site=Site(),
        outbound=Outbound(["127.0.0.1"]),
    )


@pytest.fixture
def services(clock: FixedClock, _open_services: Callable[[FixedClock], TestServices]) -> TestServices:
    """Memory twins: `.mailer.sent` is a list of mails, `.storage.files` a dictionary; signer, PDF and outbound
    calls are real, and may go to servers on 127.0.0.1."""
    return _open_services(clock)


@pytest.fixture(params=["sqlite", "postgresql"], scope="session")
def open_shell(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    _open_services: Callable[[FixedClock], TestServices],
) -> Iterator[Callable[[str], Shell]]:
    """Makes a shell on a migrated database of its own, by name: for rows that take long to make, and are then only
    looked at by many tests."""
    with ExitStack() as stack:

        def make(name: str) -> Shell:
            if request.param == "sqlite":
                template: Path = request.getfixturevalue("_template")
                url = f"sqlite:///{sqlite_copy(template, tmp_path_factory.mktemp(name))}"
            else:
                postgres: Postgres = request.getfixturevalue("_postgres")
                url = stack.enter_context(postgres.another(name))
            database, clock = hurry(Database(url, vault=Vault(SECRET))), FixedClock()
            stack.callback(database.close)
            migrate(database)
            return Shell(database, clock, _open_services(clock), REACTIONS, describe=described)

        yield make


@pytest.fixture
def shell(database: Database, clock: FixedClock, services: TestServices) -> Shell:
    """Opens units of work as the product does, with the product's reactions."""
    return Shell(database, clock, services, REACTIONS, describe=described)


@pytest.fixture
def work(shell: Shell) -> Iterator[UnitOfWork]:
    """An open unit of work, committed when the test is over. On SQLite it keeps everybody else from writing: a test
    that also calls `api`, `pages` or `run_jobs` says `with shell.work() as work:` instead."""
    with shell.work() as found:
        yield found


@pytest.fixture
def run_jobs(shell: Shell) -> Callable[[], int]:
    """A function that runs the outbox until nothing is due, and returns how many jobs it ran."""
    return Worker(shell).run_due


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """What the product is told in tests."""
    return Settings(
        data=str(tmp_path),
        database_url=database_url,
        storage_url="memory://",
        mail_url="memory://",
        secret_key=SECRET,
    )


@pytest.fixture(scope="session")
def _parts() -> dict[str, tuple[Backend, Engine, LatePages]]:
    return {}


@pytest.fixture
def application(shell: Shell, settings: Settings, _parts: dict[str, tuple[Backend, Engine, LatePages]]) -> Product:
    """The whole product: a WSGI application, with `.shell`, `.engine`, `.pages` and `.worker()`.

    Engine and pages are made once for each kind of database and pointed at the test's own: making them, and compiling
    their statements, costs more than most tests. They keep nothing of what they have answered.
    """
    kind = shell.database.dialect.name
    if kind not in _parts:
        backend = Backend(shell)
        _parts[kind] = backend, build_engine(settings, backend), LatePages(settings, shell)
    backend, engine, pages = _parts[kind]
    backend.serve(shell)
    return assemble(settings, shell, engine, pages)


@pytest.fixture
def api(application: Product) -> Api:
    """A client of the API: `api.get(path, as_=ana)` gives an answer with .status, .json, .headers and .body."""
    return Api(application, application.shell)


@pytest.fixture
def pages(application: Product) -> Client:
    """A browser without JavaScript: werkzeug's test client, with cookies, on the whole product."""
    return Client(application)


@pytest.fixture(autouse=True)
def _no_settings_leak(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of whoever runs the tests don't reach the product."""
    for name in list(os.environ):  # noqa: TID251 -- the tests' own environment
        if name.startswith("OPENEVENT_") and not name.startswith("OPENEVENT_TEST_"):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """A test that sets up logging for the product leaves the next test's log as it found it."""
    root = logging.getLogger()
    level = root.level
    yield
    root.setLevel(level)
    root.handlers = [one for one in root.handlers if not isinstance(one.formatter, logs.JsonLines | logs.ReadableLines)]
    for name in list(logging.root.manager.loggerDict):
        logging.getLogger(name).disabled = False
