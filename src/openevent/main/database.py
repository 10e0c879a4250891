"""The whole schema: every domain's tables in one place, and the way from an empty database to the newest form."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData

from openevent.events import models as events
from openevent.kit import jobs
from openevent.kit.db import Base, Database
from openevent.orders import models as orders
from openevent.people import models as people
from openevent.programme import models as programme
from openevent.tickets import models as tickets

MODELS = (people, events, tickets, programme, orders, jobs)  # importing them is what fills the metadata
METADATA: MetaData = Base.metadata
_MIGRATIONS = Path(__file__).parent.parent / "migrations"


def alembic_config(database: Database) -> Config:
    """Return Alembic's configuration for a database; nothing is read from a file."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["engine"] = database.engine
    return config


def migrate(database: Database, revision: str = "head") -> None:
    """Bring a database to a revision; on one that is there already nothing happens."""
    command.upgrade(alembic_config(database), revision)


def migrate_down(database: Database, revision: str = "base") -> None:
    """Take a database back to an older revision."""
    command.downgrade(alembic_config(database), revision)


def newest_revision(database: Database) -> str | None:
    """Return the revision that this program expects."""
    return ScriptDirectory.from_config(alembic_config(database)).get_current_head()


def present_revision(database: Database) -> str | None:
    """Return the revision that the database is at, None for an empty one."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
