"""What strangers have already: said at the door, and only while it is true."""

import pytest

from factories import make_event, make_user
from openevent.events.models import Event
from openevent.jsonapi.request import Response
from openevent.main.unchanged import Unchanged

ASKED = "If-None-Match"


@pytest.fixture
def event(shell):
    with shell.work() as work:
        return make_event(work, state="published")


@pytest.fixture
def known(api, event):
    """An address, its tag, and the answer "not modified", asked for twice: the second time it is remembered."""
    path = f"/v1/events/{event.identifier}"
    tag = api.get(path).headers["ETag"]
    first, second = (api.get(path, headers={ASKED: tag}) for _ in range(2))
    return path, tag, first, second


def test_the_remembered_answer_is_the_same_but_for_its_number(known):
    _, tag, first, second = known

    assert (first.status, second.status, second.body, second.headers["ETag"]) == (304, 304, b"", tag)
    assert first.headers["X-Request-ID"] != second.headers["X-Request-ID"]
    assert [one for one in first.headers if one[0] != "X-Request-ID"] == [
        one for one in second.headers if one[0] != "X-Request-ID"
    ]


def test_what_else_is_expected_is_looked_at(api, known):
    path, tag, *_ = known

    assert api.get(path, headers={ASKED: tag, "If-Match": '"other"'}).status == 412


def test_it_is_not_read_anew(api, known, application, monkeypatch):
    path, tag, *_ = known
    handle, read = application.engine.handle, []
    monkeypatch.setattr(application.engine, "handle", lambda request: read.append(request) or handle(request))

    for _ in range(50):  # PostgreSQL's snapshots know of commits to other databases of the same server, too
        read.clear()
        assert api.get(path, headers={ASKED: tag}).status == 304
        if not read:
            break

    assert read == []


def test_a_change_is_told_at_once(api, shell, known, event):
    path, tag, *_ = known

    with shell.work() as work:
        work.db.get_one(Event, event.id).name = "Renamed"

    assert api.get(path, headers={ASKED: tag}).status == 200


def test_another_tag_address_or_origin_is_another_question(api, known, event):
    path, tag, *_ = known

    assert api.get(path, headers={ASKED: 'W/"other"'}).status == 200
    assert api.get(f"{path}?fields[event]=name", headers={ASKED: tag}).status == 200
    assert api.get(f"/v1/events/{event.id + 1}", headers={ASKED: tag}).status == 404


def test_who_says_who_he_is_gets_his_own_answer(api, shell, known):
    path, tag, *_ = known
    with shell.work() as work:
        admin = make_user(work, is_super_admin=True, is_admin=True)

    assert api.get(path, headers={ASKED: tag}, as_=admin).status == 200  # an admin sees more of it
    assert api.get(path, headers={ASKED: tag, "Authorization": "JWT forged"}).status == 422


def ask(unchanged, tag, path="/v1/events"):
    """Ask once, and keep the answer."""
    question = unchanged.question({"REQUEST_METHOD": "GET", "PATH_INFO": path, "HTTP_IF_NONE_MATCH": tag})
    unchanged.keep(question, Response(304, {}, b"", lasts=True), [("ETag", tag)], "/v1/events")
    return question.known


def test_there_are_never_too_many():
    unchanged = Unchanged(lambda: 1, size=2)

    assert [ask(unchanged, tag) is None for tag in "aabcda"] == [True, False, True, True, True, True]
    assert len(unchanged) == 2


def test_long_questions_are_forgotten():
    unchanged = Unchanged(lambda: 1)

    assert (ask(unchanged, "a", "/" * 513), ask(unchanged, "b" * 513), len(unchanged)) == (None, None, 0)
