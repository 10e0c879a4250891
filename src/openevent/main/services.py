"""The ports as the settings choose them."""

from __future__ import annotations

from functools import partial

from openevent.kit.clock import Clock
from openevent.kit.config import Settings, SettingsError
from openevent.kit.db import Database
from openevent.kit.jwt import Tokens
from openevent.kit.limits import DatabaseLimiter, FileLimiter, RedisLimiter
from openevent.kit.mailers import ChosenMailer, Envelope, MailRefused, SendGridMailer, SmtpMailer, open_mailer
from openevent.kit.outbound import Outbound
from openevent.kit.pdf import TypstPdf
from openevent.kit.services import Limiter, Mailer, PaypalPlatform, Services, StripePlatform
from openevent.kit.signing import HmacSigner
from openevent.kit.storage import open_storage
from openevent.lab.providers.places import socket_directory  # lab
from openevent.site.queries import mail_server


def open_services(settings: Settings, database: Database, clock: Clock) -> Services:
    """Return the real ports; raises SettingsError, naming the variable, for an address that can't be used."""
    try:
        mailer = open_mailer(settings.mail_url, sender=settings.sender, clock=clock)
    except ValueError as error:
        raise SettingsError(f"OPENEVENT_MAIL_URL: {error}.") from None
    except MailRefused:
        raise SettingsError("OPENEVENT_SENDER: expected `tickets@example.org` or `A Name <...>`.") from None
    try:
        storage = open_storage(settings.storage_url)
    except ValueError as error:
        raise SettingsError(f"OPENEVENT_STORAGE_URL: {error}.") from None
    outbound = Outbound(settings.outbound_hosts)
    if settings.leaves_mail_to_admins:
        mailer = ChosenMailer(partial(_mailer_of_site, settings, database, clock, outbound), mailer)
    return Services(
        mailer=mailer,
        storage=storage,
        pdf=TypstPdf(),
        limiter=_limiter(settings, database, clock),
        signer=HmacSigner(settings.secret_key),
        tokens=Tokens(settings.secret_key),
        site=settings.site,
        outbound=outbound,
        stripe=_stripe(settings),
        paypal=PaypalPlatform(
            settings.paypal_client_id, settings.paypal_secret, settings.paypal_webhook_id, settings.paypal_api_url
        ),
        play_money=settings.play_money,
        lab=socket_directory(settings.data) if settings.lab else "",  # lab
    )


def _stripe(settings: Settings) -> StripePlatform:
    return StripePlatform(
        secret_key=settings.stripe_secret_key,
        connect_url=settings.stripe_connect_url,
        publishable_key=settings.stripe_publishable_key,
        webhook_secret=settings.stripe_webhook_secret,
        api_url=settings.stripe_api_url,
    )


def _mailer_of_site(settings: Settings, database: Database, clock: Clock, outbound: Outbound) -> Mailer | None:
    """Return the way out that admins have set; asked for each mail, so that a change holds at once for all workers."""
    with database.reading() as db:
        found = mail_server(db)
    if found is None:
        return None
    envelope = Envelope(settings.sender, clock)
    if found.service == "sendgrid":
        return SendGridMailer(envelope, outbound, found.key)
    return SmtpMailer(envelope, found.host, found.port, found.user, found.password, found.security)


def _limiter(settings: Settings, database: Database, clock: Clock) -> Limiter:
    if settings.redis_url:
        return RedisLimiter(settings.redis_url)
    if database.is_sqlite and database.url.database:
        return FileLimiter(f"{database.url.database}-limits", clock)
    return DatabaseLimiter(database, clock)
