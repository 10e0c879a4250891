"""The whole schema: every domain's tables in one place, and the way from an empty database to the newest form."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData

from openevent.door import models as door
from openevent.events import models as events
from openevent.exchange import models as exchange
from openevent.forms import models as forms
from openevent.kit import jobs, repeats
from openevent.kit.db import Base, Database
from openevent.lab import models as lab  # lab
from openevent.messages import models as messages
from openevent.orders import models as orders
from openevent.payments import models as payments
from openevent.people import models as people
from openevent.programme import models as programme
from openevent.site import models as site
from openevent.stream import models as stream
from openevent.tickets import models as tickets

MODELS = (  # importing them is what fills the metadata
    *(site, people, events, forms, payments, tickets, programme, orders),
    *(door, stream, messages),
    exchange,
    lab,  # lab
    jobs,
    repeats,
)
METADATA: MetaData = Base.metadata
_MIGRATIONS = Path(__file__).parent.parent / "migrations"
_REVISION = re.compile(r'^revision = "(.+)"$', re.MULTILINE)
_HAS_TABLE_SQLITE = "SELECT max(name) FROM sqlite_master WHERE name = 'alembic_version'"
_HAS_TABLE_POSTGRESQL = "SELECT to_regclass('alembic_version')"
_BEFORE = re.compile(r'^down_revision = "(.+)"$', re.MULTILINE)


def alembic_config(database: Database) -> Any:  # noqa: ANN401 -- alembic.config.Config, which a server need not load
    """Return Alembic's configuration for a database; nothing is read from a file."""
    from alembic.config import Config  # noqa: PLC0415 -- a server that is asked for nothing of it starts faster

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["engine"] = database.engine
    return config


def migrate(database: Database, revision: str = "head") -> None:
    """Bring a database to a revision; on one that is there already nothing happens, and Alembic is not loaded."""
    if present_revision(database) == (newest_revision() if revision == "head" else revision):
        return
    from alembic import command  # noqa: PLC0415 -- as above

    command.upgrade(alembic_config(database), revision)


def migrate_down(database: Database, revision: str = "base") -> None:
    """Take a database back to an older revision."""
    from alembic import command  # noqa: PLC0415 -- as above

    command.downgrade(alembic_config(database), revision)


@cache
def _revisions() -> dict[str, str | None]:
    """Return each revision with the one before it, read from the files: a server that starts need not load Alembic."""
    found: dict[str, str | None] = {}
    for path in sorted((_MIGRATIONS / "versions").glob("*.py")):
        source = path.read_text(encoding="utf-8")
        before = _BEFORE.search(source)
        (name,) = _REVISION.findall(source)
        found[name] = before[1] if before else None
    return found


def newest_revision() -> str:
    """Return the revision that this program expects: the one that none comes after."""
    (newest,) = set(_revisions()) - set(_revisions().values())
    return newest


def knows_revision(revision: str) -> bool:
    """Tell whether this program has a way to and from a revision."""
    return revision in _revisions()


def present_revision(database: Database) -> str | None:
    """Return the revision that the database is at, None for an empty one.

    Asked of the driver at each start: SQLAlchemy would get to know the server first, and compile what it asks.
    """
    has_table = _HAS_TABLE_SQLITE if database.is_sqlite else _HAS_TABLE_POSTGRESQL
    if database.fetch(has_table, ())[0][0] is None:
        return None
    found = database.fetch("SELECT version_num FROM alembic_version", ())
    return found[0][0] if found else None
