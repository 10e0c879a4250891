from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from openevent.events.models import Event
from openevent.events.queries import past, upcoming
from openevent.kit.clock import FixedClock
from openevent.kit.jobs import AuditEntry, Job
from openevent.kit.passwords import is_password
from openevent.kit.work import Shell
from openevent.kit.worker import Worker
from openevent.main import demo
from openevent.orders.actions import prove_inventory
from openevent.orders.models import Attendee, Order
from openevent.people.models import User
from openevent.programme.models import Session, Speaker
from openevent.programme.queries import schedule, speakers
from openevent.tickets.models import Ticket
from openevent.tickets.queries import offers


@dataclass(frozen=True)
class Loaded:
    """The sample conference in a database that tests look at, its jobs done, and the sign-ins that were printed."""

    shell: Shell
    sign_ins: tuple[demo.SignIn, ...]


@pytest.fixture(scope="session")
def loaded(open_shell: Callable[[str], Shell]) -> Loaded:
    shell = open_shell("demo")
    found = Loaded(shell, demo.load(shell))
    Worker(shell).run_due()
    return found


def _conference(work) -> Event:
    return work.db.scalars(select(Event).where(Event.name == "Open Harbour")).one()


def test_the_sample_conference_is_a_whole_one(loaded: Loaded) -> None:
    with loaded.shell.work() as work:
        event = _conference(work)
        days = schedule(work.db, event.id)
        assert [len(day.sessions) for day in days] == [22, 20, 18]
        assert len(speakers(work.db, event.id)) == 50
        assert len({session.room for day in days for session in day.sessions if session.room}) == 6
        assert len({session.track for day in days for session in day.sessions if session.track}) == 5
        tickets = {offer.name: offer for offer in offers(work.db, event.id, work.now)}
        assert list(tickets) == ["Community", "Early bird", "Regular", "Supporter", "Workshop pass"]
        assert tickets["Early bird"].sold_out


def test_the_sample_conference_always_lies_ahead(shell: Shell, clock: FixedClock) -> None:
    clock.advance(days=1234, hours=7)

    demo.load(shell)

    with shell.work() as work:
        event = _conference(work)
        starts = event.starts_at.astimezone(ZoneInfo("Europe/Lisbon"))
        assert (starts.weekday(), starts.hour) == (3, 9)
        assert timedelta(days=39) < event.starts_at - work.now < timedelta(days=48)
        cards, total = upcoming(work.db, work.now)
        assert (total, len(past(work.db, work.now))) == (5, 2)
        assert "Open Harbour" in [card.name for card in cards]


def test_no_two_sample_sessions_share_a_room_or_a_speaker_at_once(loaded: Loaded) -> None:
    with loaded.shell.work() as work:
        for day in schedule(work.db, _conference(work).id):
            for one in day.sessions:
                for other in day.sessions:
                    if one.id < other.id and one.starts_at < other.ends_at and other.starts_at < one.ends_at:
                        assert one.room != other.room, (one.title, other.title)
                        assert not set(one.speakers) & set(other.speakers), (one.title, other.title)


def test_sample_orders_end_in_every_way_and_the_stock_is_right(loaded: Loaded) -> None:
    with loaded.shell.work() as work:
        counted = select(Order.status, func.count()).group_by(Order.status).order_by(Order.status)
        assert dict(work.db.execute(counted).all()) == {"cancelled": 1, "completed": 5, "placed": 2}
        assert prove_inventory(work.db) == []


def test_loading_twice_changes_nothing(loaded: Loaded) -> None:
    tables = (User, Event, Session, Speaker, Ticket, Order, Attendee, Job, AuditEntry)
    shell = loaded.shell
    with shell.work() as work:
        before = [work.db.scalar(select(func.count()).select_from(table)) for table in tables]

    second = demo.load(shell)

    with shell.work() as work:
        assert [work.db.scalar(select(func.count()).select_from(table)) for table in tables] == before
    assert second == loaded.sign_ins


def test_the_printed_sign_ins_work(loaded: Loaded) -> None:
    found = loaded.sign_ins

    with loaded.shell.work() as work:
        hashes = dict(work.db.execute(select(User.email, User.password_hash)).all())
    assert [one.email.split("@")[0] for one in found] == ["admin", "ana", "dee", "uma", "bo", "chi"]
    assert all(is_password(one.password, hashes[one.email]) for one in found)


def test_mails_of_sample_orders_leave_and_carry_every_script(loaded: Loaded) -> None:
    with loaded.shell.work() as work:
        failed = work.db.scalars(select(Job.error).where(Job.state != "done")).all()
    assert failed == []
    sent = {mail.to for mail in loaded.shell.services.mailer.sent}
    assert {"hana@example.org", "salma@example.org", "rohan@example.org"} <= sent
