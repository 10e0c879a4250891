"""Decisions about accounts: addresses, passwords, who may carry which mark, how long things last."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

ACCESS_LASTS = timedelta(hours=24)
REMEMBERED_ACCESS_LASTS = timedelta(minutes=90)
REFRESH_LASTS = timedelta(days=365)
SIGN_IN_LASTS = timedelta(days=30)
FRESH_LASTS = timedelta(hours=24)  # how long a browser's sign-in counts as one where the password was just given
RESET_LASTS = timedelta(hours=1)
SOCIAL_LASTS = timedelta(minutes=5)
VERIFY_LASTS = timedelta(days=3)
ACCESS_NOTED_EVERY = timedelta(hours=1)

COOKIE = "openevent_sign_in"

MIN_PASSWORD = 8
MAX_PASSWORD = 1024  # hashing a novel is a way to keep a server busy
MAX_EMAIL = 254  # RFC 5321 section 4.5.3.1.3, without the angle brackets

EMAIL_TYPES = ("home", "work", "business", "office", "other")

NOTIFICATION_TYPES = (
    "ticket_purchased",
    "ticket_purchased_attendee",
    "ticket_purchased_organizer",
    "ticket_cancelled",
    "ticket_cancelled_organizer",
    "event_role",
    "new_session",
    "session_state_change",
    "monthly_payment",
    "order_money_organizer",
)

CREATE_EVENT = "create_event"
PUBLISH_EVENT = "publish_event"
USER_PERMISSIONS = ((CREATE_EVENT, "Create an event"), (PUBLISH_EVENT, "Publish an event"))

PANELS = (
    *("sales", "admin", "events", "sessions", "users", "permissions", "messages", "reports", "settings", "content"),
)
SYSTEM_ROLES = {"Sales Admin": ("sales",), "Marketer": ("sales",)}  # by name, the panels that they open

# Before the @: RFC 5322 section 3.2.3, dot-atom. What else the standard allows, hardly a mail server takes.
_LOCAL_PART = re.compile(r"(?!.*=\?)[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_MAIL_HOST = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]*[a-z][a-z0-9-]*(?<!-)")  # a name, no number
_LONGEST_LOCAL_PART = 64

# Marks that nobody gives himself: who may set which, by the caller's kind (v1 reference 5.4).
STAFF_MARKS = frozenset({"is_verified", "is_blocked", "is_sales_admin", "is_marketer"})
SUPER_MARKS = STAFF_MARKS | {"is_admin"}
MARKS = SUPER_MARKS | {"is_super_admin", "was_registered_with_order"}
_MARKS_BY_KIND = {"staff": STAFF_MARKS, "super": SUPER_MARKS}


def clean_email(text: str) -> str | None:
    """Return an address as it is stored and as mail servers take it, None for what is not one.

    Trimmed, in lower case, a host in other letters as it stands in the domain name system (RFC 5891).

    >>> clean_email(" Ana@Example.org "), clean_email("ana@localhost"), clean_email("ana..o@example.org")
    ('ana@example.org', None, None)
    >>> clean_email("ana@münchen.example")
    'ana@xn--mnchen-3ya.example'
    """
    typed = text.strip().lower()
    if len(typed) > MAX_EMAIL:
        return None
    local, _, host = typed.rpartition("@")
    host = host if host.isascii() else _as_ascii(host)
    email = f"{local}@{host}"
    is_one = _LOCAL_PART.fullmatch(local) and _MAIL_HOST.fullmatch(host)
    return email if is_one and len(local) <= _LONGEST_LOCAL_PART and len(email) <= MAX_EMAIL else None


def _as_ascii(host: str) -> str:
    """Return a host's name in ASCII, empty when it is none."""
    import idna  # noqa: PLC0415 -- large tables, seldom needed

    try:
        return idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        return ""


def password_problem(password: str) -> str | None:
    """Return what is wrong with a new password, None when it will do.

    >>> password_problem("short"), password_problem("long enough")
    ('Please use at least 8 characters.', None)
    """
    if len(password) < MIN_PASSWORD:
        return f"Please use at least {MIN_PASSWORD} characters."
    if len(password) > MAX_PASSWORD:
        return f"Please use at most {MAX_PASSWORD} characters."
    if not password.strip():
        return "Please use more than spaces."
    return None


def forbidden_marks(wanted: Mapping[str, object], present: Mapping[str, object], kind: str) -> list[str]:
    """Return the marks that a caller of this kind would change and may not; sending what is there already is fine.

    >>> forbidden_marks({"is_admin": True, "first_name": "Eve"}, {}, "user")
    ['is_admin']
    >>> forbidden_marks({"is_admin": False}, {"is_admin": False}, "user")
    []
    >>> forbidden_marks({"is_verified": True, "is_admin": True}, {}, "staff")
    ['is_admin']
    """
    mine = _MARKS_BY_KIND.get(kind, frozenset[str]())
    return sorted(name for name in MARKS & wanted.keys() - mine if bool(wanted[name]) != bool(present.get(name, False)))


def kind_of(*, is_super_admin: bool, is_admin: bool) -> str:
    """Return what an account counts as in the permission table.

    >>> kind_of(is_super_admin=False, is_admin=True)
    'staff'
    """
    if is_super_admin:
        return "super"
    return "staff" if is_admin else "user"


def display_name(public_name: str | None, first_name: str | None, last_name: str | None) -> str:
    """Return what to call somebody; empty when there is nothing but the address.

    >>> display_name(None, "Ana", "Ortiz"), display_name("Ana O.", "Ana", "Ortiz")
    ('Ana Ortiz', 'Ana O.')
    """
    return public_name or " ".join(part for part in (first_name, last_name) if part)


def is_void(issued_at: datetime, valid_from: datetime | None) -> bool:
    """Tell whether a token was made before the account's tokens were last voided."""
    return valid_from is not None and issued_at < valid_from


def voided_at(valid_from: datetime | None) -> float:
    """Return when an account's tokens were last voided, as its tokens tell; 0 for never."""
    return 0.0 if valid_from is None else valid_from.timestamp()


def is_access_due(last_noted: datetime | None, now: datetime) -> bool:
    """Tell whether it is time to note again that somebody was here."""
    return last_noted is None or now - last_noted >= ACCESS_NOTED_EVERY


def local_path(wanted: str | None, otherwise: str = "/") -> str:
    """Return where to go next, on this site only: nobody is sent elsewhere by a link that looks like ours.

    >>> local_path("/e/ab12cd34?x=1"), local_path("https://evil.example/"), local_path("//evil.example")
    ('/e/ab12cd34?x=1', '/', '/')
    """
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return otherwise
    if any(character.isspace() or ord(character) < ord(" ") or character == "\\" for character in wanted):
        return otherwise  # browsers drop tabs and line breaks, and read a backslash as a slash
    return wanted


def deleted_email(email: str, attempt: int = 1) -> str:
    """Return the address that a deleted account keeps, so that the real one is free again.

    >>> deleted_email("ana@example.org", 2)
    'ana@example.org.deleted.deleted'
    """
    return email + ".deleted" * attempt


def restored_email(email: str) -> str:
    """Return the address that a deleted account had.

    >>> restored_email("ana@example.org.deleted.deleted")
    'ana@example.org'
    """
    return re.sub(r"(\.deleted)+$", "", email)
