"""The ports: what actions, mails and documents may ask of the world outside the database. Each has a twin for tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import msgspec
from msgspec import Struct

from openevent.kit.jwt import Tokens
from openevent.kit.outbound import Outbound


class Message(Struct, frozen=True):
    """One mail to one address, rendered: both parts say the same.

    `template` says which letter it is, `<domain>/<name>`; `sender` is somebody else than the installation's own;
    `event_id` is the event that it is about: people say for each event what they want to hear; `about` is what in it,
    such as order:7, so that those who run the event see what became of the mail.
    """

    to: str
    subject: str
    text: str
    html: str
    reply_to: str | None = None
    headers: dict[str, str] = msgspec.field(default_factory=dict[str, str])
    template: str = ""
    sender: str = ""
    event_id: int | None = None
    about: str = ""


class Mailer(Protocol):
    """Hands a mail to the next system: SMTP, a directory, or a list in memory."""

    def send(self, message: Message, *, message_id: str) -> None:
        """Send, or raise Unavailable; `message_id` is stable across retries of the same mail."""
        ...


class Storage(Protocol):
    """Keeps files under keys such as `tickets/ab12.../cd34.pdf`: a disk directory, S3 and its like, or memory."""

    def put(self, key: str, data: bytes, *, content_type: str) -> None:
        """Write a whole file, replacing what was there."""
        ...

    def get(self, key: str) -> bytes | None:
        """Return a whole file, or None when there is none."""
        ...

    def copy(self, key: str, to: str) -> bool:
        """Copy a whole file to another key; return whether there was one."""
        ...

    def delete(self, key: str) -> None:
        """Remove a file; one that is not there is fine."""
        ...

    def keys(self, prefix: str = "") -> list[str]:
        """Return the keys under a prefix, sorted."""
        ...


class Pdf(Protocol):
    """Sets a document: a template of ours fed with values of theirs (never markup)."""

    def render(self, template: str, values: dict[str, Any], *, images: dict[str, bytes] | None = None) -> bytes:
        """Return PDF bytes; `template` is `<domain>/<name>.typ`; values reach it as JSON, images as files by name."""
        ...


class Limiter(Protocol):
    """Counts attempts across all worker processes."""

    def hit(self, key: str, *, times: int, seconds: int) -> None:
        """Count one attempt; raises TooManyRequests (with retry_after) beyond `times` in `seconds`."""
        ...


class Signer(Protocol):
    """Makes links that nobody else can make."""

    def sign(self, subject: str, *, expires: datetime) -> str:
        """Return a URL-safe signature over the subject and the moment."""
        ...

    def is_valid(self, subject: str, signature: str, *, now: datetime) -> bool:
        """Tell whether the signature is ours, for this subject, and not expired."""
        ...


class Site(Struct, frozen=True):
    """What the installation calls itself, where it stands, and its house rules."""

    name: str = "Open Event"
    url: str = "http://127.0.0.1:8000"  # no slash at the end
    sender: str = "Open Event <tickets@localhost>"
    sign_in_url: str = ""  # where providers of sign-in stand, when it is not their own address
    order_minutes: int = 15  # how long seats are held for an order that is being filled in
    frontend: str = ""  # where people read, when that is not this server's own pages; no slash at the end
    tagline: str = ""
    keep_mails_days: int = 90  # in the log; 0 is for ever
    keep_activities_days: int = 730
    elsewhere: tuple[tuple[str, str], ...] = ()  # where else it is to be found: label and address

    def link(self, path: str) -> str:
        """Return an absolute address of this server: of a file, of the API."""
        return f"{self.url}{path}"

    def page(self, path: str, *, at_frontend: str | None = None) -> str:
        """Return the absolute address of a page: at the frontend that admins have set, else of our own.

        >>> Site(url="https://a.example").page("/e/x")
        'https://a.example/e/x'
        >>> Site(frontend="https://b.example").page("/orders/x", at_frontend="/orders/x/view")
        'https://b.example/orders/x/view'
        """
        return f"{self.frontend}{at_frontend or path}" if self.frontend else self.link(path)


@dataclass(frozen=True, slots=True)
class StripePlatform:
    """The installation's own account at Stripe; without a key there is none."""

    secret_key: str = field(default="", repr=False)
    connect_url: str = "https://connect.stripe.com"
    publishable_key: str = ""  # what browsers may know
    webhook_secret: str = field(default="", repr=False)
    api_url: str = "https://api.stripe.com"


@dataclass(frozen=True, slots=True)
class PaypalPlatform:
    """The installation's own account at PayPal; without a client there is none."""

    client_id: str = ""
    secret: str = field(default="", repr=False)
    webhook_id: str = field(default="", repr=False)
    api_url: str = "https://api-m.paypal.com"
    # Access tokens by client, with the moment at which they end: PayPal gives the same one for hours.
    tokens: dict[str, tuple[str, datetime]] = field(
        default_factory=dict[str, tuple[str, datetime]], repr=False, compare=False
    )


class Services(Struct, frozen=True):
    """All ports together, as a unit of work carries them."""

    mailer: Mailer
    storage: Storage
    pdf: Pdf
    limiter: Limiter
    signer: Signer
    tokens: Tokens
    site: Site
    outbound: Outbound = msgspec.field(default_factory=Outbound)
    stripe: StripePlatform = msgspec.field(default_factory=StripePlatform)
    paypal: PaypalPlatform = msgspec.field(default_factory=PaypalPlatform)
    play_money: bool = False  # whether orders may be paid with nothing
    lab: str = ""  # lab: the directory of its sockets; empty when it is switched off
