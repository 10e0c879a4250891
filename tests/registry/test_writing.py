"""What holds for writing every declared type, whatever it is."""

from __future__ import annotations

from typing import Any

import pytest

from openevent.jsonapi.inputs import Form, Member
from openevent.jsonapi.request import MEDIA_TYPE
from registry.rows import sample
from registry.samples import RULED, SAMPLES
from registry.world import TYPES, World

# One type after the other, so that what was worked out and compiled for one test serves the next.
every_type = pytest.mark.parametrize("type_", TYPES, scope="module")


def document(type_: str, key: int, **members: Any) -> dict[str, Any]:
    return {"data": {"type": type_, "id": str(key), **members}}


def sent(world: World, member: Member, type_: str) -> Any:
    name = member.field.name
    if (type_, name) in SAMPLES:
        return SAMPLES[type_, name]
    value = sample(member.field, 7, world.product.shell.clock.now())
    value = value.isoformat() if hasattr(value, "isoformat") else value
    return [value] if member.shape.container is list else value


def updatable(world: World, type_: str) -> tuple[int, str]:
    """Make a row of the type and return its id and address."""
    key = world.make(type_)
    return key, f"{world.entry(type_).url}/{key}"


@every_type
def test_every_writable_attribute_survives_the_way_there_and_back(world: World, type_: str) -> None:
    entry, adm = world.entry(type_), world.people["adm"]
    key, address = updatable(world, type_)
    lost = {}

    for member in Form.of(entry).members if entry.offers("update") else ():
        value, name = sent(world, member, type_), member.field.name
        if name not in RULED.get(type_, ()):
            answer = world.client.patch(address, document(type_, key, attributes={name: value}), adm)
            if answer.status != 200:
                lost[name] = (answer.status, answer.errors[0][2])
            elif member.field.is_readable and answer.data["attributes"][name] != value:
                lost[name] = (value, answer.data["attributes"][name])

    assert lost == {}


@every_type
def test_a_whole_record_is_taken_back_as_it_was_given(world: World, type_: str) -> None:
    entry, adm = world.entry(type_), world.people["adm"]
    if not entry.offers("update"):
        return
    key, address = updatable(world, type_)
    rows = [world.client.get(address, adm).data]  # whose columns no action has put in order yet

    for _ in range(2):
        told = {name: value for name, value in rows[-1]["attributes"].items() if value is not None}
        links = rows[-1].get("relationships", {})
        answer = world.client.patch(address, document(type_, key, attributes=told, relationships=links), adm)
        assert answer.status == 200, answer.errors
        unstamped = {**answer.data["attributes"], "last-modified-at": None, "modified-at": None}
        rows.append({**answer.data, "attributes": unstamped})

    assert rows[1] == rows[2]


@every_type
def test_members_that_cannot_be_written_are_ignored(world: World, type_: str) -> None:
    entry, adm = world.entry(type_), world.people["adm"]
    key, address = updatable(world, type_)
    before = world.client.get(address, adm)
    form = Form.of(entry)
    writable = {member.field.name for member in form.members} | {"deleted-at"}
    nonsense = {one.name: "no such value" for one in entry.fields.values() if one.name not in writable}
    links = {one.name: "nonsense" for one in entry.relations.values() if one.writable != "always"}

    body = document(type_, key, attributes={**nonsense, "nonsense": 1}, relationships=links)
    answer = world.client.patch(address, body, adm)

    assert (answer.status, answer.body) == (200, before.body) if entry.offers("update") else (405, answer.body)


@every_type
def test_a_value_of_a_wrong_type_is_refused_at_its_place(world: World, type_: str) -> None:
    entry, adm = world.entry(type_), world.people["adm"]
    if not entry.offers("update"):
        return
    key, address = updatable(world, type_)
    members = [member for member in Form.of(entry).members if member.field.kind != "json"]

    answer = world.client.patch(address, document(type_, key, attributes={one.field.name: {} for one in members}), adm)

    expected = sorted(member.pointer for member in members)
    refused = answer.json.get("errors", []) if members else []
    assert sorted(error["source"]["pointer"] for error in refused) == expected
    assert {int(error["status"]) for error in refused} <= {422}


@every_type
@pytest.mark.parametrize("who", ["nobody", "eve"])
def test_a_stranger_changes_and_deletes_nothing_that_the_table_does_not_name(
    world: World, type_: str, who: str
) -> None:
    entry, actor = world.entry(type_), world.people[who]
    key, address = updatable(world, type_)
    may = {name: str(key) in world.passing(type_, getattr(entry.cells, name), who) for name in ("update", "delete")}

    changed = world.client.patch(address, document(type_, key), actor).status
    deleted = world.client.delete(address, as_=actor).status

    refused = {401, 403, 404, 405}
    assert (changed in refused, deleted in refused) == (not may["update"], not may["delete"])


@every_type
def test_a_stranger_makes_nothing_that_the_table_does_not_let_everybody_make(world: World, type_: str) -> None:
    entry = world.entry(type_)
    empty = {"data": {"type": type_}}

    statuses = {who: world.client.post(entry.url, empty, world.people[who]).status for who in ("nobody", "adm")}

    public = {"user"}  # signing up
    assert statuses["nobody"] == (422 if type_ in public else 401 if entry.offers("create") else 405)
    assert statuses["adm"] == (422 if entry.offers("create") else 405)


@every_type
def test_an_old_state_is_neither_changed_nor_deleted(world: World, type_: str) -> None:
    entry, adm = world.entry(type_), world.people["adm"]
    key, address = updatable(world, type_)
    tag = world.client.get(address, adm).headers["ETag"]

    if entry.offers("update"):
        body = document(type_, key)
        assert world.client.patch(address, body, adm, {"If-Match": 'W/"old"'}).status == 412
        assert world.client.patch(address, body, adm, {"If-Match": tag}).status == 200
    if entry.offers("delete"):
        assert world.client.delete(address, as_=adm, headers={"If-Match": 'W/"old"'}).status == 412


@every_type
def test_a_body_of_another_media_type_is_refused(world: World, type_: str) -> None:
    entry, adm = world.entry(type_), world.people["adm"]
    if entry.offers("create"):
        for content_type in ("application/json", f"{MEDIA_TYPE}; charset=utf-8"):
            answer = world.client.send("POST", entry.url, b"{}", adm, {"content-type": content_type})
            assert answer.status == 415


@every_type
def test_a_deleted_row_is_hidden_or_gone(world: World, type_: str) -> None:
    entry, adm = world.entry(type_), world.people["adm"]
    if not entry.offers("delete") or entry.resource.verbs.get("delete"):
        return
    key, address = updatable(world, type_)

    answer = world.client.delete(address, as_=adm)

    assert (answer.status, answer.json["meta"]) == (200, {"message": "Object successfully deleted"})
    assert world.client.get(address, adm).status == 404
    assert (key in world.ids(type_)) == entry.resource.is_soft


@every_type
def test_what_is_hidden_comes_back_where_that_is_declared(world: World, type_: str) -> None:
    entry, adm = world.entry(type_), world.people["adm"]
    if not Form.of(entry).may_restore:
        return
    key = world.make(type_, deleted_at=world.product.shell.clock.now())
    address = f"{entry.url}/{key}"
    body = document(type_, key, attributes={"deleted-at": None})

    assert world.client.patch(address, body, adm).status == 404
    answer = world.client.patch(f"{address}?get_trashed=true", body, adm)

    assert (answer.status, world.client.get(address, adm).status) == (200, 200), answer.body


@every_type
def test_a_document_may_be_sent_back_as_it_was_read(world: World, type_: str) -> None:
    """Clients of v1 send every member back that they know, read-only ones, links and nulls with them."""
    entry, adm = world.entry(type_), world.people["adm"]
    if not entry.offers("update"):
        return
    _, address = updatable(world, type_)
    document = world.client.get(address, adm).data
    asked = [one.field.attribute for one in Form.of(entry).members]
    never_null = {one.name for one in asked if one.required or not one.nullable}
    document["attributes"] = {
        name: value
        for name, value in document["attributes"].items()
        if name not in RULED.get(type_, ()) and not (value is None and name in never_null)  # no client made such a row
    }

    answer = world.client.patch(address, {"data": document}, adm)

    assert answer.status == 200, answer.body
