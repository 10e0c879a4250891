"""What admins set holds at once: the name, the frontend, the first page, the way mails leave."""

from __future__ import annotations

import dataclasses

import pytest
from msgspec.structs import replace

from cast import ana, bo
from factories import make_event
from openevent.events.models import Event
from openevent.kit.clock import FixedClock
from openevent.kit.config import Settings
from openevent.kit.mailers import ChosenMailer, SendGridMailer, SmtpMailer
from openevent.main.services import open_services
from openevent.people.signals import PasswordResetRequested
from openevent.site.actions import follow_operator, seed
from openevent.site.models import Setting
from openevent.site.queries import MailServer, is_followed, mail_server


@pytest.fixture
def setting(shell):
    """A function that changes the settings of a new installation."""
    with shell.work() as work:
        seed(work)

    def change(**values):
        with shell.work() as work:
            row = work.db.get_one(Setting, 1)
            for name, value in values.items():
                setattr(row, name, value)

    return change


def test_pages_and_mails_carry_the_name_and_lead_to_the_frontend(setting, shell, pages, run_jobs, services):
    setting(app_name="Fairs & Co", frontend_url="https://app.example.org/", tagline="Go and see")
    setting(github_url="https://github.com/fairs", support_url="javascript:alert(1)")
    with shell.work() as work:
        bo(work)
        work.announce(PasswordResetRequested("bo@example.org"))
    run_jobs()

    home = pages.get("/").text
    assert "Upcoming events · Fairs &amp; Co</title>" in home
    assert all(one in home for one in ("Go and see", 'href="https://github.com/fairs"'))
    assert "javascript:alert" not in home
    [mail] = services.mailer.sent
    assert "at Fairs & Co" in mail.text
    assert "https://app.example.org/reset-password?token=" in mail.text


def test_what_the_operator_says_is_followed_until_admins_say_otherwise(setting, shell):
    def restart(**said):
        with shell.work() as work:
            work.services = replace(work.services, site=replace(work.services.site, **said))
            assert not is_followed(shell.database, work.services.site)
            follow_operator(work)
            site = work.services.site
        assert is_followed(shell.database, site)
        with shell.work() as work:
            row = work.db.get_one(Setting, 1)
            return row.app_name, row.frontend_url, row.order_expiry_time

    new, newer = "https://new.example.org", "https://newer.example.org"
    assert restart(name="Moved", url=new, order_minutes=5) == ("Moved", new, 5)
    setting(app_name="Ours")
    assert restart(name="Again", url=newer, order_minutes=90) == ("Ours", newer, 60)
    setting(order_expiry_time=20)
    assert restart(name="Again", url=newer, order_minutes=7) == ("Ours", newer, 20)


@pytest.mark.parametrize("key", ["identifier", "id"])
def test_a_chosen_event_is_the_first_page_and_the_list_is_beside_it(setting, shell, pages, key):
    with shell.work() as work:
        event = make_event(work, owner=ana(work), name="The one")
    setting(start_pg_enabled="event", start_pg_event_id=str(getattr(event, key)))

    assert ">The one</h1>" in pages.get("/").text
    assert 'action="/explore"' in pages.get("/explore?q=one").text
    with shell.work() as work:
        work.db.get_one(Event, event.id).state = "draft"
    assert ">The one</h1>" not in pages.get("/").text


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"email_service": "disable", "smtp_host": "mail"}, None),
        ({"email_service": "smtp"}, None),
        ({"email_service": "sendgrid", "sendgrid_key": "SG"}, MailServer("sendgrid", key="SG")),
        ({"email_service": "smtp", "smtp_host": "m"}, MailServer("smtp", "m", 587, security="starttls")),
        (
            {"email_service": "smtp", "smtp_host": "m", "smtp_encryption": "ssl", "smtp_username": "u"},
            MailServer("smtp", "m", 465, "u", security="tls"),
        ),
        (
            {"email_service": "smtp", "smtp_host": "m", "smtp_encryption": "tls_optional", "smtp_port": 26},
            MailServer("smtp", "m", 26, security="optional"),
        ),
        (
            {"email_service": "smtp", "smtp_host": "m", "smtp_encryption": "none", "smtp_password": "p"},
            MailServer("smtp", "m", 25, password="p", security="none"),
        ),
    ],
)
def test_a_mail_server_may_be_named_in_the_settings(setting, shell, values, found):
    setting(**values)

    with shell.database.reading() as db:
        assert mail_server(db) == found


def test_the_operators_mail_server_goes_before_that_of_the_settings(setting, database, tmp_path):
    settings = Settings(data=str(tmp_path), storage_url="memory://", secret_key="x" * 40)
    mine = open_services(dataclasses.replace(settings, mail_url="memory://"), database, FixedClock()).mailer
    theirs = open_services(
        dataclasses.replace(settings, mail_url=f"file://{tmp_path}/outbox"), database, FixedClock()
    ).mailer

    assert not isinstance(mine, ChosenMailer)
    assert isinstance(theirs, ChosenMailer)
    assert theirs.choose() is None
    setting(email_service="sendgrid", sendgrid_key="SG")
    assert isinstance(theirs.choose(), SendGridMailer)
    setting(email_service="smtp", smtp_host="mail.example.org")
    assert isinstance(theirs.choose(), SmtpMailer)
