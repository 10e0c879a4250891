"""What a call to another server ends in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from openevent.kit.errors import Invalid, Unavailable


class AddressRefused(Invalid):
    """The address is none that this server calls: of another scheme, or inside of the operator's own network."""

    code = "address-refused"


class ServerUnreachable(Unavailable):
    """The other server did not answer, not in time, or with something that can't be read."""

    code = "server-unreachable"


class Answer(Struct, frozen=True):
    """What came back; redirects are not followed, and 4xx and 5xx are answers like others."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_good(self) -> bool:
        """Whether the status is one of the 2xx."""
        return 200 <= self.status < 300  # noqa: PLR2004 -- RFC 9110 section 15.3

    def json(self) -> Any:  # noqa: ANN401 -- whatever the other side sends
        """Return the body as JSON; raises ServerUnreachable when it is none."""
        try:
            return msgspec.json.decode(self.body)
        except (ValueError, RecursionError):
            raise ServerUnreachable("The other server's answer can't be read.") from None
