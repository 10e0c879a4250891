"""Run by Alembic: connects to the database that it was given and applies revisions."""

from alembic import context

from openevent.kit.db import Database, UtcDateTime
from openevent.kit.vault import is_secret
from openevent.main.database import METADATA

# Building an index may take its time; waiting for somebody's lock may not.
TIMEOUTS = "SET lock_timeout = '10s'; SET statement_timeout = 0"


def render_item(kind, item, _autogen):
    """Write our column type as what it is in each database: revisions import nothing of ours."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True).with_variant(sa.String(length=32), 'sqlite')"
    if kind == "type" and is_secret(item):
        return "sa.Text()"
    return False


def set_foreign_keys(connection, word):
    """Switch SQLite's foreign keys, outside any transaction; batch mode builds tables anew and would empty others."""
    connection.connection.dbapi_connection.execute(f"PRAGMA foreign_keys={word}")


def run():
    engine = context.config.attributes.get("engine")
    if engine is None:
        engine = Database(context.get_x_argument(as_dictionary=True)["url"]).engine
    is_sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        if is_sqlite:
            set_foreign_keys(connection, "OFF")
        else:
            connection.exec_driver_sql(TIMEOUTS)
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=METADATA,
            render_as_batch=is_sqlite,
            render_item=render_item,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        if is_sqlite:
            set_foreign_keys(connection, "ON")


run()
