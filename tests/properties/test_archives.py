"""Export, import, export: the second archive says what the first one said, but for keys."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from cast import actor, ana
from factories import make_event
from openevent.events.models import Event
from openevent.exchange.actions import import_bundle
from openevent.exchange.formats import bundle
from openevent.exchange.queries.parts import MODELS
from openevent.exchange.rules.bundle import PARTS, read_bundle

ALL_MEDIA = dict.fromkeys(("image", "video", "audio", "document"), True)
GIF = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00"
    b",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
words = st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters="<>&@.:/"), min_size=1, max_size=12)
maybe = st.none() | words
flags = st.booleans()
days = st.integers(1, 28).map(lambda day: f"2099-05-{day:02}T09:00:00+00:00")
positions = st.integers(0, 99)
FORMS = ("attendee", "session", "speaker")


def rows(least: int = 0, **members: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Return lists of up to three rows with keys 1, 2, 3; what has a name has another one in each row."""

    def numbered(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for key, row in enumerate(found, 1):
            row["id"] = key
            for name in ("name", "field_identifier"):
                row.update({name: f"{key} {row[name]}"} if name in row else {})
        return found

    return st.lists(st.fixed_dictionaries(members), min_size=least, max_size=3).map(numbered)


keys = st.none() | st.integers(1, 3)
TICKETS = rows(
    name=words,
    type=st.sampled_from(("free", "paid", "donation")),
    price=st.none() | positions,
    max_price=st.none() | positions,
    currency=st.just("EUR"),
    sales_starts_at=days,
    sales_ends_at=days,
    is_hidden=flags,
    is_checkin_restricted=flags,
    quantity=positions,
)
ARCHIVES = st.fixed_dictionaries(
    {
        "social_links": rows(name=words, link=st.just("https://example.org")),
        "tracks": rows(name=words, description=maybe, color=st.just("#112233"), position=positions),
        "microlocations": rows(name=words, floor=st.none() | positions, latitude=st.none() | st.just(1.5)),
        "session_types": rows(name=words, length=st.just("00:30"), position=positions),
        "sponsors": rows(name=words, level=st.none() | positions),
        "exhibitors": rows(name=words, status=st.sampled_from(("pending", "accepted")), position=positions),
        "speakers": rows(name=words, email=st.none(), city=maybe, is_featured=flags),
        "sessions": rows(
            title=words,
            starts_at=st.none() | days,
            state=st.sampled_from(("draft", "pending", "accepted")),
            track_id=keys,
            microlocation_id=keys,
            session_type_id=keys,
            speakers=st.lists(st.integers(1, 4), max_size=3),
        ),
        "forms": rows(
            field_identifier=words, form=st.sampled_from(FORMS), type=st.just("text"), min=st.none() | positions
        ),
        "faq_types": rows(name=words),
        "faqs": rows(question=words, answer=words, faq_type_id=keys),
        "tickets": TICKETS,
        "ticket_tags": rows(name=words, tickets=st.lists(st.integers(1, 3), max_size=2)),
        "taxes": rows(name=words, rate=st.sampled_from((0.0, 7.5, 19.0)), tax_id=maybe).map(lambda found: found[:1]),
        "speakers_calls": rows(announcement=maybe, starts_at=days, ends_at=days).map(lambda found: found[:1]),
        "copyrights": rows(licence=words, year=st.none() | st.just(2099)).map(lambda found: found[:1]),
    }
)


def zipped(files: dict[str, Any]) -> bytes:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w") as archive:
        for name, value in files.items():
            archive.writestr(name, json.dumps(value))
    return found.getvalue()


def plain(data: bytes) -> dict[str, Any]:
    """Return what an archive says, with places instead of keys."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: json.loads(archive.read(name)) for name in ("event", *(part.name for part in PARTS))}
    places = {part.name: {row["id"]: place for place, row in enumerate(files[part.name])} for part in PARTS}
    for part in PARTS:
        for row in files[part.name]:
            del row["id"]
            row.update({column: places[to].get(row[column]) for column, to in part.links.items()})
            row.update({part.many: sorted(places[part.many][key] for key in row[part.many])} if part.many else {})
    del files["event"]["id"], files["event"]["identifier"]
    return files


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=ARCHIVES, name=words, online=flags)
def test_an_archive_comes_back_as_it_went(shell, files, name, online):
    head = {"name": name, "starts_at": "2099-05-01T09:00:00+00:00", "ends_at": "2099-05-15T09:00:00+00:00"}
    with shell.work() as work:
        by = actor(ana(work))
        first = import_bundle(work, read_bundle(zipped({"event": head | {"online": online}, **files})), by=by)
        went = bundle.render(work.db, work.services, first, ALL_MEDIA)
        second = import_bundle(work, read_bundle(went), by=by)
        came = bundle.render(work.db, work.services, second, ALL_MEDIA)

    assert plain(came) == plain(went)
    shown = plain(went)
    assert {name: len(shown[name]) for name in files if name != "forms"} == {
        name: len(rows) for name, rows in files.items() if name != "forms"
    }
    for part in (part for part in PARTS if part.name in files and part.name != "forms"):
        for told, kept in zip(files[part.name], shown[part.name], strict=True):
            same = {key for key in told if key in part.columns}
            assert {key: kept[key] for key in same} == {key: told[key] for key in same}, part.name


@pytest.fixture
def archive(shell):
    """The archive of an event with a picture."""
    with shell.work() as work:
        key = f"media/{'ab' * 16}/logo.gif"
        work.services.storage.put(key, GIF, content_type="image/gif")
        event = make_event(work, owner=ana(work), logo_url=work.services.site.link(f"/static/{key}"))
        return bundle.render(work.db, work.services, event, ALL_MEDIA)


def test_media_come_along_as_files_of_their_own(shell, archive):
    for _ in range(2):
        with shell.work() as work:
            event = import_bundle(work, read_bundle(archive), by=actor(ana(work)), name="task 1")
            address = event.logo_url
    storage = shell.services.storage

    assert "ab" * 16 not in address
    assert len(storage.keys("media/")) == 2, "a second attempt writes the same file"
    assert storage.get(address.removeprefix("http://127.0.0.1:8000/static/")) == GIF


def test_an_import_that_is_cut_off_leaves_nothing_behind(shell, archive):
    def cut_off() -> None:
        with shell.work() as work:
            import_bundle(work, read_bundle(archive), by=actor(ana(work)))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut_off()

    with shell.database.reading() as db:
        assert db.scalar(select(func.count()).select_from(Event)) == 1
        assert [db.scalar(select(func.count()).select_from(model)) for model in MODELS.values()] == [0] * len(MODELS)
    assert len(shell.services.storage.keys("media/")) == 1
