"""Modules, static pages, switches and the log of mails, activities, sizes of pictures."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import ColumnElement, String, case, literal
from sqlalchemy import cast as to_type

from openevent.jsonapi.declare import Attribute, Call, Change, Endpoint, Reply, Resource
from openevent.jsonapi.errors import ApiError, invalid
from openevent.jsonapi.ports import Backend
from openevent.kit.access import SUPER, Actor
from openevent.kit.html import clean_page
from openevent.kit.jobs import AuditEntry
from openevent.kit.work import UnitOfWork
from openevent.site import actions
from openevent.site.models import EventImageSize, Mail, MessageSetting, Module, Page, SpeakerImageSize
from openevent.site.queries import SPEAKER_SIZE, THE_ONE

_ONE_RECORD = frozenset({"read", "update"})
_ONLY_READ = frozenset({"list", "read"})
_WIDEST, _BEST = 10_000, 100

MODULES = Resource(
    type="module",
    model=Module,
    attributes=tuple(Attribute(f"{name}-include", nullable=False) for name in ("ticket", "payment", "donation")),
    methods=_ONE_RECORD,
    singleton=THE_ONE,
)

PAGES = Resource(
    type="page",
    model=Page,
    attributes=(
        Attribute("name", required=True),
        Attribute("title"),
        Attribute("url", kind="string", required=True),
        Attribute("description", clean=clean_page),
        Attribute("place", choices=("footer", "event")),
        Attribute("language"),
        Attribute("index", nullable=False),
    ),
)

# --- mails -----------------------------------------------------------------------------------------------------------


def _switch(work: UnitOfWork, change: Change, by: Actor) -> MessageSetting:
    return actions.switch_mail(work, change.row, change.values, by=by)


MESSAGE_SETTINGS = Resource(
    type="message-setting",
    model=MessageSetting,
    attributes=(
        Attribute("action", read_only=True),
        Attribute("enabled", nullable=False),
        Attribute("recipient", read_only=True),
        Attribute("email-subject", read_only=True),
        Attribute("email-message", read_only=True),
    ),
    methods=frozenset({"list", "read", "update"}),
    verbs={"update": _switch},
)

MAILS = Resource(
    type="mail",
    model=Mail,
    attributes=(
        Attribute("recipient", kind="email", read_only=True),
        Attribute("time", read_only=True),
        Attribute("action", read_only=True),
        Attribute("subject", read_only=True),
        Attribute("message", read_only=True),
    ),
    methods=_ONLY_READ,
)

# --- the trail -------------------------------------------------------------------------------------------------------


def _actor(entry: Any) -> ColumnElement[str]:  # noqa: ANN401 -- columns by name
    known = literal("user ").concat(to_type(entry["actor_id"], String))
    system = (entry["actor_kind"] == SUPER, literal("system"))  # only the program itself is that and has no account
    return case((entry["actor_id"].is_not(None), known), system, else_=entry["actor_kind"])


ACTIVITIES = Resource(
    type="activity",
    path="activities",
    model=AuditEntry,
    attributes=(
        Attribute("actor", kind="string", sql=_actor),
        Attribute("time", column="at", read_only=True),
        Attribute("action", kind="string", sql=lambda entry: entry["action"].concat(" ").concat(entry["subject"])),
    ),
    methods=_ONLY_READ,
)

# --- sizes of pictures -----------------------------------------------------------------------------------------------


def _size(name: str) -> Attribute:
    return Attribute(name, min=1, max=_WIDEST)


def _quality(name: str) -> Attribute:
    return Attribute(f"{name}-quality", min=0, max=_BEST)


EVENT_IMAGE_SIZES = Resource(
    type="event-image-size",
    model=EventImageSize,
    attributes=(
        Attribute("type"),
        *(_size(f"{name}-{side}") for name in ("full", "icon", "thumbnail", "logo") for side in ("width", "height")),
        *(Attribute(f"{name}-aspect", nullable=False) for name in ("full", "icon", "thumbnail")),
        *(_quality(name) for name in ("full", "icon", "thumbnail")),
    ),
    methods=_ONE_RECORD,
    singleton=THE_ONE,
)

SPEAKER_IMAGE_SIZES = Resource(
    type="speaker-image-size",
    model=SpeakerImageSize,
    attributes=(
        Attribute("type"),
        *(_size(f"{name}-size-width-height") for name in ("small", "thumbnail", "icon")),
        *(_quality(f"{name}-size") for name in ("small", "thumbnail", "icon")),
    ),
    methods=_ONE_RECORD,
    singleton=SPEAKER_SIZE,
)

# --- beside the resources --------------------------------------------------------------------------------------------


def _test_mail(call: Call, backend: Backend) -> Reply:
    recipient = call.json().get("recipient")
    by = cast(Actor, call.by)
    if not by.is_staff:
        raise ApiError(403, "Admin access is required", source={"source": ""})
    if not isinstance(recipient, str) or not recipient:
        raise invalid("/recipient", "Missing data for required field.")
    with backend.work() as work:
        actions.send_test_mail(cast(UnitOfWork, work), recipient, by=by)
    return Reply({"message": "Test mail sent, please verify delivery"})


RESOURCES = (MODULES, PAGES, MESSAGE_SETTINGS, MAILS, ACTIVITIES, EVENT_IMAGE_SIZES, SPEAKER_IMAGE_SIZES)
ENDPOINTS = (Endpoint("POST", "/v1/test-mail", _test_mail, summary="Send a mail to see whether mails leave; admins"),)
