"""The one command, `openevent`. Each subcommand opens what it needs: `openevent --help` loads nothing."""

from __future__ import annotations

import gc
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from openevent.kit import logs
from openevent.kit.config import ADMIN_PASSWORD, Settings, SettingsError, load, prepared, shown
from openevent.lab.commands import lab_simulator  # lab

if TYPE_CHECKING:
    from openevent.kit.work import Shell


# How granian's native part keeps memory that it needs no more (jemalloc, "opt." of its manual): each of hundreds of
# threads would keep some for itself, 20 MB of a process together.
_MEMORY = ("_RJEM_MALLOC_CONF", "narenas:1,tcache:false,dirty_decay_ms:1000,muzzy_decay_ms:0")


class _Commands(click.Group):
    """Turns what the product refuses into a sentence and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 -- click's signature
        """Run the subcommand."""
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            click.echo(f"openevent: {error}", err=True)
            ctx.exit(2)
        except (click.exceptions.Exit, click.ClickException, click.Abort):
            raise
        except Exception as error:
            from openevent.main.translate import DatabaseAway, as_refusal, to_exit_code  # noqa: PLC0415 -- only now needed

            refusal = as_refusal(error)
            if refusal is None and isinstance(error, OSError) and error.strerror:  # a file, a directory, an address
                click.echo(f"openevent: {f'{error.filename}: ' if error.filename else ''}{error.strerror}.", err=True)
                ctx.exit(1)
            if refusal is None:
                raise
            reason = f" ({refusal.reason})" if isinstance(refusal, DatabaseAway) else ""
            click.echo(f"openevent: {refusal.detail}{reason}", err=True)
            ctx.exit(to_exit_code(error) or 1)


@click.group(cls=_Commands)
@click.version_option(package_name="openevent")
def main() -> None:
    """Run an event from the call for speakers to the last badge."""


def _settings() -> Settings:
    settings = prepared(load())
    logs.set_up(settings.log_level, settings.log_format)
    return settings


@contextmanager
def opened(settings: Settings | None = None, *, is_migrated: bool = True) -> Generator[Shell]:
    """Open the product for one command; refuses a database that is not at the newest revision, unless told."""
    from openevent.main.app import build_shell  # noqa: PLC0415 -- loads everything
    from openevent.main.database import newest_revision, present_revision  # noqa: PLC0415 -- same

    shell = build_shell(settings or _settings())
    try:
        if is_migrated and present_revision(shell.database) != newest_revision():
            raise SettingsError("the database is not up to date; run `openevent migrate`")
        yield shell
    finally:
        shell.database.close()


@main.command()
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on.")
@click.option("--workers", type=int, help="Server processes.")
@click.option("--threads", type=int, help="Threads in each of them.")
@click.option("--worker/--no-worker", "with_worker", default=True, help="Run jobs beside the server (the default).")
@click.option("--demo", "with_demo", is_flag=True, help="Load the sample conference into a new database.")
def serve(
    host: str | None,
    port: int | None,
    workers: int | None,
    threads: int | None,
    *,
    with_worker: bool,
    with_demo: bool,
) -> None:
    """Serve pages and API, and run jobs."""
    play = "yes" if with_demo and "OPENEVENT_PLAY_MONEY" not in os.environ else None  # noqa: TID251 -- as below
    options = {"HOST": host, "PORT": port, "WORKERS": workers, "THREADS": threads, "PLAY_MONEY": play}
    for name, value in options.items():
        if value is not None:  # server processes read their settings from the environment, as this one does
            os.environ[f"OPENEVENT_{name}"] = str(value)  # noqa: TID251 -- an option is a setting for this run
    settings = _settings()
    gc.disable()  # loading makes many objects and no garbage: looking for some takes a sixth of the time
    with _counts():
        _make_ready(settings, with_demo=with_demo)
        os.environ.setdefault(*_MEMORY)  # noqa: TID251 -- read when the server's native part is loaded
        from openevent.main.server import refuse_unusable  # noqa: PLC0415 -- loads everything
        from openevent.main.server import serve as run  # noqa: PLC0415 -- same

        refuse_unusable(settings)
        gc.freeze()  # what is loaded stays: no process looks through it again, and forks go on sharing its memory
        gc.enable()
        click.echo(f"\n{settings.name} is at {settings.url}\n", err=True)
        run(settings, with_worker=with_worker)


@contextmanager
def _counts() -> Generator[None]:
    """Give server processes a directory for their counts; the metrics library asks for it when it is loaded."""
    with TemporaryDirectory(prefix="openevent-metrics-") as place:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = place  # noqa: TID251 -- how the library wants to be told
        yield


def _make_ready(settings: Settings, *, with_demo: bool) -> None:
    """Make the tables of a new database; one that is older than the program is for its operator to migrate."""
    from openevent.main.app import build_shell  # noqa: PLC0415 -- loads everything
    from openevent.main.database import newest_revision, present_revision  # noqa: PLC0415 -- same

    shell = build_shell(settings)
    try:
        present = present_revision(shell.database)
        if present not in (None, newest_revision()):
            raise SettingsError("the database is not up to date; run `openevent migrate`")
        if present is None:
            _migrate(shell)
        else:
            _follow(shell)
        if with_demo:
            _show_demo(shell, may_load=present is None)
    finally:
        shell.database.close()  # server processes must not inherit a connection


def _migrate(shell: Shell) -> None:
    from openevent.main.database import knows_revision, present_revision  # noqa: PLC0415 -- loads everything
    from openevent.main.database import migrate as upgrade  # noqa: PLC0415 -- same
    from openevent.main.seeds import seed  # noqa: PLC0415 -- same

    present = present_revision(shell.database)
    if present is not None and not knows_revision(present):
        raise SettingsError(f"the database is of another version of the program, perhaps a newer one: {present}")
    upgrade(shell.database)
    with shell.work() as work:
        seed(work)


def _follow(shell: Shell) -> None:
    from openevent.site.actions import follow_operator  # noqa: PLC0415 -- loads everything
    from openevent.site.queries import is_followed  # noqa: PLC0415 -- same

    if is_followed(shell.database, shell.services.site):
        return
    with shell.work() as work:
        follow_operator(work)


@main.command()
@click.option("--once", is_flag=True, help="Run what is due, then stop.")
@click.option("--retry-failed", is_flag=True, help="First put jobs that were given up back into the queue.")
def work(*, once: bool, retry_failed: bool) -> None:
    """Run jobs: mails, documents, and what is due every so often."""
    from openevent.kit.worker import Worker, put_back_failed  # noqa: PLC0415 -- loads everything
    from openevent.main.catalogue import JOBS  # noqa: PLC0415 -- same
    from openevent.main.server import run_worker  # noqa: PLC0415 -- same

    chosen = _settings()
    with opened(chosen) as shell:
        if retry_failed:
            with shell.work() as unit:
                click.echo(f"{put_back_failed(unit)} jobs are back in the queue.")
        if once:
            worker = Worker(shell, JOBS)
            worker.run_periodics()
            click.echo(f"{worker.run_due()} jobs were run, {_count_failed(shell)} have failed for good.")
            return
    run_worker(chosen)


@main.command("lab")  # lab: this whole command
def run_lab_alone() -> None:
    """Run the laboratory's service: scripts in their cages, devices in processes of their own."""
    from openevent.main.server import run_lab  # noqa: PLC0415 -- loads everything

    chosen = _settings()
    if not chosen.lab:
        raise SettingsError("the laboratory is switched off: OPENEVENT_LAB is `no`.")
    with opened(chosen):
        pass  # refuses a database that is not up to date
    run_lab(chosen)


def _count_failed(shell: Shell) -> int:
    from openevent.kit.worker import count_failed  # noqa: PLC0415 -- loads everything

    with shell.database.reading() as db:
        return count_failed(db)


@main.command()
def migrate() -> None:
    """Bring the database to the newest form, and put in what every installation starts with."""
    with opened(is_migrated=False) as shell:
        _migrate(shell)
        click.echo("The database is up to date.")


@main.command()
def rotate_secrets() -> None:
    """Write stored secrets anew with the present secret key; OPENEVENT_OLD_SECRET_KEYS names those before it."""
    from openevent.kit.vault import rewrite  # noqa: PLC0415 -- loads everything
    from openevent.main.database import METADATA  # noqa: PLC0415 -- same

    with opened() as shell, shell.database.engine.begin() as connection:
        click.echo(f"{rewrite(connection, METADATA)} rows hold secrets; all of them are written with the present key.")


@main.command()
@click.option("--if-empty", is_flag=True, help="Do nothing when there are events already.")
def demo(*, if_empty: bool) -> None:
    """Load the sample conference."""
    with opened() as shell:
        if not (if_empty and _has_events(shell)):
            _show_demo(shell, may_load=True)


def _show_demo(shell: Shell, *, may_load: bool) -> None:
    """Load the sample conference if it may be loaded; print its sign-ins if it is there."""
    from openevent.main.demo import load as load_demo  # noqa: PLC0415 -- loads everything
    from openevent.main.demo.accounts import is_loaded  # noqa: PLC0415 -- same

    with shell.work() as unit:
        is_there = is_loaded(unit)
    if not is_there and not may_load:
        return
    if not is_there:
        click.echo("Loading the sample conference ...", err=True)
    click.echo("Sign in as:", err=True)
    for sign in load_demo(shell):
        click.echo(f"  {sign.email:28} {sign.password:22} {sign.what}", err=True)


def _has_events(shell: Shell) -> bool:
    from openevent.events.models import Event  # noqa: PLC0415 -- loads everything

    with shell.database.reading() as db:
        return db.query(Event.id).first() is not None


@main.command("create-admin")
@click.argument("email")
@click.option("--password", envvar=ADMIN_PASSWORD, prompt=True, hide_input=True, confirmation_prompt=True)
def create_admin(email: str, password: str) -> None:
    """Make an administrator, or make one of an account that is there (its password is replaced).

    The password is asked for, or read from OPENEVENT_ADMIN_PASSWORD.
    """
    from openevent.people.actions import create_admin as create  # noqa: PLC0415 -- loads everything

    with opened() as shell, shell.work() as unit:
        create(unit, email, password)
    click.echo(f"{email} is an administrator.")


@main.command()
def settings() -> None:
    """Print the settings in force, secrets masked."""
    for name, value in shown(load()):
        click.echo(f"{name}={value}")


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write every row and every file into one archive, while everything runs."""
    from openevent.main.backup import backup as write  # noqa: PLC0415 -- loads everything

    chosen = _settings()
    with opened(chosen) as shell:
        count = write(shell, file, secret=_own_secret(chosen))
    click.echo(f"{file} holds every row and {count} files. It is as secret as the installation itself.")


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Fill an empty installation from an archive."""
    from openevent.main.backup import restore as read  # noqa: PLC0415 -- loads everything

    chosen = _settings()
    with opened(chosen, is_migrated=False) as shell:
        manifest = read(shell, file, secret=_own_secret(chosen))
    click.echo(f"Restored the backup of {manifest.made_at:%Y-%m-%d %H:%M} UTC, made by version {manifest.version}.")


@main.command("prove-inventory")
def prove_inventory() -> None:
    """Count all seats again from orders and attendees; exits with 1 when a counter does not agree."""
    from openevent.orders.commands import prove_inventory as prove  # noqa: PLC0415 -- loads everything

    with opened() as shell:
        if not prove(shell):
            raise click.exceptions.Exit(1)


@main.command("prove-ledger")
def prove_ledger() -> None:
    """Hold the ledger against payments and refunds; exits with 1 when anything does not agree."""
    from openevent.payments.commands import prove_ledger as prove  # noqa: PLC0415 -- loads everything

    with opened() as shell:
        if not prove(shell):
            raise click.exceptions.Exit(1)


def _own_secret(chosen: Settings) -> Path | None:
    """Return where the key that this installation made for itself lies; None when the operator gives one."""
    return None if load().secret_key else Path(chosen.data) / "secret-key"


main.add_command(lab_simulator)  # lab


if __name__ == "__main__":
    main()
