"""A picture that is uploaded and set is shown in other sizes a little later, whoever shows it."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass

import pytest
from PIL import Image

from factories import make_event, make_group, make_speaker
from openevent.events.models import Event, Exhibitor
from openevent.events.signals import EventImageChanged
from openevent.site.models import EventImageSize, SpeakerImageSize

JSON = {"Content-Type": "application/json", "Accept": "*/*"}
SITE = "http://127.0.0.1:8000"
WIDE = {"large": (1300, 500), "thumbnail": (500, 200), "icon": (75, 30)}
SQUARE = {"small": (500, 500), "thumbnail": (50, 50), "icon": (35, 35)}
THUMBNAIL = {"thumbnail": (500, 200)}


@dataclass
class Stage:
    """Somebody with a camera, and what he may give pictures to."""

    api: object
    pages: object
    who: object

    def upload(self, colour="#336699", size=(1600, 1200), form="PNG", mode="RGB"):
        kept = io.BytesIO()
        Image.new(mode, size, colour).save(kept, form)
        told = f"data:image/png;base64,{base64.b64encode(kept.getvalue()).decode()}"
        answer = self.api.post("/v1/upload/image", json={"data": told}, as_=self.who, headers=JSON)
        assert answer.status == 200, answer.body
        return answer.json["url"]

    def set(self, path, **attributes):
        _, _, kind, key = path.split("/")
        body = {"data": {"type": kind.removesuffix("s"), "id": key, "attributes": attributes}}
        answer = self.api.patch(path, json=body, as_=self.who)
        assert answer.status == 200, answer.body
        return answer.json["data"]["attributes"]

    def urls(self, path, names):
        shown = self.api.get(path, as_=self.who).json["data"]["attributes"]
        return {name: shown[f"{name}-image-url"] for name in names}

    def shown(self, path, names):
        """Fetch the sizes as a browser does and return how large they are, and the form of each."""
        return {name: self.look(url) for name, url in self.urls(path, names).items()}

    def look(self, url):
        answer = self.pages.get(url.removeprefix(SITE))
        assert answer.status_code == 200
        picture = Image.open(io.BytesIO(answer.data))
        assert answer.headers["Content-Type"] == f"image/{picture.format.lower()}"
        return picture.size


@pytest.fixture
def stage(api, pages, people):
    return Stage(api, pages, people["ana"])


@pytest.fixture
def event(shell, people):
    with shell.work() as work:
        return make_event(work, owner=people["ana"], is_sessions_speakers_enabled=True)


@pytest.fixture
def owners(shell, people, event):
    """The paths of everything that shows a picture."""
    with shell.work() as work:
        exhibitor = Exhibitor(event_id=event.id, name="Acme")
        work.db.add(exhibitor)
        work.db.flush()
        return {
            "event": f"/v1/events/{event.id}",
            "exhibitor": f"/v1/exhibitors/{exhibitor.id}",
            "group": f"/v1/groups/{make_group(work, people['ana']).id}",
            "speaker": f"/v1/speakers/{make_speaker(work, event).id}",
            "user": f"/v1/users/{people['ana'].id}",
        }


KINDS = [
    ("event", "original-image-url", WIDE),
    ("exhibitor", "banner-url", THUMBNAIL),
    ("group", "banner-url", THUMBNAIL),
    ("speaker", "photo-url", SQUARE),
    ("user", "avatar-url", SQUARE),
]


@pytest.mark.parametrize(("kind", "name", "sizes"), KINDS)
def test_an_upload_is_shown_in_all_sizes(stage, owners, run_jobs, kind, name, sizes):
    stage.set(owners[kind], **{name: stage.upload()})
    run_jobs()

    assert stage.shown(owners[kind], sizes) == sizes


@pytest.mark.parametrize(("kind", "name", "sizes"), KINDS)
def test_sizes_of_another_picture_are_not_shown(stage, owners, run_jobs, kind, name, sizes):
    stage.set(owners[kind], **{name: stage.upload()})
    run_jobs()
    stage.set(owners[kind], **{name: "https://elsewhere.example/b.png"})
    at_once = stage.urls(owners[kind], sizes)
    run_jobs()

    assert at_once == stage.urls(owners[kind], sizes) == dict.fromkeys(sizes)


@pytest.mark.parametrize(("kind", "name", "sizes"), KINDS)
def test_who_takes_the_picture_away_shows_none(stage, owners, run_jobs, kind, name, sizes):
    stage.set(owners[kind], **{name: stage.upload()})
    run_jobs()
    stage.set(owners[kind], **{name: None})
    run_jobs()

    assert stage.urls(owners[kind], sizes) == dict.fromkeys(sizes)


def test_of_two_pictures_the_second_is_shown(stage, owners, run_jobs, services):
    first = stage.upload("#ff0000")
    stage.set(owners["event"], **{"original-image-url": first})
    second = stage.upload("#0000ff")
    stage.set(owners["event"], **{"original-image-url": second})
    run_jobs()

    urls = stage.urls(owners["event"], WIDE)
    folder = second.rpartition("/")[0]
    assert {url.rpartition("/")[0] for url in urls.values()} == {folder}
    assert not [key for key in services.storage.files if key.startswith("media/" + first.split("/")[-2]) and "-" in key]


def test_making_them_twice_makes_them_once(stage, owners, run_jobs, shell, event, services):
    url = stage.upload()
    stage.set(owners["event"], **{"original-image-url": url})
    run_jobs()
    before, files = stage.urls(owners["event"], WIDE), dict(services.storage.files)
    with shell.work() as work:
        work.announce(EventImageChanged(event.id, url))
    run_jobs()

    assert (stage.urls(owners["event"], WIDE), services.storage.files) == (before, files)


def test_a_missing_file_and_one_that_is_no_picture_leave_the_sizes_empty(stage, owners, run_jobs, services, caplog):
    url = stage.upload()
    key = url.removeprefix(f"{SITE}/static/")
    services.storage.delete(key)
    stage.set(owners["event"], **{"original-image-url": url})
    run_jobs()
    missing = stage.urls(owners["event"], WIDE)
    services.storage.put("media/ab12/a.png", b"\x89PNG\r\n\x1a\n and then nonsense", content_type="image/png")
    stage.set(owners["event"], **{"original-image-url": f"{SITE}/static/media/ab12/a.png"})
    run_jobs()

    assert missing == stage.urls(owners["event"], WIDE) == dict.fromkeys(WIDE)
    assert not [record for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")]
    assert list(services.storage.files) == ["media/ab12/a.png"]


def test_an_event_that_is_gone_gets_none(stage, owners, run_jobs, shell, event, services):
    url = stage.upload()
    stage.set(owners["event"], **{"original-image-url": url})
    with shell.work() as work:
        work.db.delete(work.db.get_one(Event, event.id))
    run_jobs()

    assert list(services.storage.files) == [url.removeprefix(f"{SITE}/static/")]


def test_admins_say_how_large_they_are(stage, owners, patch, run_jobs):
    patch("/v1/event-image-sizes", "event-image-size", {"full-width": 800, "full-height": 100, "full-aspect": True})
    patch("/v1/event-image-sizes", "event-image-size", {"icon-width": None, "icon-quality": None})
    patch("/v1/speaker-image-sizes", "speaker-image-size", {"icon-size-width-height": 20}, id_="2")
    stage.set(owners["event"], **{"original-image-url": stage.upload()})
    stage.set(owners["speaker"], **{"photo-url": stage.upload()})
    run_jobs()

    assert stage.shown(owners["event"], WIDE) == WIDE | {"large": (800, 600)}
    assert stage.shown(owners["speaker"], SQUARE) == SQUARE | {"icon": (20, 20)}


def test_an_installation_without_records_has_the_usual_sizes(stage, owners, shell, run_jobs):
    with shell.work() as work:
        for model in (EventImageSize, SpeakerImageSize):
            work.db.query(model).delete()
    stage.set(owners["event"], **{"original-image-url": stage.upload()})
    stage.set(owners["user"], **{"avatar-url": stage.upload()})
    run_jobs()

    assert stage.shown(owners["event"], WIDE) == WIDE
    assert stage.shown(owners["user"], SQUARE) == SQUARE


def test_a_small_picture_is_not_made_larger_and_a_see_through_one_stays_so(stage, owners, run_jobs):
    stage.set(owners["speaker"], **{"photo-url": stage.upload((0, 0, 0, 0), (40, 60), mode="RGBA")})
    run_jobs()

    assert stage.shown(owners["speaker"], SQUARE) == {"small": (40, 40), "thumbnail": (40, 40), "icon": (35, 35)}
    assert all(url.endswith(".png") for url in stage.urls(owners["speaker"], SQUARE).values())


def test_what_starts_with_a_picture_gets_its_sizes_too(stage, people, event, run_jobs):
    url, admin = stage.upload(), Stage(stage.api, stage.pages, people["adm"])
    dates = {"starts-at": "2026-09-01T10:00:00Z", "ends-at": "2026-09-02T10:00:00Z"}
    of = {"event": {"data": {"type": "event", "id": str(event.id)}}}
    new = {
        "events": ({"name": "New", "timezone": "UTC", "original-image-url": url} | dates, {}, WIDE),
        "groups": ({"name": "New", "banner-url": url}, {}, THUMBNAIL),
        "speakers": ({"name": "Noa", "photo-url": url}, of, SQUARE),
        "users": ({"email": "noa@example.org", "password": "a long password", "avatar-url": url}, {}, SQUARE),
    }
    for kind, (attributes, relationships, sizes) in new.items():
        body = {"data": {"type": kind[:-1], "attributes": attributes, "relationships": relationships}}
        made = stage.api.post(f"/v1/{kind}", json=body, as_=stage.who if kind != "users" else None)
        assert made.status == 201, made.body
        run_jobs()
        assert admin.shown(f"/v1/{kind}/{made.json['data']['id']}", sizes) == sizes, kind


def test_the_original_of_an_account_is_its_avatar(stage, owners):
    url = stage.upload()

    assert stage.set(owners["user"], **{"avatar-url": url})["original-image-url"] == url
    assert stage.set(owners["user"], **{"avatar-url": None})["original-image-url"] is None


def test_a_size_that_is_told_with_the_photo_is_kept(stage, owners, run_jobs):
    elsewhere = "https://elsewhere.example"
    stage.set(owners["speaker"], **{"photo-url": stage.upload()})
    run_jobs()
    before = stage.urls(owners["speaker"], SQUARE)
    told = {f"{name}-image-url": url for name, url in before.items()} | {"icon-image-url": f"{elsewhere}/icon.png"}
    stage.set(owners["speaker"], **{"photo-url": f"{elsewhere}/a.png"}, **told)
    run_jobs()

    assert stage.urls(owners["speaker"], SQUARE) == dict.fromkeys(SQUARE) | {"icon": f"{elsewhere}/icon.png"}


def test_a_copy_that_is_made_before_the_sizes_gets_its_own(stage, event, owners, run_jobs):
    stage.set(owners["event"], **{"original-image-url": stage.upload()})
    copied = stage.api.post(f"/v1/events/{event.id}/copy", as_=stage.who)
    run_jobs()
    path = f"/v1/events/{copied.json['identifier']}"

    assert stage.shown(path, WIDE) == WIDE
    assert not set(stage.urls(path, WIDE).values()) & set(stage.urls(owners["event"], WIDE).values())
