"""BigBlueButton: its API is GET requests signed with a checksum, and answers in XML."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from msgspec import Struct

from openevent.kit.outbound import Outbound, ServerUnreachable
from openevent.kit.xml import etree

_ALGORITHMS = ("sha1", "sha256", "sha384", "sha512")


class Recording(Struct, frozen=True):
    """One recording as the server tells it."""

    id: str
    participants: int
    url: str
    starts_at: datetime
    ends_at: datetime


class BigBlueButton(Struct, frozen=True):
    """One server: its address (with or without /api at the end), its secret, and what checksums are made with."""

    outbound: Outbound
    url: str
    secret: str
    algorithm: str = "sha1"

    def address(self, call: str, params: Mapping[str, str]) -> str:
        """Return the signed address of a call: digest(call + query + secret), as the server checks it."""
        query = urlencode(params)
        algorithm = self.algorithm if self.algorithm in _ALGORITHMS else "sha1"
        checksum = hashlib.new(algorithm, f"{call}{query}{self.secret}".encode()).hexdigest()
        root = self.url.rstrip("/")
        root = root if root.endswith("/api") else f"{root}/api"
        return f"{root}/{call}?{query}{'&' if query else ''}checksum={checksum}"

    def create(self, params: Mapping[str, str]) -> None:
        """Make a meeting; one that is there already stays as it is. Raises ServerUnreachable when it is refused."""
        self._call("create", params)

    def join_address(self, *, meeting: str, name: str, password: str, user: str) -> str:
        """Return where somebody's browser enters a meeting; which password it is says who that is."""
        return self.address("join", {"fullName": name, "meetingID": meeting, "password": password, "userID": user})

    def end(self, *, meeting: str, password: str) -> None:
        """End a meeting; raises ServerUnreachable when there is none."""
        self._call("end", {"meetingID": meeting, "password": password})

    def recordings(self, meeting: str) -> list[Recording]:
        """Return what was recorded of a meeting."""
        found = self._call("getRecordings", {"meetingID": meeting})
        return [one for one in map(_recording, found.iterfind("recordings/recording")) if one is not None]

    def delete_recording(self, record_id: str) -> None:
        """Delete a recording at the server."""
        self._call("deleteRecordings", {"recordID": record_id})

    def _call(self, call: str, params: Mapping[str, str]) -> Any:  # noqa: ANN401 -- an XML element
        answer = self.outbound.call("GET", self.address(call, params))
        try:
            parser = etree().XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
            found: Any = etree().fromstring(answer.body, parser)
        except etree().XMLSyntaxError:
            raise ServerUnreachable("The video server's answer can't be read.") from None
        if found.findtext("returncode") != "SUCCESS":
            raise ServerUnreachable("The video server refused.")
        return found


def _recording(found: Any) -> Recording | None:  # noqa: ANN401 -- an XML element
    try:
        starts, ends = (int(found.findtext(name)) / 1000 for name in ("startTime", "endTime"))
        return Recording(
            id=str(found.findtext("recordID"))[:255],
            participants=int(found.findtext("participants") or 0),
            url=found.findtext("playback/format/url").strip(),
            starts_at=datetime.fromtimestamp(starts, UTC),
            ends_at=datetime.fromtimestamp(ends, UTC),
        )
    except (TypeError, ValueError, AttributeError, OverflowError, OSError):
        return None  # one that is still being worked on has no address yet
