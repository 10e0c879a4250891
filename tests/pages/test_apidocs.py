"""The API describes itself, for machines and for people."""

from __future__ import annotations

from werkzeug.test import Client

from openevent.main.apidocs import document, matching, registry, routes


def test_machines_get_the_document_from_anywhere(pages: Client) -> None:
    answer = pages.get("/v1/openapi.json")

    assert (answer.status_code, answer.json) == (200, document())
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert pages.get("/v1/openapi.json", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_people_see_every_type_and_every_plain_route(pages: Client) -> None:
    text = pages.get("/v1/docs").text

    assert [entry.name for entry in registry() if f'href="/v1/docs/{entry.name}"' not in text] == []
    assert [one.path for one in routes() if not one.type and f"<code>{one.path}</code>" not in text] == []


def test_a_search_needs_no_script(pages: Client) -> None:
    text = pages.get("/v1/docs?q=speakers+SHORT-abstract").text

    assert "1 found" in text
    assert 'href="/v1/docs/session"' in text
    assert "0 found" in pages.get("/v1/docs?q=<b>nonsense").text
    assert "<b>nonsense" not in pages.get("/v1/docs?q=<b>nonsense").text


def test_a_type_shows_its_members_and_routes(pages: Client) -> None:
    for entry in registry():
        text = pages.get(f"/v1/docs/{entry.name}").text
        shown = [one.name for one in (*entry.fields.values(), *entry.relations.values())]
        assert [one for one in shown if f"<code>{one}</code>" not in text] == []
        assert [one.path for one in routes() if one.type == entry.name and one.path not in text] == []


def test_an_unknown_type_is_not_found(pages: Client) -> None:
    assert pages.get("/v1/docs/nonsense").status_code == 404


def test_no_words_find_everything() -> None:
    assert len(matching("")[0]) == len(registry())
