import pytest

from cast import actor, ana, bo
from factories import make_event, make_order, make_ticket
from openevent.lab.actions.scripts import create_script, keep_example
from openevent.lab.models import Run, Script
from visitors import elements_of, text_of

CODE = "for i in range(3):\n    print(i)\n"


@pytest.fixture
def mine(shell):
    """Ana's script, and who she and Bo are."""
    with shell.work() as work:
        one, other = ana(work), bo(work)
        return create_script(work, title="sine.py", code=CODE, by=actor(one)).id, one, other


def test_a_script_is_written_and_read(visitor, shell, mine):
    browser = visitor(mine[1])

    made = browser.post("/lab/scripts/new", {"title": "new.py", "code": "print(1)\r\nprint(2)\r\n\r\n"})
    page = browser.get(made.location)

    assert made.status_code == 303
    assert "new.py" in text_of(page)
    with shell.work() as work:
        assert work.db.query(Script).filter_by(title="new.py").count() == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [({"title": " ", "code": "1"}, "A script needs a name."), ({"title": "a", "code": "\x00"}, "A script is text.")],
)
def test_what_cannot_be_kept_is_shown_again(visitor, mine, typed, said):
    browser = visitor(mine[1])

    new = browser.post("/lab/scripts/new", typed)
    changed = browser.post(f"/lab/scripts/{mine[0]}/edit", typed)

    assert [answer.status_code for answer in (new, changed)] == [422, 422]
    assert said in text_of(new)
    assert said in text_of(changed)


def test_of_two_windows_the_later_one_is_told(visitor, mine):
    browser, at = visitor(mine[1]), f"/lab/scripts/{mine[0]}/edit"
    browser.post(at, {"title": "sine.py", "code": "first = 1\n", "seen": "1"})

    told = browser.post(at, {"title": "sine.py", "code": "second = 2\n", "seen": "1"})
    fields = {one.get("name"): one.get("value") for tag, one in elements_of(told) if tag == "input"}
    browser.post(at, {"title": "sine.py", "code": "second = 2\n", "seen": fields["seen"]})

    assert (told.status_code, fields["seen"]) == (422, "2")
    assert "saved elsewhere meanwhile, as version 2" in text_of(told)
    assert "second = 2" in told.text
    assert "version 3" in text_of(browser.get(f"/lab/scripts/{mine[0]}"))


def test_every_change_is_a_version_that_can_come_back(visitor, mine):
    browser, at = visitor(mine[1]), f"/lab/scripts/{mine[0]}"

    browser.post(f"{at}/edit", {"title": "sine.py", "code": CODE.replace("3", "4")})
    history = browser.get(f"{at}/history")
    first = browser.get(f"{at}/history?version=1")
    browser.post(f"{at}/history", {"version": "1"}, at=f"{at}/history?version=1")

    none = browser.post(f"{at}/history", {"version": "9" * 20}, at=at)

    assert none.status_code == 404
    assert "What version 2 changed" in text_of(history)
    assert 'class="diff-removed"' in history.text
    assert 'class="diff-added"' in history.text
    assert "Make version 1 the current one again" in text_of(first)
    assert "version 3" in text_of(browser.get(at))


def test_a_script_is_deleted_after_a_question(visitor, mine):
    browser, at = visitor(mine[1]), f"/lab/scripts/{mine[0]}"

    asked = browser.get(f"{at}/delete")
    deleted = browser.post(f"{at}/delete")

    assert "Delete sine.py?" in text_of(asked)
    assert deleted.location == "/lab"
    assert browser.get(at).status_code == 404


def test_others_see_nothing_of_a_script_until_it_is_shared(visitor, mine):
    owner, other, at = visitor(mine[1]), visitor(mine[2]), f"/lab/scripts/{mine[0]}"

    before = [other.get(f"{at}{path}").status_code for path in ("", "/edit", "/history", "/share", "/delete")]
    saved = owner.post(f"{at}/share", {"visibility": "public"})
    after = [other.get(f"{at}{path}").status_code for path in ("", "/edit", "/history", "/share", "/delete")]

    assert before == [404] * 5
    assert saved.location == at
    assert after == [200, 404, 200, 404, 404]


def test_a_script_is_shared_with_a_class(visitor, shell, mine):
    with shell.work() as work:
        event = make_event(work, owner=work.db.merge(mine[1]), name="Sine workshop")
        make_order(work, make_ticket(work, event), buyer=work.db.merge(mine[2]))
    owner, at = visitor(mine[1]), f"/lab/scripts/{mine[0]}"

    asked = owner.get(f"{at}/share")
    owner.post(f"{at}/share", {"visibility": f"class:{event.id}"})
    refused = owner.post(f"{at}/share", {"visibility": "class:999"})

    assert "Everybody in Sine workshop" in text_of(asked)
    assert refused.status_code == 422
    assert visitor(mine[2]).get(at).status_code == 200
    assert "sine.py Ana O." in text_of(visitor(mine[2]).get("/lab"))


def test_an_example_is_copied(visitor, shell, mine):
    with shell.work() as work:
        example = keep_example(work, "multimeter.py", CODE).id
    browser = visitor(mine[1])

    made = browser.post(f"/lab/scripts/{example}/fork", at=f"/lab/scripts/{example}")

    assert made.location.endswith("/edit")
    assert "from multimeter.py" in text_of(browser.get(made.location.removesuffix("/edit")))
    assert browser.get(f"/lab/scripts/{example}/edit").status_code == 404
    assert browser.post("/lab/scripts/999/fork", at="/lab").status_code == 404


def test_running_takes_a_turn_and_leads_to_the_run(visitor, shell, bench, mine):
    browser = visitor(mine[1])

    ran = browser.post(f"/lab/scripts/{mine[0]}/run", {"device": bench.id}, at="/lab")
    again = browser.post(f"/lab/scripts/{mine[0]}/run", {"device": bench.id}, at="/lab")
    waits = visitor(mine[2]).post("/lab/scripts/new", {"title": "b.py", "code": "1", "then": "run"})

    with shell.work() as work:
        run = work.db.query(Run).one()
    assert ran.location == f"/lab/runs/{run.identifier}"
    assert (run.title, run.source, run.kind) == ("sine.py", CODE, "script")
    assert again.location == waits.location == f"/lab?device={bench.id}"


def test_without_a_device_nothing_runs(visitor, mine):
    browser = visitor(mine[1])

    ran = browser.post(f"/lab/scripts/{mine[0]}/run", at="/lab/scripts/new")

    assert ran.location == "/lab"
    assert "There is no device that you could use." in text_of(browser.get("/lab"))
