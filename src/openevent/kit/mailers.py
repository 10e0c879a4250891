"""Ways in which a mail leaves: SMTP, a directory, or a list in memory."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from msgspec import Struct

from openevent.kit.clock import Clock
from openevent.kit.errors import Invalid, Unavailable
from openevent.kit.letter import one_line
from openevent.kit.outbound import Outbound
from openevent.kit.services import Mailer, Message

_TIMEOUT_SECONDS = 20
_BAD_REQUEST, _TOO_LARGE = 400, 413
_PERMANENT = 500  # SMTP answers from here on say: never (RFC 5321, 4.2.1)
_NOT_A_NAME = re.compile(r"[^A-Za-z0-9@._-]+")


class _Whole(UnstructuredHeader, BaseHeader):
    """A header for programs, which read no encoded words (RFC 2369, RFC 8058): a long address stays as it is."""

    def fold(self, *, policy: Policy) -> str:
        """Return the header on one line."""
        return f"{self.name}: {self}{policy.linesep}"


def _policy() -> Policy:
    headers = HeaderRegistry()
    for name in ("list-unsubscribe", "message-id"):
        headers.map_to_type(name, _Whole)
    return SMTP.clone(header_factory=headers)


_POLICY = _policy()


class MailRefused(Invalid):
    """The mail server will never take this mail: trying again can't help."""

    code = "mail-refused"


class Envelope(Struct, frozen=True):
    """What every mail of this installation has in common."""

    sender: str
    clock: Clock

    def wrap(self, message: Message, message_id: str) -> EmailMessage:
        """Return the mail as RFC 5322 wants it; no value can add a header of its own."""
        mail = EmailMessage(policy=_POLICY)
        mail["From"] = _address(message.sender or self.sender)
        mail["To"] = _address(message.to)
        mail["Subject"] = one_line(message.subject)
        mail["Date"] = format_datetime(self.clock.now())
        mail["Message-ID"] = f"<{message_id}@{_address(self.sender).domain}>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers, please
        if message.reply_to:
            mail["Reply-To"] = _address(message.reply_to)
        for name, value in message.headers.items():
            mail[name] = one_line(value)
        mail.set_content(message.text)
        mail.add_alternative(message.html, subtype="html")
        return mail


def _address(text: str) -> Address:
    name, spec = parseaddr(text)
    try:
        # The parser is lenient: what holds a line break is never an address, whatever it makes of it.
        # Nor is one with other letters, which would be written in a way that is for names only (RFC 2047, 5).
        is_one = spec.isascii() and one_line(text) == text.strip()
        return Address(display_name=name, addr_spec=spec if is_one else "")
    except (ValueError, LookupError, HeaderParseError):
        raise MailRefused("That is not an e-mail address.") from None


@dataclass(slots=True)
class SmtpMailer:
    """Hands mails to a mail server, one connection a mail; raises MailRefused for ever, Unavailable for now."""

    envelope: Envelope
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    security: str = "starttls"  # starttls, optional (when the server offers it), tls from the first byte, or none
    context: ssl.SSLContext | None = None

    def send(self, message: Message, *, message_id: str) -> None:
        """Deliver to the server."""
        mail = self.envelope.wrap(message, message_id)
        try:
            with self._connect() as server:
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise _refusal(min(codes, default=0)) from None
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            raise _refusal(error.smtp_code) from None
        except (smtplib.SMTPException, OSError) as error:
            raise Unavailable(f"The mail server can't be used now: {type(error).__name__}.") from error

    def _connect(self) -> smtplib.SMTP:
        if self.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=_TIMEOUT_SECONDS, context=self._trust()
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=_TIMEOUT_SECONDS)
        try:
            server.ehlo_or_helo_if_needed()
            if self.security == "starttls" or (self.security == "optional" and server.has_extn("starttls")):
                server.starttls(context=self._trust())
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server

    def _trust(self) -> ssl.SSLContext:
        """Return whom to believe: read once, and only for a server that is asked who it is, for that takes a while."""
        if self.context is None:
            self.context = ssl.create_default_context()
        return self.context


def _refusal(code: int) -> Invalid | Unavailable:
    if code >= _PERMANENT:
        return MailRefused(f"The mail server refused the mail for good ({code}).")
    return Unavailable(f"The mail server refused the mail for now ({code}).")


@dataclass(frozen=True, slots=True)
class SendGridMailer:
    """Hands mails to SendGrid's API (v3, POST /mail/send); raises MailRefused for ever, Unavailable for now."""

    envelope: Envelope
    outbound: Outbound
    key: str = field(repr=False)
    url: str = "https://api.sendgrid.com"

    def send(self, message: Message, *, message_id: str) -> None:
        """Deliver to the API."""
        mail = self.envelope.wrap(message, message_id)  # refuses what is no address
        headers = {"Authorization": f"Bearer {self.key}"}
        body = self._body(message, str(mail["Message-ID"]))
        answer = self.outbound.call("POST", f"{self.url}/v3/mail/send", headers=headers, json=body)
        if answer.status in (_BAD_REQUEST, _TOO_LARGE):
            raise MailRefused(f"SendGrid refused the mail ({answer.status}).")
        if not answer.is_good:
            raise Unavailable(f"SendGrid refused the mail for now ({answer.status}).")

    def _body(self, message: Message, message_id: str) -> dict[str, Any]:
        reply = {"reply_to": _person(message.reply_to)} if message.reply_to else {}
        return {
            "personalizations": [{"to": [_person(message.to)]}],
            "from": _person(message.sender or self.envelope.sender),
            **reply,
            "subject": one_line(message.subject),
            "headers": {"Message-ID": message_id, **{name: one_line(text) for name, text in message.headers.items()}},
            "content": [
                {"type": "text/plain", "value": message.text},
                {"type": "text/html", "value": message.html},
            ],
        }


def _person(text: str) -> dict[str, str]:
    found = _address(text)
    return {"email": found.addr_spec, **({"name": found.display_name} if found.display_name else {})}


class ChosenMailer(Struct, frozen=True):
    """Lets each mail leave the way that is chosen at that moment, or by the usual one when none is."""

    choose: Callable[[], Mailer | None]
    usual: Mailer

    def send(self, message: Message, *, message_id: str) -> None:
        """Deliver."""
        (self.choose() or self.usual).send(message, message_id=message_id)


class DirectoryMailer(Struct, frozen=True):
    """Writes one .eml file a mail: for trying the product out, and for other programs to pick up."""

    envelope: Envelope
    directory: Path

    def send(self, message: Message, *, message_id: str) -> None:
        """Write the file; a second attempt at the same mail replaces it."""
        mail = self.envelope.wrap(message, message_id)
        self.directory.mkdir(parents=True, exist_ok=True)
        name = _NOT_A_NAME.sub("-", f"{message.to}-{one_line(message.subject)}")[:80].strip("-.")
        path = self.directory / f"{name}-{message_id[:12]}.eml"
        draft = path.with_suffix(".part")
        draft.write_bytes(mail.as_bytes())
        draft.rename(path)


class MemoryMailer:
    """A list, for tests: `sent` holds what would have left."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.ids: list[str] = []

    def send(self, message: Message, *, message_id: str) -> None:
        """Keep the mail."""
        self.sent.append(message)
        self.ids.append(message_id)


def open_mailer(url: str, *, sender: str, clock: Clock) -> Mailer:
    """Return the mailer that a URL names; raises ValueError for one that names none, MailRefused for no sender."""
    _address(sender)
    parts = urlsplit(url)
    envelope = Envelope(sender, clock)
    if parts.scheme == "memory":
        return MemoryMailer()
    if parts.scheme == "file":
        return DirectoryMailer(envelope, Path(parts.netloc + parts.path).absolute())
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("expected smtp://, smtps:// or file://")
    security = "tls" if parts.scheme == "smtps" else "starttls"
    if parse_qs(parts.query).get("tls") == ["no"]:
        security = "none"
    return SmtpMailer(
        envelope,
        parts.hostname,
        parts.port or {"tls": 465, "starttls": 587, "none": 25}[security],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        security,
    )
