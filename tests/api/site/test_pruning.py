"""What nobody needs any more goes: old mails and entries of the trail, uploads that no row names."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from sqlalchemy import func, select

from cast import actor, ana, bo
from factories import make_event
from openevent.events.models import Event
from openevent.kit.access import SYSTEM
from openevent.kit.jobs import AuditEntry
from openevent.site.actions import keep_file, prune
from openevent.site.models import Mail, Page, Upload


def rows(shell, model):
    with shell.database.reading() as db:
        return db.scalar(select(func.count()).select_from(model))


@pytest.mark.parametrize(("mails", "entries", "left"), [(90, 730, (1, 2)), (30, 60, (0, 1)), (0, 0, (2, 2))])
def test_the_log_and_the_trail_go_back_as_far_as_the_operator_says(shell, clock, mails, entries, left):
    for number in range(2):
        with shell.work() as work:
            work.db.add(Mail(recipient="bo@example.org", time=work.now, action="x", subject="s", message="m"))
            work.audit(f"deed.{number}", "x:1", by=SYSTEM)
        clock.advance(days=100)
    clock.advance(days=-50)
    with shell.work() as work:
        site = replace(work.services.site, keep_mails_days=mails, keep_activities_days=entries)
        work.services = replace(work.services, site=site)
        prune(work)

    assert (rows(shell, Mail), rows(shell, AuditEntry)) == left


@pytest.fixture
def upload(shell):
    """A function that uploads a file and returns its address."""
    with shell.work() as work:
        user = bo(work)
    return lambda name: keep_file(shell.work, b"%PDF-1.7", name, by=actor(user))


def test_an_upload_that_no_row_names_goes_after_a_day(shell, clock, run_jobs, services, upload):
    named, inside, unnamed = upload("a.pdf"), upload("b.pdf"), upload("c.pdf")
    with shell.work() as work:
        event = make_event(work, owner=ana(work), document_links=[{"name": "Plan", "link": named}])
        work.db.add(Page(name="Terms", url="/terms", description=f'<a href="{inside}">Terms</a>'))
    beside = unnamed.removeprefix("http://127.0.0.1:8000/static/").replace("c.pdf", "c-icon.pdf")
    services.storage.put(beside, b"icon", content_type="image/png")

    def left():
        with shell.work() as work:
            prune(work)
        run_jobs()
        return len(services.storage.keys("media/"))

    assert left() == 4
    clock.advance(days=1, seconds=1)
    assert (left(), rows(shell, Upload)) == (2, 2)
    with shell.work() as work:
        work.db.get_one(Event, event.id).document_links = None
    assert left() == 2, "looked at again after a week"
    clock.advance(days=8)
    assert (left(), rows(shell, Upload)) == (1, 1)


def test_nothing_is_searched_when_nothing_is_due(shell, clock, upload):
    upload("a.pdf")

    def asks_for_a_search():
        with shell.work() as work:
            prune(work)
            return work.has_jobs

    assert not asks_for_a_search()
    clock.advance(hours=25)
    assert asks_for_a_search()
