"""Types whose list of everything is for few, and types that clients spell with underscores."""

from __future__ import annotations

from msgspec.structs import replace

from openevent.jsonapi.engine import Engine
from openevent.kit.access import ADMIN, SIGNED_IN
from spec.toys import (
    ADA,
    ANN,
    ANYBODY,
    ARTICLES,
    CATEGORIES,
    COMMENTS,
    COVERS,
    DIARIES,
    LOGS,
    PEOPLE,
    PERMISSIONS,
    RECEIPTS,
    TAGS,
    Ask,
    ToyBackend,
    ids,
    translate,
)


def test_a_list_of_everything_may_be_for_few(backend: ToyBackend) -> None:
    tags = replace(TAGS, unscoped=ADMIN)
    diaries = replace(DIARIES, unscoped=SIGNED_IN)
    ask = Ask(
        Engine(
            (PEOPLE, CATEGORIES, ARTICLES, COMMENTS, tags, COVERS, diaries, RECEIPTS, LOGS),
            PERMISSIONS,
            (),
            backend,
            translate,
        )
    )

    assert [ask("/v1/tags", who).status for who in (ANYBODY, ANN, ADA)] == [401, 403, 200]
    assert len(ids(ask("/v1/articles/1/tags"))) > 0
    assert ids(ask("/v1/diaries", ANN)) == ["1"]


def test_a_type_is_known_with_underscores_too(tell: Ask) -> None:
    body = b'{"data":{"type":"article","id":"1","attributes":{"title":"Dusk"}}}'
    wrong = body.replace(b'"article"', b"7")

    def sent(document: bytes) -> int:
        return tell(
            "/v1/articles/1", ANN, method="PATCH", body=document, content_type="application/vnd.api+json"
        ).status

    assert [sent(body), sent(wrong)] == [200, 409]
