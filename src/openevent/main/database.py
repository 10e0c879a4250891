"""The whole schema: every domain's tables in one place, and the way from an empty database to the newest form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, inspect, text

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


def alembic_config(database: Database) -> Any:  # noqa: ANN401 -- alembic.config.Config, which a server need not load
    """Return Alembic's configuration for a database; nothing is read from a file."""
    from alembic.config import Config  # noqa: PLC0415 -- a server that is asked for nothing of it starts faster

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["engine"] = database.engine
    return config


def migrate(database: Database, revision: str = "head") -> None:
    """Bring a database to a revision; on one that is there already nothing happens."""
    from alembic import command  # noqa: PLC0415 -- as above

    command.upgrade(alembic_config(database), revision)


def migrate_down(database: Database, revision: str = "base") -> None:
    """Take a database back to an older revision."""
    from alembic import command  # noqa: PLC0415 -- as above

    command.downgrade(alembic_config(database), revision)


def _revisions(database: Database) -> Any:  # noqa: ANN401 -- as above
    from alembic.script import ScriptDirectory  # noqa: PLC0415 -- as above

    return ScriptDirectory.from_config(alembic_config(database))


def newest_revision(database: Database) -> str | None:
    """Return the revision that this program expects."""
    return _revisions(database).get_current_head()


def knows_revision(database: Database, revision: str) -> bool:
    """Tell whether this program has a way to and from a revision."""
    return any(script.revision == revision for script in _revisions(database).walk_revisions())


def present_revision(database: Database) -> str | None:
    """Return the revision that the database is at, None for an empty one."""
    with database.reading() as db:
        if not inspect(db.connection()).has_table("alembic_version"):
            return None
        return db.scalar(text("SELECT version_num FROM alembic_version"))
