"""What other domains ask about the installation: its modules, its limits, its house rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Any, cast

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Dialect, Table, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from openevent.kit.db import Reads
from openevent.kit.pictures import Frame
from openevent.kit.prepared import Prepared, PreparedRead
from openevent.kit.services import Site
from openevent.kit.worker import JobState, job_states
from openevent.site.models import EventImageSize, Mail, MessageSetting, Module, Setting, SpeakerImageSize
from openevent.site.rules import MODULES_ON, Modules, is_web
from openevent.site.rules.files import KILOBYTE
from openevent.site.rules.mails import FAILED, RETRYING, delivery_state

Fetch = Callable[[str, Any], Sequence[Sequence[Any]]]

THE_ONE = 1  # the id of the only row
SPEAKER_SIZE = 2  # the same, of sizes of pictures of people: v1 keeps them in one table with those of events
_MOST_FIELDS = 30
MOST_DELIVERIES = 100  # mails about one thing that are shown
# What pictures are made of where admins have said nothing.
_EVENT_FRAMES = {"large": Frame(1300, 500), "thumbnail": Frame(500, 200), "icon": Frame(75, 30)}
_PORTRAIT_FRAMES = {"small": Frame(500, 500), "thumbnail": Frame(50, 50), "icon": Frame(35, 35)}


class Postage(Struct, frozen=True):
    """What happens to a mail of one kind: whether it is written at all, whether it leaves, and who signs it."""

    is_wanted: bool = True
    is_delivered: bool = True
    sender_name: str | None = None
    sender: str | None = None


class UploadLimits(Struct, frozen=True):
    """Largest uploads, in bytes."""

    logo: int = 1_000 * KILOBYTE
    image: int = 10_000 * KILOBYTE
    file: int = 20_000 * KILOBYTE


def modules(db: Session) -> Modules:
    """Return which parts of the product are on; nothing is off that nobody has switched off (decision 0015)."""
    row = db.get(Module, THE_ONE)
    return MODULES_ON if row is None else Modules(row.ticket_include, row.payment_include, row.donation_include)


def order_minutes(db: Session, otherwise: int) -> int:
    """Return how long seats are held for an order that is being filled in."""
    return db.scalar(select(Setting.order_expiry_time).where(Setting.id == THE_ONE)) or otherwise


def longest_hold(minutes: int) -> int:
    """Return how long orders may keep their seats where the operator wants so many minutes: an hour at most, as v1."""
    return min(minutes, 60)


def is_followed(reads: Reads, site: Site) -> bool:
    """Tell whether what the operator says of the installation is what was taken over last.

    Asked at each start, by the table's own columns: one that changes nothing need not make mapped classes ready.
    """
    return _OPERATOR.rows(reads) == [(site.name, site.url, longest_hold(site.order_minutes))]


_TABLE = cast(Table, Setting.__table__)
_SAID = (_TABLE.c.operator_name, _TABLE.c.operator_url, _TABLE.c.operator_minutes)
_OPERATOR = PreparedRead(lambda: select(*_SAID).where(_TABLE.c.id == THE_ONE))


def minutes_to_order(fetch: Fetch, dialect: Dialect) -> int | None:
    """Return how long an order holds its seats, None where admins have said nothing; every order asks."""
    statement = _minutes_to_order(dialect)
    [(minutes,)] = statement.read(fetch(statement.sql, statement.bind({})))
    return minutes


@lru_cache(maxsize=16)
def _minutes_to_order(dialect: Dialect) -> Prepared:
    found = select(Setting.order_expiry_time).where(Setting.id == THE_ONE).scalar_subquery()
    return Prepared(select(found), dialect)


_ELSEWHERE: tuple[tuple[str, InstrumentedAttribute[str | None]], ...] = (  # as the foot of every page shows it
    ("Help", Setting.support_url),
    ("Cookies", Setting.cookie_policy_link),
    ("Facebook", Setting.facebook_url),
    ("Instagram", Setting.instagram_url),
    ("Twitter", Setting.twitter_url),
    ("YouTube", Setting.youtube_url),
    ("Telegram", Setting.telegram_url),
    ("Gitter", Setting.gitter_url),
    ("GitHub", Setting.github_url),
    ("Google", Setting.google_url),
    ("Weblate", Setting.weblate_url),
    ("Patreon", Setting.patreon_url),
)


def described(reads: Reads, site: Site) -> Site:
    """Return the installation as its admins describe it: its name, its frontend, how long seats are held."""
    statement = _description(reads.dialect)
    found = statement.read(reads.fetch(statement.sql, statement.bind({})))
    if not found:
        return site
    [(name, tagline, frontend, minutes, *addresses)] = found
    frontend = (frontend or "").rstrip("/")
    return replace(
        site,
        name=name or site.name,
        tagline=tagline or "",
        elsewhere=tuple((label, to) for (label, _), to in zip(_ELSEWHERE, addresses, strict=True) if is_web(to)),
        frontend="" if frontend == site.url else frontend,
        order_minutes=minutes or site.order_minutes,
    )


@lru_cache(maxsize=16)
def _description(dialect: Dialect) -> Prepared:
    columns = (Setting.app_name, Setting.tagline, Setting.frontend_url, Setting.order_expiry_time)
    return Prepared(select(*columns, *(column for _, column in _ELSEWHERE)).where(Setting.id == THE_ONE), dialect)


@dataclass(frozen=True, slots=True)
class CashierKeys:
    """The keys at payment providers that admins have set, for the mode that they have chosen; empty: none."""

    stripe_secret: str = field(default="", repr=False)
    stripe_publishable: str = ""
    stripe_webhook: str = field(default="", repr=False)
    paypal_client: str = ""
    paypal_secret: str = field(default="", repr=False)
    paypal_webhook: str = field(default="", repr=False)
    is_paypal_sandbox: bool = False


_TRYING = ("test", "sandbox", "debug", "development")  # what modes are called in which no money moves


_CASHIERS = (
    (Setting.stripe_secret_key, Setting.stripe_publishable_key, Setting.stripe_webhook_secret),
    (Setting.stripe_test_secret_key, Setting.stripe_test_publishable_key, Setting.stripe_test_webhook_secret),
    (Setting.paypal_client, Setting.paypal_secret, Setting.paypal_webhook_id),
    (Setting.paypal_sandbox_client, Setting.paypal_sandbox_secret, Setting.paypal_sandbox_webhook_id),
)


def cashier_keys(db: Session) -> CashierKeys:
    """Return the keys at payment providers that admins have set."""
    columns = (Setting.stripe_mode, Setting.paypal_mode, *chain.from_iterable(_CASHIERS))
    row = db.execute(select(*columns).where(Setting.id == THE_ONE)).one_or_none()
    if row is None:
        return CashierKeys()
    is_test, is_sandbox = ((mode or "").strip().lower() in _TRYING for mode in row[:2])
    stripe_live, stripe_test, paypal_live, paypal_test = (row[place : place + 3] for place in (2, 5, 8, 11))
    chosen = (*(stripe_test if is_test else stripe_live), *(paypal_test if is_sandbox else paypal_live))
    return CashierKeys(*((key or "").strip() for key in chosen), is_paypal_sandbox=is_sandbox)


def billing_paypal_email(db: Session) -> str:
    """Return the address at PayPal that the platform's invoices are paid to; empty where admins have set none."""
    return db.scalar(select(Setting.admin_billing_paypal_email).where(Setting.id == THE_ONE)) or ""


@dataclass(frozen=True, slots=True)
class MailServer:
    """How admins let mail leave: `service` is smtp or sendgrid, `security` as `kit.mailers.SmtpMailer` has it."""

    service: str
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = field(default="", repr=False)
    security: str = "starttls"
    key: str = field(default="", repr=False)


_SECURITY = {"tls": ("starttls", 587), "ssl": ("tls", 465), "tls_optional": ("optional", 587), "none": ("none", 25)}


def mail_server(db: Session) -> MailServer | None:
    """Return the mail server of the settings, None when they name none."""
    row = db.get(Setting, THE_ONE)
    if row is None:
        return None
    if row.email_service == "sendgrid" and row.sendgrid_key:
        return MailServer("sendgrid", key=row.sendgrid_key)
    if row.email_service != "smtp" or not row.smtp_host:
        return None
    security, port = _SECURITY.get(row.smtp_encryption or "tls", _SECURITY["tls"])
    user, password = row.smtp_username or "", row.smtp_password or ""
    return MailServer("smtp", row.smtp_host, row.smtp_port or port, user, password, security)


def upload_limits(db: Session) -> UploadLimits:
    """Return how large uploads may be."""
    found = db.execute(select(Setting.logo_size, Setting.image_size, Setting.slide_size)).first()
    return UploadLimits() if found is None else UploadLimits(*(size * KILOBYTE for size in found))


def event_frames(db: Session) -> dict[str, Frame]:
    """Return how large pictures of events are made: large, thumbnail and icon."""
    row = db.get(EventImageSize, THE_ONE)
    if row is None:
        return dict(_EVENT_FRAMES)
    values = {
        "large": (row.full_width, row.full_height, row.full_aspect, row.full_quality),
        "thumbnail": (row.thumbnail_width, row.thumbnail_height, row.thumbnail_aspect, row.thumbnail_quality),
        "icon": (row.icon_width, row.icon_height, row.icon_aspect, row.icon_quality),
    }
    return {name: _frame(_EVENT_FRAMES[name], *sizes) for name, sizes in values.items()}


def portrait_frames(db: Session) -> dict[str, Frame]:
    """Return how large pictures of speakers and accounts are made: small, thumbnail and icon, all of them squares."""
    row = db.get(SpeakerImageSize, SPEAKER_SIZE)
    if row is None:
        return dict(_PORTRAIT_FRAMES)
    values = {
        "small": (row.small_size_width_height, row.small_size_quality),
        "thumbnail": (row.thumbnail_size_width_height, row.thumbnail_size_quality),
        "icon": (row.icon_size_width_height, row.icon_size_quality),
    }
    return {
        name: _frame(_PORTRAIT_FRAMES[name], side, side, keeps_aspect=False, quality=quality)
        for name, (side, quality) in values.items()
    }


def _frame(usual: Frame, width: int | None, height: int | None, keeps_aspect: bool, quality: int | None) -> Frame:  # noqa: FBT001 -- the row's columns
    return Frame(
        width or usual.width, height or usual.height, keeps_aspect, usual.quality if quality is None else quality
    )


def complex_fields(db: Session) -> int:
    """Return how many values of an organizer's own form fields one record may hold."""
    return db.scalar(select(Setting.max_complex_custom_fields).where(Setting.id == THE_ONE)) or _MOST_FIELDS


_SIGN_IN_KEYS = {
    "facebook": (Setting.fb_client_id, Setting.fb_client_secret),
    "google": (Setting.google_client_id, Setting.google_client_secret),
    "twitter": (Setting.tw_consumer_key, Setting.tw_consumer_secret),
    "instagram": (Setting.in_client_id, Setting.in_client_secret),
}


def sign_in_keys(db: Session, provider: str) -> tuple[str, str] | None:
    """Return the client id and the secret for signing in with a known provider, None when they are not set."""
    found = db.execute(select(*_SIGN_IN_KEYS[provider]).where(Setting.id == THE_ONE)).first()
    client_id, secret = found or (None, None)
    return (client_id, secret) if client_id and secret else None


def start_event(db: Session) -> str | None:
    """Return the id or identifier of the event whose page is the home page, None for the usual one."""
    row = db.execute(select(Setting.start_pg_enabled, Setting.start_pg_event_id).where(Setting.id == THE_ONE)).first()
    is_chosen = row is not None and (row.start_pg_enabled or "default") != "default"
    return row.start_pg_event_id or None if row is not None and is_chosen else None


def postage(db: Session, action: str) -> Postage:
    """Return what happens to mails of one kind; those that nobody has switched off are sent."""
    wanted = db.scalar(select(MessageSetting.enabled).where(MessageSetting.action == action))
    columns = (Setting.email_service, Setting.email_from_name, Setting.email_from)
    row = db.execute(select(*columns).where(Setting.id == THE_ONE)).first()
    if row is None:
        return Postage(is_wanted=wanted is not False)
    return Postage(wanted is not False, row.email_service != "disable", row.email_from_name, row.email_from)


class Delivery(Struct, frozen=True):
    """A mail, and what became of it: queued, retrying (with the moment of the next try), sent, failed, or withheld."""

    id: int
    recipient: str
    subject: str
    time: datetime
    state: str
    reason: str
    next_at: datetime | None


def deliveries(db: Session, about: str) -> list[Delivery]:
    """Return the mails about something such as order:7, the newest first."""
    found = select(Mail).where(Mail.about == about).order_by(Mail.id.desc()).limit(MOST_DELIVERIES)
    mails = db.scalars(found).all()
    states = job_states(db, [one.job_id for one in mails if one.job_id is not None])
    return [_delivery(one, states.get(one.job_id or 0)) for one in mails]


def job_of_mail(db: Session, mail_id: int, about: str) -> int | None:
    """Return the job that sends a mail about something; None when there is no such mail."""
    return db.scalar(select(Mail.job_id).where(Mail.id == mail_id, Mail.about == about))


def _delivery(mail: Mail, job: JobState | None) -> Delivery:
    shown = delivery_state(job.state if job else None, job.attempts if job else 0, is_posted=mail.job_id is not None)
    reason = job.error.partition(": ")[2] if job and shown in (FAILED, RETRYING) else ""
    next_at = job.run_at if job and shown == RETRYING else None
    return Delivery(mail.id, mail.recipient, mail.subject, mail.time, shown, reason, next_at)
