"""Speakers on the wire, the call for them, and invitations to speak."""

from __future__ import annotations

from typing import Any

from openevent.events.roles import COORGANIZER
from openevent.forms.rules.catalogue import GENDERS
from openevent.jsonapi.declare import Attribute, BelongsTo, Change, Resource
from openevent.kit.access import column_is_actor
from openevent.kit.html import clean
from openevent.programme import actions
from openevent.programme.models import Speaker, SpeakerInvite, SpeakersCall
from openevent.programme.permissions import CONTACTS
from openevent.programme.resources.columns import columns, linked_ids

_URLS = ("website", "twitter", "facebook", "github", "linkedin", "instagram", "mastodon")
_ITSELF = column_is_actor("id", "oneself")


def _create_speaker(work: Any, change: Change, by: Any) -> Speaker:  # noqa: ANN401 -- as the engine calls verbs
    return actions.create_speaker(work, columns(change), sessions=linked_ids(change, "sessions") or (), by=by)


def _update_speaker(work: Any, change: Change, by: Any) -> Speaker:  # noqa: ANN401 -- as the engine calls verbs
    return actions.update_speaker(work, change.row, columns(change), sessions=linked_ids(change, "sessions"), by=by)


SPEAKERS = Resource(
    type="speaker",
    model=Speaker,
    attributes=(
        Attribute("name", required=True),
        Attribute("email", kind="email", readable_by=CONTACTS),
        *(Attribute(f"{size}-url", kind="url") for size in ("photo", "thumbnail-image", "small-image", "icon-image")),
        Attribute("short-biography", clean=clean),
        Attribute("long-biography", clean=clean),
        Attribute("speaking-experience", clean=clean),
        Attribute("mobile", readable_by=CONTACTS),
        *(Attribute(name, kind="url") for name in _URLS),
        Attribute("organisation"),
        Attribute("is-featured", writable_by=COORGANIZER),
        Attribute("is-email-overridden"),
        Attribute("position"),
        Attribute("country"),
        Attribute("city"),
        Attribute("address", readable_by=CONTACTS),
        Attribute("gender", choices=GENDERS),
        Attribute("order", writable_by=COORGANIZER),
        Attribute("heard-from", readable_by=CONTACTS),
        Attribute("sponsorship-required", clean=clean, readable_by=CONTACTS),
        Attribute("complex-field-values", readable_by=CONTACTS),
        Attribute("speaker-positions"),
        Attribute("deleted-at"),
    ),
    relationships=(
        BelongsTo("event", type="event", inverse="speakers", required=True),
        BelongsTo("user", type="user", inverse="speakers", writable="never", inverse_readable_by=_ITSELF),
    ),
    collection=False,
    verbs={"create": _create_speaker, "update": _update_speaker},
)

SPEAKERS_CALLS = Resource(
    type="speakers-call",
    model=SpeakersCall,
    attributes=(
        Attribute("announcement", clean=clean),
        Attribute("starts-at", required=True),
        Attribute("soft-ends-at"),
        Attribute("ends-at", required=True),
        Attribute("hash", max_length=255),
        Attribute("privacy", choices=("private", "public")),
        Attribute("deleted-at"),
    ),
    relationships=(BelongsTo("event", type="event", inverse="speakers-call", inverse_many=False, required=True),),
    collection=False,
    verbs={
        "create": lambda work, change, by: actions.open_call(work, columns(change), by=by),
        "update": lambda work, change, by: actions.change_call(work, change.row, columns(change), by=by),
    },
)

SPEAKER_INVITES = Resource(
    type="speaker-invite",
    model=SpeakerInvite,
    attributes=(
        Attribute("email", kind="email", required=True),
        Attribute("status", choices=("pending", "accepted", "rejected")),
    ),
    relationships=(
        BelongsTo("session", type="session", inverse="speaker-invites", required=True),
        BelongsTo("event", type="event", inverse="speaker-invites"),
    ),
    collection=False,
    methods=frozenset({"list", "read", "create", "delete"}),
    verbs={
        "create": lambda work, change, by: actions.invite_speaker(work, columns(change), by=by),
        "delete": lambda work, change, by: actions.withdraw_invite(work, change.row, by=by),
    },
)

RESOURCES = (SPEAKERS, SPEAKERS_CALLS, SPEAKER_INVITES)
