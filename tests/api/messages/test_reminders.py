"""Mails that time brings about: sales end, an event is over. Each is sent once, to whom it concerns."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert

from cast import ana, bo, chi
from factories import give_role, make_event, make_session, make_speaker, make_ticket
from openevent.kit.worker import Worker
from openevent.main.catalogue import JOBS
from openevent.programme.models import speakers_sessions

DAY = timedelta(days=1)


@pytest.fixture
def told(shell, run_jobs, services):
    """A function that lets the periodic jobs and what follows run, and returns who got which new mails."""
    jobs = [one for one in JOBS if one.name in {"tickets.remind-of-sales", "programme.thank-after-events"}]

    def run():
        before = len(services.mailer.sent)
        for job in jobs:
            with shell.work() as work:
                job.action(work)
        run_jobs()
        return sorted((one.template, one.to) for one in services.mailer.sent[before:])

    return run


@pytest.fixture
def event(shell):
    with shell.work() as work:
        found = make_event(work, owner=ana(work), is_sessions_speakers_enabled=True)
        give_role(work, found, bo(work), "organizer")
        give_role(work, found, chi(work), "coorganizer")
        for state in ("accepted", "rejected"):
            session = make_session(work, found, title=state, state=state)
            speaker = make_speaker(work, found, email=f"{state}@example.org")
            work.db.execute(insert(speakers_sessions).values(session_id=session.id, speaker_id=speaker.id))
        return found


def test_organizers_hear_once_each_time_that_sales_come_nearer_to_their_end(shell, clock, event, told, services):
    with shell.work() as work:
        for name in ("Early", "Late"):
            make_ticket(work, event, name=name, sales_ends_at=work.now + 10 * DAY)
        make_ticket(work, event, name="Gone", sales_ends_at=work.now + 10 * DAY, deleted_at=work.now)
        draft = make_event(work, state="draft")
        make_ticket(work, draft, sales_ends_at=work.now + 10 * DAY)
    heard = {}

    for day in range(12):
        heard[day] = told() + told()
        clock.advance(days=1)

    both = ["ana@example.org", "bo@example.org"]
    assert {day: mails for day, mails in heard.items() if mails} == {
        3: [("tickets/sales-end-next-week", one) for one in both],
        9: [("tickets/sales-end-tomorrow", one) for one in both],
        10: [("tickets/sales-end", one) for one in both],
    }
    assert "Early, Late" in services.mailer.sent[0].text


def test_who_ran_an_event_and_who_spoke_there_are_written_to_once_when_it_is_over(shell, clock, event, told):
    assert told() == []
    clock.advance(days=(event.ends_at - clock.now()).days + 0.5)

    assert told() == [
        ("programme/after-event", "ana@example.org"),
        ("programme/after-event", "bo@example.org"),
        ("programme/after-event-speaker", "accepted@example.org"),
    ]
    assert told() == []


def test_nobody_hears_of_an_event_that_was_deleted_meanwhile(shell, clock, event, services):
    with shell.work() as work:
        make_ticket(work, event, sales_ends_at=work.now - timedelta(hours=1))
    for job in (one for one in JOBS if one.name == "tickets.remind-of-sales"):
        with shell.work() as work:
            job.action(work)
    clock.advance(days=(event.ends_at - clock.now()).days + 0.5)
    for job in (one for one in JOBS if one.name == "programme.thank-after-events"):
        with shell.work() as work:
            job.action(work)
    with shell.work() as work:
        work.db.merge(event).deleted_at = work.now

    Worker(shell).run_due()

    assert services.mailer.sent == []
