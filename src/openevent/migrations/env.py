"""Run by Alembic: connects to the database that it was given and applies revisions."""

from textwrap import wrap

from alembic import context
from alembic.autogenerate import renderers
from alembic.operations import ops

from openevent.kit.db import Database, UtcDateTime, settle_indexes
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


class AppendOnly(ops.MigrateOperation):
    """Let nobody change or remove the rows of a table, whoever asks the database for it."""

    def __init__(self, table, lines):
        self.table = table
        self.lines = lines


@renderers.dispatch_for(AppendOnly)
def render_append_only(_autogen, operation):
    """Write the statements into the revision, which imports nothing of ours."""
    return list(operation.lines)


def executed(statement):
    """Return a call that executes a statement, as indented lines that are not too long."""
    parts = wrap(statement, 90, drop_whitespace=False, break_long_words=False)
    return ["    op.execute(", *(f"        {part!r}" for part in parts), "    )"]


def protect(table):
    """Return the two ends of the operation for a table: made, and removed again."""
    refuse = f"refuse_change_of_{table}"
    said = f"rows of {table} are written once"
    made = ['if op.get_bind().dialect.name == "sqlite":']
    for verb in ("UPDATE", "DELETE"):
        name = f"{table}_no_{verb.lower()}"
        statement = f"CREATE TRIGGER {name} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{said}'); END"
        made += executed(statement)
    function = f"CREATE FUNCTION {refuse}() RETURNS trigger LANGUAGE plpgsql AS "
    function += f"$$ BEGIN RAISE EXCEPTION '{said}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    trigger = f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
    trigger += f"FOR EACH ROW EXECUTE FUNCTION {refuse}()"
    made += ["else:", *executed(function), *executed(trigger)]
    gone = ['if op.get_bind().dialect.name != "sqlite":', *executed(f"DROP FUNCTION {refuse}()")]
    return AppendOnly(table, made), AppendOnly(table, gone)


def add_protection(_context, _revision, directives):
    """Protect every table that a revision makes and that says `append_only` about itself."""
    for script in directives:
        made = [one.table_name for one in script.upgrade_ops.ops if isinstance(one, ops.CreateTableOp)]
        for name in made:
            if METADATA.tables[name].info.get("append_only"):
                up, down = protect(name)
                script.upgrade_ops.ops.append(up)
                script.downgrade_ops.ops.append(down)


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
            target_metadata=settle_indexes(METADATA),
            render_as_batch=is_sqlite,
            render_item=render_item,
            transactional_ddl=True,
            process_revision_directives=add_protection,
        )
        with context.begin_transaction():
            context.run_migrations()
        if is_sqlite:
            set_foreign_keys(connection, "ON")


run()
