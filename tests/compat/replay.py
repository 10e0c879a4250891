"""Sends recorded requests in their order, and says where our answers differ in status or shape."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from clients import Answer, Api
from openevent.kit.access import USER, Actor

_PLACE = re.compile(r"\{([\w.-]+)\}")


@dataclass
class Replay:
    """One run through a recording: what its placeholders stand for, and what differed."""

    api: Api
    known: dict[str, str]  # ids of people by their part in it, and of whatever is made on the way
    differences: dict[str, list[str]] = field(default_factory=dict)
    catch_up: Callable[[], object] = lambda: None  # lets the background finish, where a step waits for that

    def run(self, steps: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
        """Send every step and return what differs, by the name of the step."""
        for step in steps:
            found = list(self._differences(step, self._send(step)))
            if found:
                self.differences[step["name"]] = found
            if step.get("wait"):
                self.catch_up()
        return self.differences

    def _send(self, step: Mapping[str, Any]) -> Answer:
        headers = dict(step.get("headers", {}))
        if step.get("plain"):
            headers |= {"Accept": "*/*", "Content-Type": "application/json"}
        body = self._filled(step.get("body"))
        raw = body.encode() if isinstance(body, str) else None
        path = quote(self._filled(step["path"]), safe="/?=&%:+")
        return self.api.call(
            step["method"],
            path,
            json=None if raw else body,
            body=raw,
            as_=self._token(step.get("who")),
            headers=headers,
        )

    def _token(self, who: str | None) -> str | None:
        if who is None or who not in self.known:
            return who  # nobody, or a token that is none
        return self.api.token(Actor(id=int(self.known[who]), email="", kind=USER))

    def _filled(self, value: Any) -> Any:
        if isinstance(value, str):
            return _PLACE.sub(lambda found: self.known.get(found[1], found[0]), value)
        if isinstance(value, list):
            return [self._filled(one) for one in value]
        if isinstance(value, dict):
            return {name: self._filled(one) for name, one in value.items()}
        return value

    def _differences(self, step: Mapping[str, Any], answer: Answer) -> Iterable[str]:
        if answer.status != step["status"]:
            yield f"status {answer.status}, not {step['status']}"
            return
        media = (answer.headers.get("Content-Type") or "").partition(";")[0]
        if media != step.get("media", media):
            yield f"media type {media}, not {step['media']}"
        is_json = media.endswith("json") and answer.body
        for name, path in step.get("keep", {}).items():
            self.known[name] = str(_dig(answer.json, path))
        if is_json and "answer" in step:
            yield from _missing(step["answer"], distilled(answer.json))


def steps_of(text: str) -> list[dict[str, Any]]:
    """Return the steps of a recording, one a line."""
    return [json.loads(line) for line in text.splitlines()]


def distilled(document: Any) -> Any:
    """Return the shape of an answer: members and the kinds of their values; what is included, by type."""
    found = shape(document)
    if isinstance(document, dict) and "included" in document:
        rows: dict[str, list[Any]] = {}
        for row in document["included"]:
            rows.setdefault(row["type"], []).append(shape(row))
        found["included"] = {name: _merged(some) for name, some in rows.items()}
    return found


def shape(value: Any) -> Any:
    """Return the kinds of values with the names of their members; rows of a list are put together."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_merged([shape(one) for one in value])] if value else []
    kinds = {type(None): "null", bool: "boolean", int: "number", float: "number", str: "string"}
    return kinds[type(value)]


def _merged(shapes: list[Any]) -> Any:
    found = shapes[0]
    for one in shapes[1:]:
        found = _both(found, one)
    return found


def _both(one: Any, other: Any) -> Any:
    if isinstance(one, dict) and isinstance(other, dict):
        shared = {name: _both(one[name], other[name]) for name in one.keys() & other.keys()}
        return {**one, **other, **shared}
    if isinstance(one, list) and isinstance(other, list):
        return [_merged(one + other)] if one + other else []
    return other if one == "null" else one


def _missing(expected: Any, found: Any, place: str = "") -> Iterable[str]:
    """Say what the recorded answer has and ours has not, or has as something else; empty says nothing."""
    if expected in ("null", []) or found == []:
        return
    if isinstance(expected, dict) and isinstance(found, dict):
        for name, one in expected.items():
            if name not in found:
                yield f"no {place}/{name}"
            else:
                yield from _missing(one, found[name], f"{place}/{name}")
    elif isinstance(expected, list) and isinstance(found, list):
        yield from _missing(expected[0], found[0], f"{place}/*")
    elif found not in (expected, "null"):
        yield f"{place} is {found}, not {expected}"


def _dig(document: Any, path: str) -> Any:
    for part in path.split("."):
        document = document[int(part)] if part.isdigit() and isinstance(document, list) else document[part]
    return document
