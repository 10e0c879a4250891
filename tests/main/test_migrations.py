from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from openevent.kit.db import Database
from openevent.main.database import (
    METADATA,
    alembic_config,
    knows_revision,
    migrate,
    migrate_down,
    newest_revision,
    present_revision,
)

ADD_ONS = ("lab_",)  # tables of an add-on stay where they are when its folder is taken out


def is_left_over(name):
    return name.startswith(ADD_ONS) and name not in METADATA.tables


def is_ours(thing, name, kind, _is_reflected, _other):
    return not is_left_over(name if kind == "table" else thing.table.name if hasattr(thing, "table") else "")


def differences(database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_ours})
        return compare_metadata(context, METADATA)


def tables(database):
    with database.engine.connect() as connection:
        found = set(inspect(connection).get_table_names()) - {"alembic_version"}
        return {name for name in found if not is_left_over(name)}


def test_an_empty_database_reaches_the_newest_form(database):
    assert present_revision(database) == newest_revision()
    assert tables(database) == set(METADATA.tables)


def test_every_revision_goes_down_and_up_again(database):
    migrate_down(database)
    after_down = tables(database)

    migrate(database)

    assert (after_down, tables(database), differences(database)) == (set(), set(METADATA.tables), [])


def test_the_newest_form_is_what_the_models_say_and_migrating_twice_changes_nothing(database):
    migrate(database)

    assert differences(database) == []


def test_a_new_file_has_no_revision(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/new.db")

    assert present_revision(database) is None
    database.close()


def test_a_program_knows_its_own_revisions(database):
    assert knows_revision(newest_revision())
    assert not knows_revision("from-the-future")


def test_foreign_keys_are_enforced_after_a_migration(database):
    with database.engine.connect() as connection:
        if database.is_sqlite:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        else:
            assert connection.exec_driver_sql("SHOW lock_timeout").scalar() == "10s"


def test_the_newest_revision_is_the_one_that_alembic_ends_at(database):
    assert newest_revision() == ScriptDirectory.from_config(alembic_config(database)).get_current_head()
