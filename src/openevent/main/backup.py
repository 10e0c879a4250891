"""Backup and restore: every row and every file in one archive, taken while the product runs.

The archive is a gzipped tar: `manifest.json`, `rows/<table>.jsonl` in an order in which they can be put back,
`files/<key>`, and `secret-key` when the installation made its own. Rows are written in one form for both databases,
so a backup of one can be restored into the other. They come from one snapshot; files are read after it, so every file
that a row names is there.
"""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any, cast

import msgspec
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    DateTime,
    MetaData,
    Table,
    Text,
    delete,
    func,
    insert,
    inspect,
    select,
    text,
    type_coerce,
)

from openevent.kit.db import Database
from openevent.kit.errors import Conflict, Invalid
from openevent.kit.services import Storage
from openevent.kit.vault import is_secret
from openevent.kit.work import Shell
from openevent.main.database import METADATA, knows_revision, migrate, newest_revision, present_revision

_FORMAT = 1
_PASSING = frozenset({"leases", "rate_hits"})  # what only matters to processes that run now
_SIGNS_OF_LIFE = ("users", "events", "orders")
_BATCH = 500
_CHUNK = 1 << 20


class NotEmpty(Conflict):
    """There is something already, which a restore would have to mix with the archive."""

    code = "not-empty"


class NotABackup(Invalid):
    """The file is no archive of ours, or of a newer version."""

    code = "not-a-backup"


class NoPlace(Conflict):
    """The archive can't be written where it was asked for."""

    code = "no-place"


class Manifest(msgspec.Struct):
    """What the archive says about itself."""

    format: int
    version: str
    revision: str
    made_at: datetime
    tables: list[str]


# Backup


def backup(shell: Shell, place: Path, *, secret: Path | None = None) -> int:
    """Write the archive, readable by its owner alone; return how many files of the storage are in it.

    Raises NoPlace; a half-written archive never stands under the name that was asked for.
    """
    revision = present_revision(shell.database)
    if revision is None:
        raise Conflict("There is no database to back up yet.")
    draft = place.with_name(f"{place.name}.part")
    try:
        count = _write(shell, draft, revision, secret)
        draft.rename(place)
    except OSError as error:
        raise NoPlace(f"{place} can't be written: {error.strerror or error}.") from error
    finally:
        draft.unlink(missing_ok=True)
    return count


def _write(shell: Shell, draft: Path, revision: str, secret: Path | None) -> int:
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as archive:
            _add_rows(archive, shell, revision)
            count = _add_files(archive, shell.services.storage)
            if secret is not None and secret.exists():
                _add(archive, "secret-key", secret.read_bytes())
        os.fsync(file.fileno())
    return count


def _add_rows(archive: tarfile.TarFile, shell: Shell, revision: str) -> None:
    tables = [table for table in METADATA.sorted_tables if table.name not in _PASSING]
    manifest = Manifest(
        _FORMAT, version("openevent"), revision, shell.clock.now(), [str(table.name) for table in tables]
    )
    _add(archive, "manifest.json", msgspec.json.encode(manifest))
    with shell.database.reading() as db:
        connection = db.connection()
        for table in tables:
            with tempfile.TemporaryFile() as spool:
                for line in _lines(connection, table):
                    spool.write(line)
                _add_spooled(archive, f"rows/{table.name}.jsonl", spool)


def _lines(connection: Connection, table: Table) -> Iterator[bytes]:
    rows = connection.execution_options(yield_per=_BATCH).execute(
        select(*map(_as_stored, table.c)).order_by(*table.primary_key)
    )
    for row in rows.mappings():
        yield msgspec.json.encode({name: _as_json(value) for name, value in row.items()}) + b"\n"


def _as_stored(column: Column[Any]) -> ColumnElement[Any]:
    """Return a column as it stands in the database: secrets stay encrypted."""
    return type_coerce(column, Text) if is_secret(column.type) else column


def _as_json(value: object) -> object:
    return value.isoformat(timespec="microseconds") if isinstance(value, datetime) else value


def _add_files(archive: tarfile.TarFile, storage: Storage) -> int:
    count = 0
    for key in storage.keys(""):
        data = storage.get(key)
        if data is not None:  # deleted since it was listed
            _add(archive, f"files/{key}", data)
            count += 1
    return count


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    _add_spooled(archive, name, io.BytesIO(data), len(data))


def _add_spooled(archive: tarfile.TarFile, name: str, spool: IO[bytes], size: int | None = None) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = spool.seek(0, io.SEEK_END) if size is None else size
    entry.mode = 0o600
    spool.seek(0)
    archive.addfile(entry, spool)


# Restore


def restore(shell: Shell, place: Path, *, secret: Path | None = None) -> Manifest:
    """Fill an empty installation from an archive; raises NotEmpty, or NotABackup, before anything is changed."""
    _require_empty(shell)
    try:
        _require_whole(place)
        with tarfile.open(place, "r:gz") as archive:
            return _restore(shell, archive, secret)
    except (tarfile.TarError, OSError, EOFError, zlib.error, msgspec.DecodeError) as error:
        raise NotABackup(f"{place.name} is not a complete backup: {error}") from error


def _require_whole(place: Path) -> None:
    """Raise what gzip raises for an archive that was damaged: its checksum comes last, where tarfile never looks."""
    with gzip.open(place) as archive:
        while archive.read(_CHUNK):
            pass


def _restore(shell: Shell, archive: tarfile.TarFile, secret: Path | None) -> Manifest:
    manifest = _manifest(archive, shell.database)
    key = _secret_of(archive)
    if key is not None and secret is not None:
        _keep(secret, key)
    _put_files(archive, shell.services.storage)
    migrate(shell.database, manifest.revision)
    with shell.database.engine.begin() as connection:
        _put_rows(archive, connection, manifest.tables)
    migrate(shell.database)
    return manifest


def _require_empty(shell: Shell) -> None:
    if shell.services.storage.keys():
        raise NotEmpty("The storage holds files already; a restore needs an empty installation.")
    if present_revision(shell.database) is None:
        return
    with shell.database.reading() as db:
        for name in _SIGNS_OF_LIFE:
            if db.execute(select(METADATA.tables[name]).limit(1)).first() is not None:
                raise NotEmpty(f"The database holds {name} already; a restore needs an empty installation.")


def _manifest(archive: tarfile.TarFile, database: Database) -> Manifest:
    found = msgspec.json.decode(_member(archive, "manifest.json").read(), type=Manifest)
    if found.format != _FORMAT or not knows_revision(found.revision):
        raise NotABackup(f"It was made by version {found.version}, which is newer than this one.")
    present = present_revision(database)
    if present not in (None, found.revision, newest_revision()):
        raise NotEmpty("The database is at another revision; a restore needs an empty one.")
    return found


def _member(archive: tarfile.TarFile, name: str) -> IO[bytes]:
    try:
        member = archive.extractfile(name)
    except KeyError:
        member = None
    if member is None:
        raise NotABackup(f"It holds no {name}.")
    return member


def _secret_of(archive: tarfile.TarFile) -> bytes | None:
    return _member(archive, "secret-key").read() if "secret-key" in archive.getnames() else None


def _keep(secret: Path, key: bytes) -> None:
    """Replace the key that this installation has just made: links in mails that were sent go on working."""
    secret.parent.mkdir(parents=True, exist_ok=True)
    secret.unlink(missing_ok=True)
    secret.touch(mode=0o600)
    secret.write_bytes(key)


def _put_files(archive: tarfile.TarFile, storage: Storage) -> None:
    for entry in archive.getmembers():
        if entry.isfile() and entry.name.startswith("files/"):
            key = entry.name.removeprefix("files/")
            storage.put(key, _member(archive, entry.name).read(), content_type=_content_type(key))


def _content_type(key: str) -> str:
    endings = {".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg", ".svg": "image/svg+xml"}
    return endings.get(Path(key).suffix, "application/octet-stream")


def _put_rows(archive: tarfile.TarFile, connection: Connection, names: Sequence[str]) -> None:
    tables = _present_tables(connection)
    for name in reversed(names):
        connection.execute(delete(tables[name]))  # what `migrate` puts into every new database
    for name in names:
        table = tables[name]
        for batch in _batches(_member(archive, f"rows/{name}.jsonl"), table):
            connection.execute(insert(table), batch)
        _restart_sequence(connection, table)


def _present_tables(connection: Connection) -> dict[str, Table]:
    """Return the tables as they were at the archive's revision, not as they are in our models: what rows need."""
    found = inspect(connection).get_multi_columns()
    metadata = MetaData()
    return {
        name: Table(name, metadata, *(Column(one["name"], one["type"]) for one in columns))
        for (_schema, name), columns in found.items()
    }


def _batches(lines: Iterable[bytes], table: Table) -> Iterator[list[dict[str, Any]]]:
    instants = [column.name for column in table.c if isinstance(column.type, DateTime)]
    batch: list[dict[str, Any]] = []
    for line in lines:
        row = cast("dict[str, Any]", msgspec.json.decode(line))
        for name in instants:
            row[name] = datetime.fromisoformat(row[name]) if row[name] else None
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _restart_sequence(connection: Connection, table: Table) -> None:
    """Let new rows on PostgreSQL start after the ones that were put in; SQLite looks for itself."""
    if connection.dialect.name != "postgresql" or "id" not in table.c:
        return
    most = connection.scalar(select(func.max(table.c.id)))
    if most is not None:
        sequence = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :most)")
        connection.execute(sequence, {"name": table.name, "most": most})
