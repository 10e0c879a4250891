"""What holds for reading every declared type, whatever it is."""

from __future__ import annotations

import json

import pytest

from openevent.jsonapi.conditions import constant
from openevent.kit.access import NOBODY
from openevent.main.catalogue import PERMISSIONS, RESOURCES
from registry.world import TYPES, World

# One type after the other, so that what was worked out and compiled for one test serves the next.
every_type = pytest.mark.parametrize("type_", TYPES, scope="module")
everybody = pytest.mark.parametrize("who", ["nobody", "ana", "eve", "adm"])


def test_every_type_has_its_permissions_and_every_permission_its_type() -> None:
    assert sorted(PERMISSIONS) == sorted(resource.type for resource in RESOURCES)


@every_type
@everybody
def test_a_row_is_seen_by_those_the_table_names(world: World, type_: str, who: str) -> None:
    entry, actor = world.entry(type_), world.people[who]
    expected = world.passing(type_, entry.cells.read, who)

    statuses = {str(key): world.client.get(f"{entry.url}/{key}", actor).status for key in world.ids(type_)}

    assert {key for key, status in statuses.items() if status == 200} == expected
    assert set(statuses.values()) <= {200, 404, 401}


@every_type
@everybody
def test_a_list_shows_what_the_table_names_and_nothing_that_cannot_be_read(world: World, type_: str, who: str) -> None:
    entry, actor = world.entry(type_), world.people[who]
    listed: set[str] = set()

    for address in world.lists(type_):
        answer = world.client.get(f"{address}?page[size]=0", actor)
        assert answer.status in {200, 401, 403, 404}
        listed |= {str(one["id"]) for one in answer.json["data"]} if answer.status == 200 else set()

    readable = world.passing(type_, entry.cells.read, who)
    assert listed <= readable
    if entry.resource.collection or entry.cells.list is entry.cells.read:
        assert listed <= world.passing(type_, entry.cells.list, who)
    if entry.resource.collection:
        unscoped = entry.resource.unscoped
        is_refused = unscoped is not None and constant(unscoped.condition(actor.kind, entry.table.c)) is False
        assert listed == (set() if is_refused else world.passing(type_, entry.cells.list, who))


@every_type
def test_unknown_names_are_refused_with_the_parameter_they_stand_in(world: World, type_: str) -> None:
    if not world.is_listed(type_):
        return
    unknown = json.dumps([{"name": "nonsense", "op": "eq", "val": 1}])
    address = world.a_list(type_)
    told = {}

    for query in (f"fields[{type_}]=nonsense", "sort=nonsense", "include=nonsense", f"filter={unknown}"):
        answer = world.client.get(f"{address}?{query}", world.people["adm"])
        told[query.partition("=")[0].partition("[")[0]] = (answer.status, answer.json["errors"][0]["source"])

    assert told == {
        "fields": (400, {"parameter": "fields"}),
        "sort": (400, {"parameter": "sort"}),
        "include": (400, {"parameter": "include"}),
        "filter": (400, {"parameter": "filters"}),
    }


@every_type
def test_a_fieldset_shows_its_members_and_no_others(world: World, type_: str) -> None:
    entry, adm, address = world.entry(type_), world.people["adm"], world.an_item(type_)
    whole = world.client.get(address, adm).data

    names, relations = list(whole["attributes"]), [one.name for one in entry.relations.values() if not one.hidden]
    for some in _parts(names):
        sparse = world.client.get(f"{address}?fields[{type_}]={','.join(some)}", adm).data
        expected = {name: whole["attributes"][name] for name in some}
        assert (sparse["attributes"], "relationships" in sparse) == (expected, False)
    for some in _parts(relations):
        sparse = world.client.get(f"{address}?fields[{type_}]={','.join(some)}", adm).data
        assert (sparse["attributes"], sorted(sparse["relationships"])) == ({}, sorted(some))


def _parts(names: list[str]) -> list[list[str]]:
    """Return three parts, of members that don't stand side by side: each is once asked for, and twice not."""
    return [some for start in range(3) if (some := names[start::3])]


@every_type
def test_every_readable_member_is_shown_to_an_admin_and_no_other(world: World, type_: str) -> None:
    shown = world.client.get(world.an_item(type_), world.people["adm"]).data

    entry = world.entry(type_)
    assert sorted(shown["attributes"]) == sorted(one.name for one in entry.fields.values() if one.is_readable)
    assert sorted(shown.get("relationships", {})) == sorted(
        one.name for one in entry.relations.values() if not one.hidden
    )


@every_type
def test_every_attribute_can_be_sorted_and_filtered_by(world: World, type_: str) -> None:
    if not world.is_listed(type_):
        return
    address, adm = world.a_list(type_), world.people["adm"]
    names = [one.name for one in world.entry(type_).fields.values() if one.is_readable and one.kind != "json"]

    for some in (names[start : start + 8] for start in range(0, len(names), 8)):
        nulls = json.dumps([{"or": [{"name": name, "op": "eq", "val": None} for name in some]}])
        answer = world.client.get(f"{address}?sort={',-'.join(some)}&filter={nulls}", adm)
        assert answer.status == 200, answer.body


def reads(world: World, address: str) -> int:
    before = len(world.database.reads)
    answer = world.client.get(address, world.people["adm"])
    assert answer.status == 200, answer.body
    return len(world.database.reads) - before


@every_type
def test_one_row_and_three_take_the_same_number_of_statements(world: World, type_: str) -> None:
    if not world.is_listed(type_):
        return
    address = world.a_list(type_)
    names, most = (
        [one.name for one in world.entry(type_).relations.values()],
        world.product.engine.limits.max_include_paths,
    )
    includes = [(), *(tuple(names[start : start + most]) for start in range(0, len(names), most))]

    counts = {
        include: [reads(world, f"{address}?include={','.join(include)}&sort=-id&page[size]={size}") for size in (1, 3)]
        for include in includes
    }

    assert {include: few for include, (few, many) in counts.items() if few != many} == {}
    assert counts[()] == [1, 1]
    assert all(max(found) <= 1 + len(include) for include, found in counts.items())


@every_type
def test_what_the_client_has_already_is_not_sent_again(world: World, type_: str) -> None:
    adm = world.people["adm"]

    for address in (world.an_item(type_), *([world.a_list(type_)] if world.is_listed(type_) else [])):
        first = world.client.get(address, adm)
        second = world.client.send("GET", address, b"", adm, {"If-None-Match": first.headers["ETag"]})
        other = world.client.send("GET", address, b"", adm, {"If-None-Match": 'W/"another"'})
        assert (first.status, second.status, second.body, other.body) == (200, 304, b"", first.body)


@every_type
def test_nobody_reads_what_is_deleted(world: World, type_: str) -> None:
    entry = world.entry(type_)
    if not entry.resource.is_soft:
        return
    with world.product.shell.work() as work:
        now = work.now
    key = world.make(type_, deleted_at=now)
    address = f"{entry.url}/{key}"

    adm = world.people["adm"]
    assert world.client.get(address, adm).status == 404
    assert world.client.get(f"{address}?get_trashed=true", adm).status == 200
    assert world.client.get(f"{address}?get_trashed=true", world.people["eve"]).status in {401, 404}
    assert world.client.get(f"{address}?get_trashed=true", NOBODY).status in {401, 404}
    for one in world.lists(type_):
        rows = world.client.get(f"{one}?page[size]=0", adm).json.get("data", [])  # none below what is deleted itself
        assert str(key) not in [str(row["id"]) for row in rows]
