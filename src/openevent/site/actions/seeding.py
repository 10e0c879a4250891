"""What a new installation starts with."""

from __future__ import annotations

from sqlalchemy import select

from openevent.kit.mail import letters
from openevent.kit.work import UnitOfWork
from openevent.site.models import EventImageSize, MessageSetting, Module, Setting, SpeakerImageSize
from openevent.site.queries import SPEAKER_SIZE, THE_ONE, longest_hold
from openevent.site.rules.mails import KINDS

_USUAL_HOLD = 15  # minutes, where nobody has said anything


def seed(work: UnitOfWork) -> None:
    """Put in what every installation starts with. Safe to run again: what admins changed since stays as it is."""
    starts = (
        Setting(id=THE_ONE, order_expiry_time=_USUAL_HOLD),
        Module(id=THE_ONE, ticket_include=True, payment_include=True, donation_include=True),  # decision 0015
        EventImageSize(id=THE_ONE, type="event-image"),
        SpeakerImageSize(id=SPEAKER_SIZE, type="speaker-image"),
    )
    for row in starts:
        if work.db.get(type(row), row.id) is None:
            work.db.add(row)
    _seed_switches(work)
    work.db.flush()
    follow_operator(work)


def follow_operator(work: UnitOfWork) -> None:
    """Take over what the operator says that admins may say, too, where they have not: name, address, minutes."""
    site = work.services.site
    row = work.db.get(Setting, THE_ONE)
    if row is None:
        return
    if row.app_name == row.operator_name:
        row.app_name = site.name
    if row.frontend_url == row.operator_url:
        row.frontend_url = site.url
    minutes = longest_hold(site.order_minutes)
    if row.order_expiry_time == (row.operator_minutes or _USUAL_HOLD):
        row.order_expiry_time = minutes
    row.operator_name, row.operator_url, row.operator_minutes = site.name, site.url, minutes
    work.db.flush()


def _seed_switches(work: UnitOfWork) -> None:
    """Make a switch for every kind of mail, and let it show the text of today's program."""
    known = {row.action: row for row in work.db.scalars(select(MessageSetting))}
    for kind in KINDS:
        row = known.get(kind.action) or MessageSetting(action=kind.action)
        row.recipient = kind.recipient
        row.email_subject, row.email_message = letters().source(kind.template)
        work.db.add(row)
