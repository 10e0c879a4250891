"""Settings: read once from the environment, checked at start, handed out as values."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields, replace
from difflib import get_close_matches
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from openevent.kit.services import Site

PREFIX = "OPENEVENT_"
ADMIN_PASSWORD = f"{PREFIX}ADMIN_PASSWORD"  # no setting: `openevent create-admin` reads it where nobody can type
_SHORTEST_SECRET = 32
_MASK = "********"

Network = IPv4Network | IPv6Network


class SettingsError(Exception):
    """A setting can't be used; the message names the variable and never shows a secret."""


def _text(value: str) -> str:
    return value


def _integer(least: int, most: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        number = int(value) if re.fullmatch(r"-?\d{1,18}", value) else None
        if number is None or not least <= number <= most:
            raise ValueError(f"expected a whole number from {least} to {most}")
        return number

    return parse


def _url(*schemes: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in schemes:
            raise ValueError("expected an address that starts with " + " or ".join(f"{s}://" for s in schemes))
        _refuse_wrong_port(parts)
        return value

    return parse


def _refuse_wrong_port(parts: SplitResult) -> None:
    """Raise ValueError without what was found: a password with a colon or a slash in it ends there, too."""
    try:
        _ = parts.port
    except ValueError:
        raise ValueError(
            "expected a port from 0 to 65535, and a password without :/?#[]@ (write them as %xx)"
        ) from None


def _public_url(value: str) -> str:
    parts = urlsplit(_url("http", "https")(value))
    if not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError("expected an address such as https://tickets.example.org")
    return value.rstrip("/")


def _one_line(value: str) -> str:
    if not value.isprintable():
        raise ValueError("expected one line of plain text")
    return value


def _listening(value: str) -> str:
    """Read the address of a network card, or the one name that every machine has for its own."""
    try:
        return str(ip_address("127.0.0.1" if value == "localhost" else value.strip("[]")))
    except ValueError:
        raise ValueError("expected an address such as 0.0.0.0, ::1 or localhost") from None


def _choice(*words: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in words:
            raise ValueError("expected " + " or ".join(words))
        return value

    return parse


def _switch(value: str) -> bool:
    return _choice("yes", "no")(value) == "yes"


def _list(value: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"[\s,]+", value) if part)


def _networks(value: str) -> tuple[Network, ...]:
    return tuple(ip_network(part) for part in _list(value))


def _origins(value: str) -> tuple[str, ...]:
    parts = _list(value) if value != "none" else ()
    if not all(part == "*" or re.fullmatch(r"https?://[^/\s]+", part) for part in parts):
        raise ValueError("expected origins such as https://app.example.org, * or none")
    return parts


def _secret(value: str) -> str:
    if len(value) < _SHORTEST_SECRET:
        raise ValueError(f"expected at least {_SHORTEST_SECRET} characters")
    return value


def _setting(
    default: Any,  # noqa: ANN401 -- of the field's type
    text: str,
    parse: Callable[[str], Any] = _text,
    *,
    secret: bool = False,
    shown: str = "",
) -> Any:  # noqa: ANN401 -- dataclasses.field's own trick
    return field(default=default, metadata={"text": text, "parse": parse, "secret": secret, "shown": shown})


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can say. Every one has a default that works on a fresh machine."""

    data: str = _setting("data", "Directory of everything that this installation keeps itself.", _one_line)
    database_url: str = _setting(
        "",
        "Where rows are: `sqlite:///path` or `postgresql://user:password@host/name`.",
        _url("sqlite", "postgresql", "postgresql+psycopg"),
        secret=True,
        shown="`sqlite:///<data>/openevent.db`",
    )
    storage_url: str = _setting(
        "",
        "Where files are: `file://directory` or `s3://bucket/prefix?endpoint=...&region=...`.",
        _url("file", "s3", "memory"),
        secret=True,
        shown="`file://<data>/files`",
    )
    mail_url: str = _setting(
        "",
        "How mail leaves: `smtp://user:password@host:587` (with STARTTLS), `smtps://...:465`, "
        "`smtp://host:25?tls=no`, or `file://directory` (one .eml file a mail). "
        "Left alone, admins may name a mail server in the site's settings.",
        _url("file", "smtp", "smtps", "memory"),
        secret=True,
        shown="`file://<data>/outbox`",
    )
    redis_url: str = _setting(
        "",
        "Counts attempts in Redis instead of the database: `redis://host:6379/0`.",
        _url("redis", "rediss", "unix"),
        secret=True,
    )
    secret_key: str = _setting(
        "",
        "Signs tokens and links; at least 32 characters. Several machines need the same one.",
        _secret,
        secret=True,
        shown="made at first start, kept in `<data>/secret-key`",
    )
    old_secret_keys: tuple[str, ...] = _setting(
        (),
        "Keys that were the secret key before: what is stored encrypted is read with them until "
        "`openevent rotate-secrets` has written it anew.",
        _list,
        secret=True,
    )
    name: str = _setting("Open Event", "What the installation calls itself.", _one_line)
    url: str = _setting(
        "http://127.0.0.1:8000",
        "The address under which people reach it; it stands in mails and links.",
        _public_url,
        shown="`http://127.0.0.1:<port>`",
    )
    sender: str = _setting("Open Event <tickets@localhost>", "Who mail comes from.", _one_line)
    host: str = _setting("127.0.0.1", "The address to listen on.", _listening)
    port: int = _setting(8000, "The port to listen on.", _integer(1, 65_535))
    workers: int = _setting(1, "Server processes.", _integer(1, 64))
    threads: int = _setting(2, "Reads that each of them works on at once, and as many writes.", _integer(1, 64))
    max_body: int = _setting(1_048_576, "Bytes that a request may carry.", _integer(1024, 1 << 30))
    max_upload: int = _setting(33_554_432, "Bytes that a request with a file may carry.", _integer(1024, 1 << 30))
    max_page_size: int = _setting(3_000, "Rows that one list answer may hold.", _integer(20, 10_000))
    max_included: int = _setting(12_000, "Rows that one answer may include.", _integer(100, 100_000))
    max_filter: int = _setting(64, "Conditions that the filter of one request may have.", _integer(16, 1_000))
    statement_seconds: int = _setting(
        15, "Seconds after which the database gives up a statement of a request.", _integer(1, 600)
    )
    trusted_proxies: tuple[Network, ...] = _setting(
        (), "Networks of proxies whose X-Forwarded-For and -Proto are believed, such as `10.0.0.0/8`.", _networks
    )
    cors_origins: tuple[str, ...] = _setting(
        ("*",),
        "Origins whose pages may use the API from a browser, with cookies; `*` for all, without cookies; `none`.",
        _origins,
    )
    outbound_hosts: tuple[str, ...] = _setting(
        (),
        "Hosts of the own network that this server may call all the same: video, chat or payment servers.",
        _list,
    )
    metrics_from: tuple[Network, ...] = _setting(
        (ip_network("127.0.0.0/8"), ip_network("::1/128")), "Networks that may read /metrics.", _networks
    )
    log_level: str = _setting(
        "info", "`debug`, `info`, `warning` or `error`.", _choice("debug", "info", "warning", "error")
    )
    log_format: str = _setting("lines", "`lines` for people, `json` for programs.", _choice("lines", "json"))
    stripe_secret_key: str = _setting(
        "", "Secret key of the installation's own Stripe account; organizers join theirs to it.", _one_line, secret=True
    )
    stripe_connect_url: str = _setting(
        "https://connect.stripe.com", "Where accounts at Stripe are joined.", _public_url
    )
    stripe_publishable_key: str = _setting("", "The key of that Stripe account that browsers may know.", _one_line)
    stripe_webhook_secret: str = _setting(
        "",
        "Signing secret of the Stripe webhook to `/v1/webhooks/stripe`; several are parted by spaces.",
        _one_line,
        secret=True,
    )
    stripe_api_url: str = _setting("https://api.stripe.com", "Where Stripe's API is.", _public_url)
    paypal_client_id: str = _setting("", "Client of the installation's own PayPal application.", _one_line)
    paypal_secret: str = _setting("", "Secret of that application.", _one_line, secret=True)
    paypal_webhook_id: str = _setting(
        "", "What PayPal calls the webhook to `/v1/webhooks/paypal`; notices can't be checked without it.", _one_line
    )
    paypal_api_url: str = _setting(
        "https://api-m.paypal.com", "Where PayPal's API is; `https://api-m.sandbox.paypal.com` to try.", _public_url
    )
    play_money: bool = _setting(
        False,
        "`yes` lets people pay with play money, to try everything; `serve --demo` says so. Not where things are sold.",
        _switch,
    )
    lab: bool = _setting(True, "`no` switches the remote laboratory off.", _switch)  # lab
    order_minutes: int = _setting(
        15,
        "Minutes that an unfinished order keeps its seats, 60 at most; admins may say otherwise.",
        _integer(1, 1440),
    )

    keep_mails_days: int = _setting(90, "Days that the log keeps mails; 0 keeps them for ever.", _integer(0, 36_500))
    keep_activities_days: int = _setting(
        730, "Days that the trail of who did what goes back; 0 is for ever.", _integer(0, 36_500)
    )

    sign_in_url: str = _setting(
        "",
        "Where Facebook, Google, Twitter and Instagram are, when not at their own addresses: "
        "`<address>/<provider>/authorize`, `/token` and `/profile`.",
        _public_url,
    )

    @property
    def site(self) -> Site:
        """What mails and pages need to know."""
        return Site(
            self.name,
            self.url,
            self.sender,
            self.sign_in_url,
            self.order_minutes,
            keep_mails_days=self.keep_mails_days,
            keep_activities_days=self.keep_activities_days,
        )

    @property
    def leaves_mail_to_admins(self) -> bool:
        """Whether the operator has said nothing about mail, so that the settings of the site say it."""
        return self.mail_url == _outbox(self.data)

    @property
    def is_secure(self) -> bool:
        """Whether people reach it over TLS, so that cookies may insist on it."""
        return self.url.startswith("https://")


def variable(setting: Field[Any]) -> str:
    """Return the name of a setting's environment variable."""
    return PREFIX + setting.name.upper()


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; raises SettingsError for the first one that can't be used, or that does not exist."""
    environ = os.environ if environ is None else environ  # noqa: TID251 -- this is the one place
    known = {variable(setting): setting for setting in fields(Settings)}
    _refuse_unknown(environ, known)
    values = {
        setting.name: _parsed(name, setting, text)
        for name, setting in known.items()
        if (text := _given(environ, name)) is not None
    }
    values.setdefault("url", f"http://127.0.0.1:{values.get('port', 8000)}")
    return _with_places(Settings(**values))


def _refuse_unknown(environ: Mapping[str, str], known: Mapping[str, Any]) -> None:
    """Raise SettingsError for a misspelt name: it would be a setting that silently does nothing."""
    allowed = {*known, *(f"{name}_FILE" for name in known), ADMIN_PASSWORD}
    for name in environ:
        if name.startswith(PREFIX) and not name.startswith(f"{PREFIX}TEST_") and name not in allowed:
            close = get_close_matches(name, allowed, 1)
            raise SettingsError(f"{name} is not a setting." + (f" Is {close[0]} meant?" if close else ""))


def _given(environ: Mapping[str, str], name: str) -> str | None:
    text, file = environ.get(name), environ.get(f"{name}_FILE")
    if text and file:
        raise SettingsError(f"{name} and {name}_FILE are both set; only one may be.")
    if not file:
        return text or None
    try:
        return Path(file).read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{name}_FILE can't be read: {type(error).__name__}.") from None


def _parsed(name: str, setting: Field[Any], text: str) -> Any:  # noqa: ANN401 -- of the field's type
    try:
        return setting.metadata["parse"](text.strip())
    except ValueError as error:
        reason = str(error) if not setting.metadata["secret"] or "expected" in str(error) else "can't be used"
        raise SettingsError(f"{name}: {reason}.") from None


def _outbox(data: str) -> str:
    return f"file://{data.rstrip('/') or '/'}/outbox"


def _with_places(settings: Settings) -> Settings:
    data = settings.data.rstrip("/") or "/"
    return replace(
        settings,
        database_url=settings.database_url or f"sqlite:///{data}/openevent.db",
        storage_url=settings.storage_url or f"file://{data}/files",
        mail_url=settings.mail_url or _outbox(settings.data),
    )


def prepared(settings: Settings) -> Settings:
    """Make the data directory and the secret key when they are missing; return the settings with the key."""
    data = Path(settings.data)
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)  # people, their mails, and links that sign in
        return settings if settings.secret_key else replace(settings, secret_key=_kept_secret(data / "secret-key"))
    except OSError as error:
        raise SettingsError(f"{data} can't be used for data: {error.strerror}.") from None


def _kept_secret(path: Path) -> str:
    """Read the key, or make it; of several processes that start at once, one makes it and all use that."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="utf-8")
        try:
            path.hardlink_to(draft)  # fails when somebody was faster
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    try:
        return _secret(path.read_text(encoding="utf-8").strip())
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path} holds no usable key: {error}") from None


def shown(settings: Settings) -> list[tuple[str, str]]:
    """Return every variable with its value, secrets masked."""
    return [(variable(setting), _shown(setting, getattr(settings, setting.name))) for setting in fields(settings)]


def _shown(setting: Field[Any], value: object) -> str:
    text = " ".join(str(part) for part in value) if isinstance(value, tuple) else str(value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] -- of any type
    if not setting.metadata["secret"] or not text:
        return text
    return masked(text) if "://" in text else _MASK


def masked(url: str) -> str:
    """Return a URL without its password and without what its query may hide.

    >>> masked("postgresql://ana:pa%40ss@db:5432/events?sslmode=require")
    'postgresql://ana:********@db:5432/events?sslmode=require'
    >>> masked("s3://key:secret@bucket/prefix?secret_key=hidden")
    's3://key:********@bucket/prefix?secret_key=********'
    """
    url = re.sub(r"(://[^/@:]*):.*@", rf"\1:{_MASK}@", url)
    return re.sub(r"([?&][^=&]*(?:pass|secret|key|token|sig)[^=&]*)=[^&]*", rf"\1={_MASK}", url, flags=re.IGNORECASE)
