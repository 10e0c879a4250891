"""The user type (v1 reference 5): what everybody may see of a public profile, and what is one's own."""

from __future__ import annotations

from msgspec.structs import replace

from openevent.jsonapi.declare import Attribute, Change, Kind, Resource
from openevent.kit.access import ADMIN, USER, Actor
from openevent.kit.html import clean
from openevent.kit.work import UnitOfWork
from openevent.people import actions
from openevent.people.models import User
from openevent.people.permissions import ONESELF

_LONGEST = 255
_LONGEST_TEXT = 20_000


def _text(name: str, max_length: int = _LONGEST) -> Attribute:
    return Attribute(name, kind="string", max_length=max_length)


def _url(name: str) -> Attribute:
    return Attribute(name, kind="url", max_length=2 * _LONGEST)


def _fixed(name: str, kind: Kind) -> Attribute:
    return Attribute(name, kind=kind, read_only=True)


def _mark(name: str) -> Attribute:
    # Not `writable_by`: sending back what is there already is fine, and trying more is refused, not ignored.
    return Attribute(name, kind="boolean", nullable=False)


_PUBLIC = (
    Attribute("deleted-at", kind="datetime"),  # null restores (reference 5.5), which nobody can do to himself
    _url("avatar-url"),
    _text("first-name"),
    _text("last-name"),
    _text("public-name"),
    Attribute("is-profile-public", kind="boolean", nullable=False),
    _fixed("original-image-url", "url"),
    _fixed("thumbnail-image-url", "url"),
    _fixed("small-image-url", "url"),
    _fixed("icon-image-url", "url"),
    _fixed("was-registered-with-order", "boolean"),
    Attribute("password", kind="string", write_only=True, required=True, nullable=False),
)

# The reference shows addresses to everybody; a public profile is no reason to be written to.
_OWN = (
    Attribute("email", kind="email", required=True, nullable=False),
    _url("facebook-url"),
    _url("twitter-url"),
    _url("instagram-url"),
    _url("google-plus-url"),
    _fixed("is-super-admin", "boolean"),
    _fixed("facebook-id", "integer"),
    _mark("is-admin"),
    _mark("is-sales-admin"),
    _mark("is-marketer"),
    _mark("is-verified"),
    _mark("is-blocked"),
    _fixed("last-accessed-at", "datetime"),
    _fixed("created-at", "datetime"),
    replace(_text("details", _LONGEST_TEXT), clean=clean),
    _text("language-prefrence"),  # spelled like this on the wire (reference 5.12)
    _text("contact"),
    _text("billing-contact-name"),
    _text("billing-phone"),
    _text("billing-state"),
    _text("billing-country"),
    _text("billing-tax-info"),
    _text("company"),
    _text("billing-address", _LONGEST_TEXT),
    _text("billing-city"),
    _text("billing-zip-code"),
    _text("billing-additional-info", _LONGEST_TEXT),
    _fixed("is-rocket-chat-registered", "boolean"),
)


def _create(work: UnitOfWork, change: Change, by: Actor) -> User:
    return actions.sign_up(work, change.values, by=by)


def _update(work: UnitOfWork, change: Change, by: Actor) -> User:
    return actions.update_profile(work, change.row, change.values, by=by)


def _delete(work: UnitOfWork, change: Change, by: Actor) -> None:
    actions.delete_account(work, change.row, by=by, permanent=change.permanent)


def _restore(work: UnitOfWork, change: Change, by: Actor) -> User:
    return actions.restore_account(work, change.row, by=by)


def _as_new_account(user: User, by: Actor) -> Actor:
    return replace(by, id=user.id, kind=USER) if by.id is None else by


USERS = Resource(
    type="user",
    model=User,
    attributes=(*_PUBLIC, *(replace(attribute, readable_by=ONESELF) for attribute in _OWN)),
    verbs={"create": _create, "update": _update, "delete": _delete, "restore": _restore},
    unscoped=ADMIN,  # everybody's list is theirs; whoever may be read is listed where they belong
    reader=_as_new_account,
    # what stands where an account did that is deleted (reference 5.6)
    placeholder={"public-name": "deleted user", "email": "deleted@eventyay.com", "is-profile-public": False},
)
