from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from clients import Api
from factories import make_speaker
from openevent.events.models import Exhibitor
from openevent.forms.models import CustomForm
from openevent.kit.work import Shell

Document = Callable[..., dict[str, Any]]
OWN = "complex-field-values"


@pytest.fixture
def asked(shell: Shell, stage: dict[str, Any]) -> None:
    """Sessions need a short abstract and the size of the room; speakers an address and a city, hats are free."""
    with shell.work() as work:
        for form, name, kind, is_required, is_complex in (
            ("session", "shortAbstract", "paragraph", True, False),
            ("session", "roomSize", "number", True, True),
            ("session", "track", "text", True, False),
            ("speaker", "email", "email", True, False),
            ("speaker", "city", "text", True, False),
            ("speaker", "hat", "select", False, True),
        ):
            work.db.add(
                CustomForm(
                    event_id=stage["event"].id,
                    form=form,
                    field_identifier=name,
                    name=name,
                    type=kind,
                    is_required=is_required,
                    is_included=True,
                    is_complex=is_complex,
                )
            )


def _patch(type_: str, row: Any, **attributes: Any) -> dict[str, Any]:
    sent = {name.replace("_", "-"): value for name, value in attributes.items()}
    return {"data": {"type": type_, "id": str(row.id), "attributes": sent}}


@pytest.mark.usefixtures("asked")
def test_a_session_answers_the_form(api: Api, stage: dict[str, Any], new: Document) -> None:
    def hand_in(**attributes: Any) -> Any:
        sent = {"title": "x", **{name.replace("_", "-"): value for name, value in attributes.items()}}
        return api.post("/v1/sessions", json=new("session", sent, event=stage["event"]), as_=stage["eve"])

    bare, half = hand_in(), hand_in(short_abstract="About it")
    whole = hand_in(short_abstract="About it", complex_field_values={"roomSize": 40, "hat": "red"})

    assert (bare.status, bare.json["errors"][0]["source"]) == (422, {"pointer": "/data/attributes/short-abstract"})
    assert bare.json["errors"][0]["detail"] == "Missing required fields: roomSize, shortAbstract"
    assert (half.status, half.json["errors"][0]["source"]) == (422, {"pointer": f"/data/attributes/{OWN}/room_size"})
    assert (whole.status, whole.json["data"]["attributes"][OWN]) == (201, {"room_size": 40})


@pytest.mark.usefixtures("asked")
def test_organizers_decide_without_answering_for_the_speakers(api: Api, stage: dict[str, Any]) -> None:
    path = f"/v1/sessions/{stage['pending'].id}"

    def change(who: str, **attributes: Any) -> int:
        return api.patch(path, json=_patch("session", stage["pending"], **attributes), as_=stage[who]).status

    assert change("bo", state="accepted") == 200
    assert change("bo", complex_field_values={"roomSize": "large"}) == 422
    assert change("chi", title="Better") == 422
    assert change("chi", state="withdrawn") == 200


@pytest.mark.usefixtures("asked")
def test_a_speaker_answers_the_form(api: Api, shell: Shell, stage: dict[str, Any], new: Document) -> None:
    def introduce(who: str, **attributes: Any) -> Any:
        sent = {"name": "x", **{name.replace("_", "-"): value for name, value in attributes.items()}}
        return api.post("/v1/speakers", json=new("speaker", sent, event=stage["event"]), as_=stage[who])

    bare = introduce("eve")
    whole = introduce("eve", city="Oslo", complex_field_values={"hat": "red", "nonsense": 1})
    quiet = introduce("ana", city="Oslo", is_email_overridden=True)

    assert (bare.status, bare.json["errors"][0]["source"]) == (422, {"pointer": "/data/attributes/city"})
    assert (whole.status, whole.json["data"]["attributes"][OWN]) == (201, {"hat": "red"})
    assert (quiet.status, quiet.json["data"]["attributes"]["email"]) == (201, None)
    path = whole.json["data"]["links"]["self"]
    emptied = {"data": {"type": "speaker", "id": whole.json["data"]["id"], "attributes": {"city": ""}}}
    assert api.patch(path, json=emptied, as_=stage["eve"]).status == 422


def test_exhibitors_are_present_at_sessions(api: Api, shell: Shell, stage: dict[str, Any]) -> None:
    with shell.work() as work:
        exhibitor = Exhibitor(event_id=stage["event"].id, name="ACME booth")
        work.db.add(exhibitor)
        make_speaker(work, stage["event"])
        work.db.flush()
    told = {"data": [{"type": "session", "id": str(stage["session"].id)}]}
    path, session = f"/v1/exhibitors/{exhibitor.id}", f"/v1/sessions/{stage['session'].id}"
    linkage = f"{path}/relationships/sessions"

    assert [api.patch(linkage, json=told, as_=stage.get(who)).status for who in ("nobody", "chi", "bo")] == [
        401,
        403,
        200,
    ]
    assert [one["id"] for one in api.get(f"{path}/sessions").json["data"]] == [str(stage["session"].id)]
    assert [one["id"] for one in api.get(f"{session}/exhibitors").json["data"]] == [str(exhibitor.id)]
    assert api.patch(f"{session}/relationships/exhibitors", json={"data": []}, as_=stage["ana"]).status == 403
    renamed = {"data": {"type": "exhibitor", "id": str(exhibitor.id), "attributes": {"name": "ACME"}}}
    assert api.patch(path, json=renamed, as_=stage["bo"]).status == 200
    assert len(api.get(f"{path}/sessions").json["data"]) == 1
    emptied = {"data": {**renamed["data"], "relationships": {"sessions": {"data": []}}}}
    assert api.patch(path, json=emptied, as_=stage["bo"]).status == 200
    assert api.get(f"{session}/exhibitors").json["data"] == []
