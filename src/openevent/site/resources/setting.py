"""The settings: what everybody sees, what people who are signed in see, what admins see; secrets nobody sees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace
from sqlalchemy import ColumnElement, and_, case, func, literal, or_

from openevent.jsonapi.declare import Attribute, Change, Resource
from openevent.kit.access import ADMIN, SIGNED_IN, Actor
from openevent.kit.work import UnitOfWork
from openevent.site import actions
from openevent.site.models import Setting
from openevent.site.queries import THE_ONE
from openevent.site.rules import MASK, SECRETS

_LARGEST_KB = 1_000_000
_Columns = Any  # the row's columns by name


def _is_set(*keys: str) -> Callable[[_Columns], ColumnElement[bool]]:
    return lambda row: and_(*(row[key].is_not(None) for key in keys))


def _either(mode: str, test: tuple[str, str], live: tuple[str, str]) -> Callable[[_Columns], ColumnElement[bool]]:
    """Return whether a way to pay is ready: test keys while it is tried out, or live ones."""

    def build(row: _Columns) -> ColumnElement[bool]:
        return or_(
            and_(func.coalesce(row[mode], "").in_(("test", "sandbox")), _is_set(*test)(row)), _is_set(*live)(row)
        )

    return build


def _flag(name: str, sql: Callable[[_Columns], ColumnElement[Any]]) -> Attribute:
    return Attribute(name, kind="boolean", sql=sql)


def _whole(name: str, least: int, most: int, *, nullable: bool = False) -> Attribute:
    return Attribute(name, min=least, max=most, nullable=nullable)


def _secret(key: str) -> Attribute:
    """Return a member that shows whether a secret is set, and takes a new one."""

    def masked(row: _Columns) -> ColumnElement[Any]:
        return case((row[key].is_not(None), literal(MASK)), else_=None)

    return Attribute(key.replace("_", "-"), kind="string", sql=masked, writable=True)


def _texts(names: str) -> tuple[Attribute, ...]:
    return tuple(Attribute(name) for name in names.split())


_PAYPAL = (("paypal_sandbox_client", "paypal_sandbox_secret"), ("paypal_client", "paypal_secret"))
_OMISE = (("omise_test_public", "omise_test_secret"), ("omise_live_public", "omise_live_secret"))

PUBLIC_ATTRIBUTES = (
    *_texts("app-name tagline start-pg-event-id start-pg-enabled analytics-key fb-client-id"),
    *_texts("google-url github-url twitter-url support-url facebook-url instagram-url patreon-url gitter-url"),
    *_texts("telegram-url youtube-url weblate-url cookie-policy cookie-policy-link"),
    Attribute("frontend-url", kind="url"),
    Attribute("rocket-chat-url", kind="url"),
    _whole("order-expiry-time", 1, 60),
    _whole("max-complex-custom-fields", 1, 30),
    *(_whole(f"{kind}-size", 1, _LARGEST_KB) for kind in ("logo", "image", "slide")),
    Attribute("is-paytm-activated", nullable=False),
    _flag("is-paypal-activated", _either("paypal_mode", *_PAYPAL)),
    _flag("is-stripe-activated", _is_set("stripe_client_id")),
    _flag("is-omise-activated", _either("omise_mode", *_OMISE)),
    _flag("is-alipay-activated", _is_set("alipay_publishable_key", "alipay_secret_key")),
    _flag("is-billing-paypal-activated", _is_set("admin_billing_paypal_email")),
    *_texts("stripe-client-id stripe-publishable-key stripe-test-client-id stripe-test-publishable-key stripe-mode"),
    *_texts("paypal-mode paypal-client paypal-sandbox-client omise-mode omise-test-public omise-live-public"),
    *_texts("alipay-publishable-key paytm-mode paytm-live-merchant paytm-sandbox-merchant"),
    *_texts("admin-billing-contact-name admin-billing-phone admin-billing-state admin-billing-country"),
    *_texts("admin-billing-tax-info admin-company admin-billing-address admin-billing-city admin-billing-zip"),
    *_texts("admin-billing-additional-info"),
    Attribute("admin-billing-email", kind="email"),
    Attribute("admin-billing-logo", kind="url"),
)
_OF_MEMBERS = _texts("android-app-url web-app-url")
_OF_ADMINS = (
    Attribute("app-environment", nullable=False),
    *_texts("static-domain storage-place aws-bucket-name aws-region gs-bucket-name google-recaptcha-site"),
    Attribute("is-google-recaptcha-enabled", nullable=False),
    *_texts("google-client-id tw-consumer-key in-client-id email-from-name smtp-host smtp-username smtp-encryption"),
    Attribute("email-service", choices=("smtp", "sendgrid", "disable")),
    Attribute("email-from", kind="email"),
    _whole("smtp-port", 1, 65_535, nullable=True),
    _whole("invoice-sending-day", 1, 28),
    Attribute("invoice-sending-timezone", nullable=False),
    Attribute("admin-billing-paypal-email", kind="email"),
    *(_secret(key) for key in SECRETS),
)


def _update(work: UnitOfWork, change: Change, by: Actor) -> Setting:
    return actions.update_setting(work, change.row, change.values, by=by)


SETTINGS = Resource(
    type="setting",
    model=Setting,
    attributes=(
        *PUBLIC_ATTRIBUTES,
        *(replace(one, readable_by=SIGNED_IN) for one in _OF_MEMBERS),
        *(replace(one, readable_by=ADMIN) for one in _OF_ADMINS),
    ),
    methods=frozenset({"read", "update"}),
    verbs={"update": _update},
    singleton=THE_ONE,
)
