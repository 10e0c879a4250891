"""Which settings are secrets, what a write of them means, and what modules allow."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import available_timezones

from msgspec import Struct

from openevent.kit.errors import Forbidden

NO_PAYMENTS = "Payments are switched off here."
MASK = "********"  # what is shown of a secret that is set; sent back, it leaves the secret as it is
SECRETS = (
    "aws_key",
    "aws_secret",
    "gs_key",
    "gs_secret",
    "google_recaptcha_secret",
    "google_client_secret",
    "fb_client_secret",
    "tw_consumer_secret",
    "in_client_secret",
    "stripe_secret_key",
    "stripe_test_secret_key",
    "paypal_secret",
    "paypal_sandbox_secret",
    "stripe_webhook_secret",
    "stripe_test_webhook_secret",
    "paypal_webhook_id",
    "paypal_sandbox_webhook_id",
    "omise_test_secret",
    "omise_live_secret",
    "alipay_secret_key",
    "paytm_live_secret",
    "paytm_sandbox_secret",
    "sendgrid_key",
    "smtp_password",
    "rocket_chat_registration_secret",
)


class ModuleOff(Forbidden):
    """Admins have switched this part of the product off."""

    code = "module-off"


class Modules(Struct, frozen=True):
    """Which parts of the product this installation offers."""

    ticket: bool = False
    payment: bool = False
    donation: bool = False

    def refuses(self, ticket_type: str) -> str | None:
        """Return why tickets of a type (free, paid, donation, ...) are not offered, None when they are.

        >>> Modules(ticket=True).refuses("free"), Modules(ticket=True).refuses("paid")
        (None, 'Payments are switched off here.')
        >>> Modules(ticket=True, payment=True).refuses("donation")
        'Donations are switched off here.'
        >>> Modules(payment=True, donation=True).refuses("free")
        'Ticketing is switched off here.'
        """
        if not self.ticket:
            return "Ticketing is switched off here."
        if "donation" in ticket_type and not self.donation:
            return "Donations are switched off here."
        if "free" not in ticket_type and not self.payment:
            return NO_PAYMENTS
        return None

    def require_payment(self) -> None:
        """Raise ModuleOff unless people may pay."""
        if not self.payment:
            raise ModuleOff(NO_PAYMENTS)


MODULES_OFF = Modules()
MODULES_ON = Modules(ticket=True, payment=True, donation=True)


def taken(values: Mapping[str, object]) -> dict[str, object]:
    """Return what a write of settings changes: empty texts are none, and a mask changes nothing.

    >>> taken({"app_name": "Open Event", "tagline": "", "aws_secret": "********", "smtp_password": None})
    {'app_name': 'Open Event', 'tagline': None, 'smtp_password': None}
    """
    return {key: value or None if isinstance(value, str) else value for key, value in values.items() if value != MASK}


def is_web(address: str | None) -> bool:
    """Tell whether an address may stand behind a link of our pages.

    >>> is_web("https://example.org"), is_web("javascript:alert(1)"), is_web(None)
    (True, False, False)
    """
    return (address or "").startswith(("https://", "http://"))


def is_zone(name: str) -> bool:
    """Tell whether a time zone has this name.

    >>> is_zone("Europe/Berlin"), is_zone("Mars/Olympus")
    (True, False)
    """
    return name in available_timezones()
