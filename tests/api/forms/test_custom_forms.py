from __future__ import annotations

from typing import Any

import pytest

from cast import adm, ana, bo, eve
from clients import Api
from factories import give_role, make_event
from openevent.kit.work import Shell


@pytest.fixture
def stage(shell: Shell) -> dict[str, Any]:
    """Ana's public event, co-organized by Bo; Eve has no business there."""
    with shell.work() as work:
        found: dict[str, Any] = {maker.__name__: maker(work) for maker in (ana, bo, eve, adm)}
        event = make_event(work, owner=found["ana"])
        give_role(work, event, found["bo"], "coorganizer")
        return {**found, "event": event, "draft": make_event(work, owner=found["ana"], state="draft")}


def _question(event: Any, identifier: str, **attributes: Any) -> dict[str, Any]:
    sent = {"field-identifier": identifier, "form": "attendee", **attributes}
    of = {"event": {"data": {"type": "event", "id": str(event.id)}}}
    return {"data": {"type": "custom-form", "attributes": sent, "relationships": of}}


def _ask(api: Api, stage: dict[str, Any], identifier: str, **attributes: Any) -> dict[str, Any]:
    answer = api.post("/v1/custom-forms", json=_question(stage["event"], identifier, **attributes), as_=stage["bo"])
    assert answer.status == 201, answer.body
    return answer.json["data"]


def _change(type_: str, key: int, **attributes: Any) -> dict[str, Any]:
    sent = {name.replace("_", "-"): value for name, value in attributes.items()}
    return {"data": {"type": type_, "id": str(key), "attributes": sent}}


def test_a_new_event_asks_for_the_address(api: Api, stage: dict[str, Any]) -> None:
    attributes = {
        "name": "New",
        "starts-at": "2099-12-13T09:00:00Z",
        "ends-at": "2099-12-14T09:00:00Z",
        "timezone": "UTC",
        "state": "draft",
    }
    made = api.post("/v1/events", json={"data": {"type": "event", "attributes": attributes}}, as_=stage["ana"])

    asked = api.get(f"/v1/events/{made.json['data']['id']}/custom-forms", as_=stage["ana"]).json["data"]

    (email,) = asked
    assert isinstance(email["id"], int)
    assert email["attributes"] == {  # golden answer 103
        "max": 10,
        "name": "Email",
        "is-fixed": True,
        "main-language": None,
        "is-public": False,
        "form": "attendee",
        "min": 0,
        "description": None,
        "form-id": None,
        "type": "email",
        "is-required": True,
        "is-included": True,
        "position": 0,
        "field-identifier": "email",
        "is-complex": False,
        "is-allow-edit": False,
    }
    path = f"/v1/custom-forms/{email['id']}"
    assert api.delete(path, as_=stage["ana"]).status == 403
    renamed = _change("custom-form", email["id"], field_identifier="phone")
    assert api.patch(path, json=renamed, as_=stage["ana"]).status == 403
    assert api.patch(path, json=_change("custom-form", email["id"], position=3), as_=stage["ana"]).status == 200


def test_built_in_questions_have_their_names_and_others_their_own(api: Api, stage: dict[str, Any]) -> None:
    built_in = _ask(api, stage, "jobTitle", name="Anything", type="text")["attributes"]
    named = _ask(api, stage, "shoeSize", name="Size of your shoes")["attributes"]
    unnamed = _ask(api, stage, "hatSize", **{"is-complex": False})["attributes"]

    assert (built_in["name"], built_in["is-complex"], "translations" in built_in) == ("Job Title", False, False)
    assert (named["name"], named["is-complex"], named["translations"]) == ("Size of your shoes", True, [])
    assert (unnamed["name"], unnamed["is-complex"]) == ("hatSize", True)


def test_a_form_asks_everything_once(api: Api, stage: dict[str, Any]) -> None:
    _ask(api, stage, "jobTitle")
    _ask(api, stage, "jobTitle", **{"form-id": "abc"})
    _ask(api, stage, "website", form="speaker")
    other = _ask(api, stage, "phone")

    again = api.post("/v1/custom-forms", json=_question(stage["event"], "jobTitle"), as_=stage["bo"])
    moved = _change("custom-form", other["id"], field_identifier="jobTitle")

    assert (again.status, again.json["errors"][0]["source"]) == (409, {"pointer": "/data/attributes/field-identifier"})
    assert api.patch(f"/v1/custom-forms/{other['id']}", json=moved, as_=stage["bo"]).status == 409


@pytest.mark.parametrize("member", [{"form": "visitor"}, {"type": "colour"}, {"form": None}])
def test_a_question_of_an_unknown_kind_is_refused(api: Api, stage: dict[str, Any], member: dict[str, Any]) -> None:
    answer = api.post("/v1/custom-forms", json=_question(stage["event"], "x", **member), as_=stage["bo"])

    assert (answer.status, answer.json["errors"][0]["source"]) == (
        422,
        {"pointer": f"/data/attributes/{next(iter(member))}"},
    )


def test_translations_are_written_with_their_question(api: Api, stage: dict[str, Any]) -> None:
    sent = [{"name": "Schuhe", "language_code": "de"}, {"name": "Chaussures", "language_code": "fr", "id": 0}]
    question = _ask(api, stage, "shoeSize", **{"form-id": "abc", "translations": sent})
    first, second = question["attributes"]["translations"]

    assert [(one["name"], one["language_code"]) for one in (first, second)] == [("Schuhe", "de"), ("Chaussures", "fr")]
    changes = [{**first, "name": "Schuhgröße"}, {**second, "isDeleted": True}, {**sent[0], "isDeleted": True}]
    path = f"/v1/custom-forms/{question['id']}"
    changed = api.patch(path, json=_change("custom-form", question["id"], translations=changes), as_=stage["bo"])
    assert changed.json["data"]["attributes"]["translations"] == [{**first, "name": "Schuhgröße"}]
    listed = api.get(f"{path}/custom-form-translates").json["data"]
    assert [one["attributes"] for one in listed] == [{"name": "Schuhgröße", "language-code": "de", "form-id": "abc"}]
    assert _ask(api, stage, "jobTitle", translations=sent)["attributes"]["name"] == "Job Title"  # kept by nobody


@pytest.mark.parametrize(
    ("sent", "pointer"),
    [
        ("de", ""),
        (["de"], "/0"),
        ([{"language_code": "de"}], "/0/name"),
        ([{"name": "x", "language_code": " "}], "/0/language_code"),
        ([{"name": "x", "language_code": "de"}] * 201, ""),
    ],
)
def test_a_bad_translation_is_pointed_at(api: Api, stage: dict[str, Any], sent: Any, pointer: str) -> None:
    answer = api.post("/v1/custom-forms", json=_question(stage["event"], "x", translations=sent), as_=stage["bo"])

    source = {"pointer": f"/data/attributes/translations{pointer}"}
    assert (answer.status, answer.json["errors"][0]["source"]) == (422, source)


def test_questions_are_listed_by_event_identifier_and_set(api: Api, stage: dict[str, Any]) -> None:
    general, own = _ask(api, stage, "jobTitle"), _ask(api, stage, "jobTitle", **{"form-id": "abc"})

    def listed(path: str, who: str = "eve") -> list[int]:
        return [one["id"] for one in api.get(path, as_=stage[who]).json["data"]]

    for key in (stage["event"].id, stage["event"].identifier):
        assert listed(f"/v1/events/{key}/custom-forms") == [general["id"], own["id"]]
        assert listed(f"/v1/events/{key}/custom-forms/abc") == [own["id"]]
    either = '[{"or":[{"name":"form_id","op":"eq","val":null},{"name":"is_required","op":"eq","val":true}]}]'
    assert listed(f"/v1/events/{stage['event'].id}/custom-forms?filter={either}&page[size]=700") == [general["id"]]


def test_who_reads_and_who_writes(api: Api, stage: dict[str, Any]) -> None:
    question = _ask(api, stage, "shoeSize")
    listing, item = f"/v1/events/{stage['event'].id}/custom-forms", f"/v1/custom-forms/{question['id']}"
    hidden = f"/v1/events/{stage['draft'].id}/custom-forms"
    new, change = _question(stage["event"], "hatSize"), _change("custom-form", question["id"], name="x")

    assert [api.get(listing, as_=stage.get(who)).status for who in ("nobody", "eve", "ana")] == [401, 200, 200]
    assert [api.get(hidden, as_=stage.get(who)).status for who in ("nobody", "eve", "ana")] == [401, 404, 200]
    assert api.get(item).status == 200
    included = api.get(f"/v1/events/{stage['event'].id}?include=custom-forms").json["included"]
    assert [one["type"] for one in included] == ["custom-form"]
    assert [api.post("/v1/custom-forms", json=new, as_=stage.get(who)).status for who in ("nobody", "eve")] == [
        401,
        403,
    ]
    assert [api.patch(item, json=change, as_=stage.get(who)).status for who in ("nobody", "eve")] == [401, 403]
    assert [api.delete(item, as_=stage.get(who)).status for who in ("nobody", "eve", "bo")] == [401, 403, 200]


@pytest.mark.parametrize(
    ("type_", "attributes"),
    [
        ("custom-form-option", {"value": "Large"}),
        ("custom-form-translate", {"name": "Hut", "language-code": "de", "form-id": "abc"}),
    ],
)
def test_parts_of_a_question_are_for_those_who_run_the_event(
    api: Api, stage: dict[str, Any], type_: str, attributes: dict[str, Any]
) -> None:
    question = _ask(api, stage, "hatSize", type="select")
    path = f"/v1/custom-forms/{question['id']}/{type_}s"
    below = {"data": {"type": type_, "attributes": attributes}}
    link = {"custom-form": {"data": {"type": "custom_form", "id": str(question["id"])}}}  # as clients spell it
    alone = {"data": {"type": type_, "attributes": attributes, "relationships": link}}

    assert api.get(path).json["data"] == []
    assert [api.post(path, json=below, as_=stage.get(who)).status for who in ("nobody", "eve")] == [401, 403]
    assert api.post(f"/v1/{type_}s", json=alone, as_=stage["eve"]).status == 403
    made = [api.post(path, json=below, as_=stage["bo"]), api.post(f"/v1/{type_}s", json=alone, as_=stage["ana"])]
    assert [one.status for one in made] == [201, 201]
    (first, second) = [one["id"] for one in api.get(path, as_=stage["eve"]).json["data"]]
    item = f"/v1/{type_}s/{first}"
    name = "value" if "value" in attributes else "name"
    assert api.patch(item, json=_change(type_, first, **{name: "x"}), as_=stage["eve"]).status == 403
    assert api.patch(item, json=_change(type_, first, **{name: "x"}), as_=stage["bo"]).status == 200
    assert api.get(f"{item}/custom-form").json["data"]["id"] == question["id"]
    assert [api.delete(item, as_=stage.get(who)).status for who in ("nobody", "eve", "bo")] == [401, 403, 200]
    assert [one["id"] for one in api.get(path).json["data"]] == [second]


def test_stand_in_pictures_are_an_admin_s(api: Api, stage: dict[str, Any]) -> None:
    attributes = {"name": "Hills", "original-image-url": "https://example.org/hills.jpg", "copyright": None}
    document = {"data": {"type": "custom-placeholder", "attributes": attributes}}

    statuses = [
        api.post("/v1/custom-placeholders", json=document, as_=stage.get(who)).status
        for who in ("nobody", "ana", "adm")
    ]

    assert statuses == [401, 403, 201]
    (one,) = api.get("/v1/custom-placeholders?page[size]=2").json["data"]
    sizes = dict.fromkeys(
        ("thumbnail-image-url", "icon-image-url", "large-image-url"), attributes["original-image-url"]
    )
    assert one["attributes"] == {**attributes, **sizes, "origin": None}  # golden answer 027
    path = f"/v1/custom-placeholders/{one['id']}"
    changed = api.patch(path, json=_change("custom-placeholder", one["id"], origin="Wales"), as_=stage["adm"])
    assert changed.json["data"]["attributes"] == {**one["attributes"], "origin": "Wales"}
    assert [api.delete(path, as_=stage[who]).status for who in ("ana", "adm")] == [403, 200]
