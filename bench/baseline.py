"""What is measured against: a bare WSGI app with hand-written SQL on the raw driver, answering the same bytes.

Its reads are given the members' names (from one answer of the product) and nothing else: no permissions, no parsing,
no negotiation, no log. Its order is what anybody would write by hand: one transaction, one statement a table.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterable
from datetime import UTC
from pathlib import Path
from typing import Any

import msgspec

from bench.rows import OrderRows, connect

CONFIG: dict[str, Any] = msgspec.json.decode(Path(os.environ["BENCH_CONFIG"]).read_bytes())
IS_SQLITE = CONFIG["url"].startswith("sqlite")
MARK = "?" if IS_SQLITE else "%s"
_local = threading.local()
_encode = msgspec.json.Encoder().encode


def _sql(text: str) -> str:
    return text.replace("%s", MARK)


def _connection() -> Any:
    found = getattr(_local, "connection", None)
    if found is None:
        found = _local.connection = connect(CONFIG["url"])
    return found


class Kind:
    """One resource type: its SELECT and how a row becomes an object."""

    def __init__(self, name: str) -> None:
        told = CONFIG["types"][name]
        self.name, self.path, self.table = name, told["path"], told["table"]
        self.columns: list[str] = told["columns"]  # as they stand in a SELECT
        self.names: list[str] = told["names"]
        self.booleans = [index for index, kind in enumerate(told["kinds"]) if kind == "boolean"]
        self.moments = [index for index, kind in enumerate(told["kinds"]) if kind == "datetime"]
        self.relations: dict[str, str] = told["relations"]
        self.select = ", ".join(self.columns)

    def row(self, row: tuple[Any, ...], linked: dict[str, Any]) -> dict[str, Any]:
        values = list(row[1:])
        for index in self.booleans:
            if IS_SQLITE and values[index] is not None:
                values[index] = bool(values[index])
        for index in self.moments:
            if values[index] is not None:
                text = values[index] if IS_SQLITE else values[index].astimezone(UTC).isoformat()
                values[index] = text.replace(".000000", "")
        url = f"/v1/{self.path}/{row[0]}"
        relationships: dict[str, Any] = {}
        for name, segment in self.relations.items():
            links = {"self": f"{url}/relationships/{name}", "related": f"{url}/{segment}"}
            relationships[name] = {"links": links, "data": linked[name]} if name in linked else {"links": links}
        return {
            "type": self.name,
            "id": str(row[0]),
            "attributes": dict(zip(self.names, values, strict=True)),
            "relationships": relationships,
            "links": {"self": url},
        }


SESSION, TRACK, SPEAKER = Kind("session"), Kind("track"), Kind("speaker")
_VISIBLE = "sessions.deleted_at IS NULL AND sessions.state IN ('accepted', 'confirmed')"
_PAGE = _sql(
    f"SELECT sessions.id, {SESSION.select}, sessions.track_id, (SELECT count(*) FROM sessions WHERE event_id = %s AND "
    f"{_VISIBLE}) FROM sessions WHERE event_id = %s AND {_VISIBLE} ORDER BY sessions.id LIMIT 20"
)
_ONE = _sql(f"SELECT sessions.id, {SESSION.select} FROM sessions WHERE sessions.id = %s AND {_VISIBLE}")
_AMONG = "IN (SELECT value FROM json_each(?))" if IS_SQLITE else "= ANY(%s)"
_TRACKS = f"SELECT id, {TRACK.select} FROM tracks WHERE id {_AMONG} ORDER BY id"
_SPEAKERS = (
    f"SELECT speakers.id, {SPEAKER.select}, link.session_id FROM speakers JOIN speakers_sessions link "
    f"ON link.speaker_id = speakers.id WHERE link.session_id {_AMONG} ORDER BY speakers.id"
)


def _ids(ids: Iterable[int]) -> Any:
    found = list(ids)
    return (_encode(found).decode(),) if IS_SQLITE else (found,)


def list_sessions() -> bytes:
    db, event = _connection(), CONFIG["event_id"]
    rows = db.execute(_PAGE, (event, event)).fetchall()
    tracks = db.execute(_TRACKS, _ids({row[-2] for row in rows})).fetchall()
    pairs = db.execute(_SPEAKERS, _ids(row[0] for row in rows)).fetchall()
    of: dict[int, list[dict[str, str]]] = {row[0]: [] for row in rows}
    speakers: dict[int, tuple[Any, ...]] = {}
    for row in pairs:
        of[row[-1]].append({"type": "speaker", "id": str(row[0])})
        speakers[row[0]] = row[:-1]
    data = [
        SESSION.row(row[:-2], {"track": {"type": "track", "id": str(row[-2])}, "speakers": of[row[0]]}) for row in rows
    ]
    included = [TRACK.row(row, {}) for row in tracks] + [SPEAKER.row(row, {}) for row in speakers.values()]
    return _encode(
        {
            "data": data,
            "links": CONFIG["links"],
            "included": included,
            "meta": {"count": rows[0][-1]},
            "jsonapi": {"version": "1.0"},
        }
    )


def one_session() -> bytes:
    row = _connection().execute(_ONE, (CONFIG["session_id"],)).fetchone()
    found = SESSION.row(row, {})
    return _encode({"data": found, "links": found["links"], "jsonapi": {"version": "1.0"}})


def is_there() -> bool:
    """Make the one indexed query of a bare 304."""
    sql = _sql("SELECT last_modified_at FROM sessions WHERE id = %s")
    return _connection().execute(sql, (CONFIG["session_id"],)).fetchone() is not None


_ROWS = OrderRows(CONFIG["url"], CONFIG["defaults"])


def order(body: bytes, user: int) -> bytes | None:
    """Hold the seats and write the order, its line, its attendees and an audit row; None when sold out."""
    wish = msgspec.json.decode(body)["tickets"][0]
    db = _connection()
    _ROWS.begin(db)
    try:
        made = _ROWS.write(db, CONFIG["event_id"], int(wish["id"]), int(wish["quantity"]), user)
        db.execute("COMMIT" if made else "ROLLBACK")
    except BaseException:
        db.execute("ROLLBACK")
        raise
    if made is None:
        return None
    key, identifier = made
    return _encode({"data": {"type": "order", "id": str(key), "attributes": {"identifier": identifier}}})


_JSON = ("Content-Type", "application/vnd.api+json")


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Serve four addresses."""
    path = environ["PATH_INFO"]
    if path == "/order":
        made = order(environ["wsgi.input"].read(), int(environ["HTTP_X_USER"]))
        start_response("200 OK" if made else "409 Conflict", [_JSON, ("Content-Length", str(len(made or b"")))])
        return [made or b""]
    if path == "/known":
        start_response("304 Not Modified" if is_there() else "404 Not Found", [("ETag", 'W/"bare"')])
        return [b""]
    body = list_sessions() if path == "/list" else one_session() if path == "/one" else b"{}"
    tag = hashlib.sha1(body).hexdigest()  # noqa: S324 -- an entity tag, as the product's
    start_response("200 OK", [_JSON, ("Content-Length", str(len(body))), ("ETag", f'W/"{tag}"')])
    return [body]
