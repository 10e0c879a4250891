"""The ports as the settings choose them."""

from __future__ import annotations

from openevent.kit.clock import Clock
from openevent.kit.config import Settings, SettingsError
from openevent.kit.db import Database
from openevent.kit.jwt import Tokens
from openevent.kit.limits import DatabaseLimiter, FileLimiter, RedisLimiter
from openevent.kit.mailers import open_mailer
from openevent.kit.outbound import Outbound
from openevent.kit.pdf import TypstPdf
from openevent.kit.sealing import AesSealer
from openevent.kit.services import Limiter, PaypalPlatform, Services, StripePlatform
from openevent.kit.signing import HmacSigner
from openevent.kit.storage import open_storage


def open_services(settings: Settings, database: Database, clock: Clock) -> Services:
    """Return the real ports; raises SettingsError, naming the variable, for an address that can't be used."""
    try:
        mailer = open_mailer(settings.mail_url, sender=settings.sender, clock=clock)
    except ValueError as error:
        raise SettingsError(f"OPENEVENT_MAIL_URL: {error}.") from None
    try:
        storage = open_storage(settings.storage_url)
    except ValueError as error:
        raise SettingsError(f"OPENEVENT_STORAGE_URL: {error}.") from None
    return Services(
        mailer=mailer,
        storage=storage,
        pdf=TypstPdf(),
        limiter=_limiter(settings, database, clock),
        signer=HmacSigner(settings.secret_key),
        tokens=Tokens(settings.secret_key),
        sealer=AesSealer(settings.secret_key),
        site=settings.site,
        outbound=Outbound(settings.outbound_hosts),
        stripe=_stripe(settings),
        paypal=PaypalPlatform(
            settings.paypal_client_id, settings.paypal_secret, settings.paypal_webhook_id, settings.paypal_api_url
        ),
        play_money=settings.play_money,
    )


def _stripe(settings: Settings) -> StripePlatform:
    return StripePlatform(
        secret_key=settings.stripe_secret_key,
        connect_url=settings.stripe_connect_url,
        publishable_key=settings.stripe_publishable_key,
        webhook_secret=settings.stripe_webhook_secret,
        api_url=settings.stripe_api_url,
    )


def _limiter(settings: Settings, database: Database, clock: Clock) -> Limiter:
    if settings.redis_url:
        return RedisLimiter(settings.redis_url)
    if database.is_sqlite and database.url.database:
        return FileLimiter(f"{database.url.database}-limits", clock)
    return DatabaseLimiter(database, clock)
