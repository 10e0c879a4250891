import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from openevent.kit.clock import SystemClock
from openevent.kit.db import Database
from openevent.kit.work import Shell
from openevent.main.cli import main
from openevent.people.models import User
from servers import sqlite_copy


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run the command in an empty directory of its own."""
    monkeypatch.chdir(tmp_path)

    def invoke(*words, **environ):
        return CliRunner().invoke(main, words, env={f"OPENEVENT_{name}": value for name, value in environ.items()})

    return invoke


@pytest.fixture
def migrated(tmp_path, _template):
    """An empty database at the newest revision, where the command looks for it."""
    (tmp_path / "data").mkdir()
    sqlite_copy(_template, tmp_path / "data")


def test_a_fresh_machine_needs_no_settings(run, tmp_path):
    made = run("migrate")
    admin = run("create-admin", "adm@example.org", "--password", "correct horse battery")
    worked = run("work", "--once")
    proved = run("prove-inventory")

    assert [one.exit_code for one in (made, admin, worked, proved)] == [0, 0, 0, 0], made.output + admin.output
    assert {path.name for path in (tmp_path / "data").iterdir()} >= {"files", "openevent.db", "secret-key"}
    database = Database(f"sqlite:///{tmp_path}/data/openevent.db")
    with database.reading() as db:
        found = db.scalars(select(User)).one()
    database.close()
    assert (found.email, found.is_super_admin, found.is_verified) == ("adm@example.org", True, True)


@pytest.mark.usefixtures("migrated")
def test_the_password_of_an_admin_may_come_from_the_environment(run):
    made = run("create-admin", "adm@example.org", ADMIN_PASSWORD="correct horse battery")

    assert (made.exit_code, made.output) == (0, "adm@example.org is an administrator.\n")


@pytest.mark.usefixtures("migrated")
def test_a_refusal_is_a_sentence_and_an_exit_code(run):
    short = run("create-admin", "adm@example.org", "--password", "short")

    assert (short.exit_code, short.output.startswith("openevent: "), "Traceback" in short.output) == (1, True, False)


def test_a_bad_setting_is_named(run):
    found = run("migrate", PORT="eighty")

    assert (found.exit_code, found.output) == (
        2,
        "openevent: OPENEVENT_PORT: expected a whole number from 1 to 65535.\n",
    )


def test_a_database_that_is_away_is_a_sentence(run):
    found = run("migrate", DATABASE_URL="postgresql://ana:hunter2@127.0.0.1:1/events")

    assert (found.exit_code, found.output.count("\n"), "hunter2" in found.output) == (75, 1, False)
    assert found.output.startswith("openevent: The database can't be used at the moment. Please try again. (connection")


def test_what_is_no_database_is_a_sentence(run, tmp_path):
    (tmp_path / "letter").write_text("Dear Ana, " * 500)

    found = run("migrate", DATABASE_URL=f"sqlite:///{tmp_path}/letter")

    assert (found.exit_code, found.output.count("\n"), "is not a database" in found.output) == (75, 1, True)


@pytest.mark.parametrize("address", ["postgresql://ana@db:x/events", "postgresql://ana:hunter2/slash@db/events"])
def test_a_database_at_no_port_is_a_sentence_without_what_may_be_a_password(run, address):
    found = run("migrate", DATABASE_URL=address)

    assert (found.exit_code, found.output.count("\n"), "hunter2" in found.output) == (2, 1, False)
    assert found.output.startswith("openevent: OPENEVENT_DATABASE_URL: expected a port ")


@pytest.mark.usefixtures("migrated")
def test_files_that_cannot_be_read_are_a_sentence(run, tmp_path):
    (tmp_path / "file").touch()

    found = run("backup", "x.tar", STORAGE_URL=f"file://{tmp_path}/file/below")

    assert (found.exit_code, found.output) == (1, f"openevent: {tmp_path}/file/below: Not a directory.\n")


def test_a_place_for_data_that_cannot_be_is_a_sentence(run, tmp_path):
    (tmp_path / "file").touch()

    found = run("migrate", DATA="file")

    assert (found.exit_code, found.output) == (2, "openevent: file can't be used for data: File exists.\n")


@pytest.mark.parametrize(("host", "heard"), [("localhost", "127.0.0.1"), ("[::1]", "::1"), ("0.0.0.0", "0.0.0.0")])  # noqa: S104 -- only printed
def test_the_address_to_listen_on_may_be_written_in_its_usual_ways(run, host, heard):
    assert f"OPENEVENT_HOST={heard}\n" in run("settings", HOST=host).output


def test_a_name_is_no_address_to_listen_on(run):
    assert run("settings", HOST="tickets.example.org").output == (
        "openevent: OPENEVENT_HOST: expected an address such as 0.0.0.0, ::1 or localhost.\n"
    )


def test_an_address_that_cannot_be_used_names_its_setting(run):
    assert run("migrate", MAIL_URL="smtp://").output == (
        "openevent: OPENEVENT_MAIL_URL: expected smtp://, smtps:// or file://.\n"
    )


@pytest.mark.parametrize("words", [("work", "--once"), ("demo",), ("backup", "x.tar"), ("prove-inventory",)])
def test_nothing_runs_on_an_old_database(run, words):
    found = run(*words)

    assert (found.exit_code, found.output) == (
        2,
        "openevent: the database is not up to date; run `openevent migrate`\n",
    )


@pytest.mark.usefixtures("migrated")
def test_a_database_of_a_newer_version_is_left_alone(run, tmp_path):
    with closing(sqlite3.connect(tmp_path / "data" / "openevent.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999_later'")

    found = run("migrate")

    assert (found.exit_code, found.output) == (
        2,
        "openevent: the database is of another version of the program, perhaps a newer one: 9999_later\n",
    )


def test_settings_are_printed_without_secrets(run):
    found = run("settings", DATABASE_URL="postgresql://ana:hunter2@db/events", SECRET_KEY="x" * 40)

    assert "OPENEVENT_DATABASE_URL=postgresql://ana:********@db/events\n" in found.output
    assert ("hunter2" in found.output, "xxx" in found.output) == (False, False)


@pytest.mark.usefixtures("migrated")
def test_a_backup_can_be_restored_elsewhere(run, tmp_path):
    run("create-admin", "adm@example.org", "--password", "correct horse battery")
    key = (tmp_path / "data" / "secret-key").read_text()

    made = run("backup", "friday.tar")
    again = run("restore", "friday.tar")
    elsewhere = run("restore", "friday.tar", DATA=str(tmp_path / "elsewhere"))

    assert (made.exit_code, again.exit_code, elsewhere.exit_code) == (0, 1, 0), elsewhere.output
    assert (tmp_path / "elsewhere" / "secret-key").read_text() == key


@pytest.mark.usefixtures("migrated")
def test_failed_jobs_are_shown_and_can_be_tried_again(run, tmp_path):
    database = Database(f"sqlite:///{tmp_path}/data/openevent.db")
    with Shell(database, SystemClock(), None).work() as work:
        work.enqueue("nobody.knows", {})
    database.close()

    first, second = run("work", "--once"), run("work", "--once", "--retry-failed")

    assert "1 jobs were run, 1 have failed for good." in first.output
    assert "1 jobs are back in the queue." in second.output


def test_asking_for_help_loads_nothing():
    code = "import sys, openevent.main.cli; print([m for m in ('sqlalchemy', 'flask', 'typst') if m in sys.modules])"

    command = [sys.executable, "-c", code]
    found = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 -- our own command

    assert found.stdout.strip() == "[]"


@pytest.mark.usefixtures("migrated")
def test_the_demo_is_loaded_once(run):
    first, second, third = run("demo"), run("demo"), run("demo", "--if-empty")

    assert [one.exit_code for one in (first, second, third)] == [0, 0, 0], first.output
    assert "Sign in as:" in first.output
    assert ("Loading" in first.output, "Loading" in second.output, third.output) == (True, False, "")


def test_secrets_are_written_anew_with_another_key(run):
    old, new = "o" * 40, "n" * 40
    run("migrate", SECRET_KEY=old)

    rotated = run("rotate-secrets", SECRET_KEY=new, OLD_SECRET_KEYS=old)

    assert (rotated.exit_code, rotated.output.startswith("1 rows hold secrets")) == (0, True), rotated.output
