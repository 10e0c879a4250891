"""Scripts: kept in versions, read by whom they are shared with, changed by their owner alone."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from cast import actor
from factories import make_event, make_order, make_ticket
from openevent.kit.access import SYSTEM
from openevent.kit.errors import NotFound
from openevent.lab.actions import scripts
from openevent.lab.actions.examples import make_bench, seed
from openevent.lab.actions.refusals import ScriptRefused
from openevent.lab.actions.scripts import keep_example
from openevent.lab.models import Bench, Device, Script, ScriptVersion
from openevent.lab.rules.scripts import LONGEST_CODE, MOST_SCRIPTS, MOST_VERSIONS


def document(kind, key=None, event=None, **attributes):
    told = {"type": kind, "attributes": {name.replace("_", "-"): value for name, value in attributes.items()}}
    links = {"event": {"data": {"type": "event", "id": str(event)}}} if event else {}
    return {"data": told | ({"id": str(key)} if key else {}) | ({"relationships": links} if links else {})}


def create(api, who, **attributes):
    return api.post("/v1/lab-scripts", json=document("lab-script", **attributes), as_=who)


def change(api, who, key, **attributes):
    return api.patch(f"/v1/lab-scripts/{key}", json=document("lab-script", key, **attributes), as_=who)


def told(answer):
    return answer.json["data"]["attributes"]


def test_a_script_is_kept_in_versions(api, people):
    made = create(api, people["bo"], title="sine.py", code="a = 1")
    key = made.json["data"]["id"]

    same = change(api, people["bo"], key, code="a = 1")
    changed = change(api, people["bo"], key, code="a = 2", title="wave.py")
    versions = api.get(f"/v1/lab-scripts/{key}/versions?sort=number", as_=people["bo"]).json["data"]

    assert (made.status, told(made)["visibility"], told(made)["version"]) == (201, "private", 1)
    assert (told(same)["version"], told(changed)["version"], told(changed)["code"]) == (1, 2, "a = 2")
    assert [(one["attributes"]["number"], one["attributes"]["code"]) for one in versions] == [
        (1, "a = 1"),
        (2, "a = 2"),
    ]
    assert told(changed)["title"] == "wave.py"


def test_private_scripts_are_nobody_elses(api, people):
    key = create(api, people["bo"], title="sine.py", code="a = 1").json["data"]["id"]
    version = api.get(f"/v1/lab-scripts/{key}/versions", as_=people["bo"]).json["data"][0]["id"]
    eve = people["eve"]

    answers = [
        api.get(f"/v1/lab-scripts/{key}", as_=eve),
        change(api, eve, key, title="mine.py"),
        api.delete(f"/v1/lab-scripts/{key}", as_=eve),
        api.post(f"/v1/lab-scripts/{key}/fork", as_=eve),
        api.get(f"/v1/lab-script-versions/{version}", as_=eve),
        api.get(f"/v1/lab-scripts/{key}"),
    ]

    assert [one.status for one in answers] == [404] * 6
    assert api.get("/v1/lab-scripts", as_=eve).json["data"] == []


def test_public_scripts_are_read_and_forked_but_not_changed(api, people):
    key = create(api, people["bo"], title="sine.py", code="a = 1", visibility="public").json["data"]["id"]

    read = api.get(f"/v1/lab-scripts/{key}")
    forked = api.post(f"/v1/lab-scripts/{key}/fork", as_=people["eve"])
    own = api.get(f"/v1/lab-scripts/{forked.json['id']}", as_=people["eve"])
    refused = change(api, people["eve"], key, code="b = 2")
    anonymous = api.post(f"/v1/lab-scripts/{key}/fork")

    assert (read.status, forked.status, told(own)["code"]) == (200, 201, "a = 1")
    assert (told(own)["visibility"], refused.status, anonymous.status) == ("private", 403, 401)


def test_a_class_reads_what_is_shared_with_it(api, shell, people):
    with shell.work() as work:
        event = make_event(work, owner=people["ana"])
        make_order(work, make_ticket(work, event), buyer=people["bo"])
    key = create(api, people["ana"], title="task.py", code="", visibility="class", event=event.id).json["data"]["id"]

    assert [api.get(f"/v1/lab-scripts/{key}", as_=people[name]).status for name in ("bo", "ana", "eve")] == [
        200,
        200,
        404,
    ]


def test_a_class_has_to_be_named_and_to_be_ones_own(api, shell, people):
    with shell.work() as work:
        event = make_event(work, owner=people["ana"]).id

    nameless = create(api, people["ana"], title="task.py", visibility="class")
    foreign = create(api, people["eve"], title="task.py", visibility="class", event=event)

    assert [one.status for one in (nameless, foreign)] == [422, 422]
    assert nameless.json["errors"][0]["source"] == {"pointer": "/data/relationships/event"}


def test_examples_belong_to_nobody_and_are_read_by_everybody(api, shell, people):
    with shell.work() as work:
        key = keep_example(work, "multimeter.py", "a = 1").id
        assert keep_example(work, "multimeter.py", "a = 2").id == key
        keep_example(work, "multimeter.py", "a = 2")

    assert told(api.get(f"/v1/lab-scripts/{key}"))["version"] == 2
    assert change(api, people["bo"], key, code="").status == 403
    assert change(api, people["adm"], key, code="a = 3").status == 200


@pytest.mark.parametrize(
    ("title", "code"),
    [("", ""), (" ", ""), ("two\nlines", ""), ("t" * 201, ""), ("a.py", "\0"), ("a.py", "x" * (LONGEST_CODE + 1))],
)
def test_what_is_no_script_is_refused(api, people, title, code):
    assert create(api, people["bo"], title=title, code=code).status == 422


def test_a_deleted_script_is_gone(api, people):
    key = create(api, people["bo"], title="sine.py").json["data"]["id"]

    assert api.delete(f"/v1/lab-scripts/{key}", as_=people["bo"]).status == 200
    assert api.get(f"/v1/lab-scripts/{key}", as_=people["bo"]).status == 404


def test_versions_are_added_by_the_owner_alone(api, people):
    key = create(api, people["bo"], title="sine.py", visibility="public").json["data"]["id"]
    link = {"script": {"data": {"type": "lab-script", "id": key}}}
    sent = {"data": {"type": "lab-script-version", "attributes": {"code": "a"}, "relationships": link}}

    answers = [api.post("/v1/lab-script-versions", json=sent, as_=people[name]) for name in ("bo", "eve")]

    assert [one.status for one in answers] == [201, 403]
    assert told(answers[0])["number"] == 2


def test_scripts_and_versions_have_a_number_that_is_enough(api, shell, people):
    script = create(api, people["bo"], title="a.py").json["data"]["id"]
    with shell.work() as work:
        rows = [{"title": f"{n}.py", "user_id": people["eve"].id} for n in range(MOST_SCRIPTS)]
        moments = {"created_at": work.now, "changed_at": work.now}
        work.db.execute(insert(Script), [{**row, **moments} for row in rows])
        work.db.execute(
            insert(ScriptVersion).values(script_id=int(script), number=MOST_VERSIONS, code="x", created_at=work.now)
        )

    assert create(api, people["eve"], title="more.py").status == 409
    assert change(api, people["bo"], script, code="y").status == 409


def test_an_old_version_is_made_the_newest_again(shell, api, people):
    key = int(create(api, people["bo"], title="a.py", code="a = 1").json["data"]["id"])
    change(api, people["bo"], key, code="a = 2", visibility="public")
    bo = actor(people["bo"])

    with shell.work() as work:
        version = scripts.restore_version(work, key, 1, by=bo)
        assert (version.number, version.code) == (3, "a = 1")
        with pytest.raises(NotFound):
            scripts.restore_version(work, key, 9, by=bo)
        with pytest.raises(NotFound):
            scripts.restore_version(work, key, 1, by=actor(people["eve"]))
        with pytest.raises(ScriptRefused):
            scripts.create_script(work, title="a.py", visibility="everybody", by=bo)
        with pytest.raises(ScriptRefused):
            scripts.add_version(work, work.db.get_one(Script, key), "\0", by=bo)


def test_every_installation_has_examples_and_the_sample_a_bench(shell):
    with shell.work() as work:
        seed(work)
        seed(work)
        event = make_event(work)
        make_bench(work, event, by=SYSTEM)
        examples = work.db.scalars(select(Script.title).where(Script.is_example).order_by(Script.title)).all()
        bench = work.db.scalar(select(Bench))
        device = work.db.get_one(Device, bench.device_id)

    assert examples == ["multimeter.py", "plot_test.py", "sine.py"]
    assert (bench.event_id, device.kind, device.is_on, device.is_open) == (event.id, "simulator", True, True)
