import gzip
import io
import json
import stat
import tarfile
import threading

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from factories import make_attendee, make_event, make_order, make_session, make_ticket, make_user
from openevent.events.actions import seed
from openevent.kit.access import SYSTEM
from openevent.kit.db import Database
from openevent.kit.storage import MemoryStorage
from openevent.kit.work import Shell
from openevent.main.backup import NoPlace, NotABackup, NotEmpty, backup, restore
from openevent.main.database import METADATA, migrate


@pytest.fixture
def filled(shell, services):
    """An installation with something of everything."""
    with shell.work() as work:
        ana = make_user(work, email="ana@example.org", first_name="Ana", details="Ü “quoted”\n\\ 東京 \u2028")
        event = make_event(work, owner=ana, document_links=[{"name": "x", "link": "y"}], latitude=52.5)
        ticket = make_ticket(work, event, price=1500)
        order = make_order(work, ticket, buyer=ana, quantity=2)
        make_attendee(work, ticket, order=order, complex_field_values={"a": [1, None, "ü"]})
        make_session(work, event)
        work.audit("event.create", f"event:{event.id}", by=SYSTEM)
        work.enqueue("people.mails.welcome", {"user_id": ana.id})
    services.storage.put("tickets/ab/1.pdf", b"%PDF-1", content_type="application/pdf")
    services.storage.put("tickets/ab/2.pdf", bytes(range(256)), content_type="application/pdf")
    return shell


# What does not depend on the kind of database that an archive goes into.
SAME = pytest.mark.parametrize("empty", ["into the same"], indirect=True)


def rows(shell):
    """Every row of every table, as values."""
    with shell.database.reading() as db:
        return {
            table.name: [dict(row) for row in db.execute(select(table).order_by(*table.primary_key)).mappings()]
            for table in METADATA.sorted_tables
            if table.name not in ("leases", "rate_hits")
        }


@pytest.fixture(params=["into sqlite", "into postgresql", "into the same"])
def empty(request, tmp_path, clock, services, filled):
    """Another installation, or the same one after everything was lost."""

    def lose_everything():
        with filled.database.engine.begin() as connection:
            for table in reversed(METADATA.sorted_tables):
                connection.execute(table.delete())
        return Shell(filled.database, clock, replace(services, storage=MemoryStorage()))

    is_new_postgres = request.param == "into postgresql" and filled.database.is_sqlite
    if request.param == "into sqlite" or is_new_postgres:
        postgres = request.getfixturevalue("_postgres") if is_new_postgres else None
        database = Database(postgres.url if postgres else f"sqlite:///{tmp_path}/other.db")
        yield lambda: Shell(database, clock, replace(services, storage=MemoryStorage()))
        database.close()
        if postgres:
            postgres.empty()
    else:
        yield lose_everything


def test_everything_comes_back_and_life_goes_on(filled, empty, tmp_path):
    before, files = rows(filled), dict(filled.services.storage.files)

    count = backup(filled, tmp_path / "friday.tar")
    other = empty()
    restore(other, tmp_path / "friday.tar")

    assert count == 2
    assert rows(other) == before
    assert other.services.storage.files == files
    with other.work() as work:
        event = make_event(work)
    assert event.id == 2  # sequences go on where they were


def test_only_its_owner_may_read_the_archive(filled, tmp_path):
    backup(filled, tmp_path / "friday.tar")

    assert stat.S_IMODE((tmp_path / "friday.tar").stat().st_mode) == 0o600
    assert not list(tmp_path.glob("*.part"))


@SAME
def test_the_key_goes_with_it(filled, empty, tmp_path):
    (tmp_path / "secret-key").write_text("k" * 40)
    backup(filled, tmp_path / "friday.tar", secret=tmp_path / "secret-key")

    restore(empty(), tmp_path / "friday.tar", secret=tmp_path / "new" / "secret-key")

    kept = tmp_path / "new" / "secret-key"
    assert (kept.read_text(), stat.S_IMODE(kept.stat().st_mode)) == ("k" * 40, 0o600)


def test_it_refuses_an_installation_that_is_in_use(filled, tmp_path):
    backup(filled, tmp_path / "friday.tar")
    before = rows(filled)

    with pytest.raises(NotEmpty):
        restore(filled, tmp_path / "friday.tar")
    filled.services.storage.files.clear()
    with pytest.raises(NotEmpty):
        restore(filled, tmp_path / "friday.tar")

    assert rows(filled) == before


@SAME
def test_what_migrate_put_in_is_replaced(filled, empty, tmp_path):
    before = rows(filled)
    backup(filled, tmp_path / "friday.tar")
    other = empty()
    migrate(other.database)
    with other.work() as work:
        seed(work)

    restore(other, tmp_path / "friday.tar")

    assert rows(other) == before


def test_it_is_one_moment_while_people_go_on_buying(filled, tmp_path, clock, services, database_url):
    stop = threading.Event()
    busy = Database(database_url)

    def buy():
        shell = Shell(busy, clock, services)
        while not stop.is_set():
            with shell.work() as work:
                ticket = make_ticket(work, make_event(work, owner=make_user(work, email="ana@example.org")))
                make_order(work, ticket, buyer=make_user(work, email="ana@example.org"))

    buyer = threading.Thread(target=buy)
    buyer.start()
    try:
        for number in range(3):
            backup(filled, tmp_path / f"{number}.tar")
    finally:
        stop.set()
        buyer.join()
        busy.close()

    for number in range(3):
        with tarfile.open(tmp_path / f"{number}.tar") as archive:
            orders = _ids(archive, "orders", "id")
            assert _ids(archive, "order_lines", "order_id") == orders
            assert set(_ids(archive, "orders", "event_id")) <= set(_ids(archive, "events", "id"))


def _ids(archive, table, column):
    return sorted(json.loads(line)[column] for line in archive.extractfile(f"rows/{table}.jsonl"))


def archive_of(place, **members):
    with tarfile.open(place, "w:gz") as archive:
        for name, data in members.items():
            entry = tarfile.TarInfo(name.replace("__", "/").replace("_json", ".json"))
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return place


MANIFEST = b'{"format":1,"version":"9","revision":"%s","made_at":"2026-03-01T12:00:00Z","tables":[]}'


@SAME
def test_what_is_no_backup_is_refused(empty, tmp_path):
    other = empty()
    (tmp_path / "text.tar").write_text("hello")
    archive_of(tmp_path / "bare.tar")
    archive_of(tmp_path / "broken.tar", manifest_json=b"{")
    archive_of(tmp_path / "newer.tar", manifest_json=MANIFEST % b"from-the-future")

    for name in ("text", "bare", "broken", "newer", "none"):
        with pytest.raises(NotABackup):
            restore(other, tmp_path / f"{name}.tar")


@SAME
def test_an_archive_that_is_torn_or_damaged_changes_nothing(filled, empty, tmp_path):
    backup(filled, tmp_path / "friday.tar")
    whole = (tmp_path / "friday.tar").read_bytes()
    middle = len(whole) // 2
    # One bit of a letter: nothing but the checksum tells.
    damaged = gzip.compress(gzip.decompress(whole).replace(b"Ana", b"Ena", 1))[:-8] + whole[-8:]
    torn = {"half": whole[:middle], "end": whole[:-1], "hole": whole[:middle] + b"\0" * 9 + whole[middle + 9 :]}
    other = empty()

    for name, data in {**torn, "damaged": damaged}.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(NotABackup):
            restore(other, tmp_path / name)

    assert other.services.storage.files == {}


def test_a_backup_that_cannot_be_written_says_so_and_leaves_nothing(filled, tmp_path):
    (tmp_path / "taken").mkdir()

    for place in (tmp_path / "no" / "such" / "place.tar", tmp_path / "taken"):
        with pytest.raises(NoPlace):
            backup(filled, place)

    assert list(tmp_path.glob("*.part")) == []


@SAME
def test_a_file_of_an_archive_cannot_leave_the_storage(filled, empty, tmp_path):
    revision = b"2026_11_22_initial"
    archive_of(tmp_path / "evil.tar", manifest_json=MANIFEST % revision, **{"files__..__..__etc__passwd": b"x"})

    with pytest.raises((NotABackup, ValueError)):
        restore(empty(), tmp_path / "evil.tar")
