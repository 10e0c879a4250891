"""What people do not want to hear by mail, they do not hear; what has to be known is sent whatever they wish."""

from __future__ import annotations

import pytest

from cast import ana, bo
from factories import make_event, make_group
from openevent.kit.services import Message
from openevent.messages.models import EmailNotification
from openevent.site.rules.mails import KINDS, WISHES


@pytest.fixture
def event(shell):
    with shell.work() as work:
        return make_event(work, owner=ana(work))


def _wish(work, user, event, **values):
    work.db.add(EmailNotification(user_id=user.id, event_id=event.id, **(dict.fromkeys(WISHES, True) | values)))
    work.db.flush()


def _letter(template, event):
    return Message("Bo@example.org", template, "text", "<p>text</p>", template=template, event_id=event.id)


def test_every_kind_of_mail_asks_the_wish_that_declines_it(shell, event, run_jobs, services):
    with shell.work() as work:
        _wish(work, bo(work), event, **dict.fromkeys(WISHES, False))
        for kind in KINDS:
            if kind.template:
                work.send(_letter(kind.template, event))
    run_jobs()

    sent = {one.template for one in services.mailer.sent}
    assert sent == {kind.template for kind in KINDS if kind.template and not kind.wish}


def test_only_the_declined_kind_of_the_event_in_question_is_held_back(shell, event, run_jobs, services):
    with shell.work() as work:
        other = make_event(work)
        _wish(work, bo(work), event, new_paper=False)
        for about in (event, other):
            work.send(_letter("programme/new-session", about))
            work.send(_letter("programme/session-state", about))
    run_jobs()

    assert [(one.template, one.event_id) for one in services.mailer.sent] == [
        ("programme/session-state", event.id),
        ("programme/new-session", other.id),
        ("programme/session-state", other.id),
    ]


def test_whoever_wants_no_next_event_hears_of_none_of_the_group(shell, run_jobs, services):
    with shell.work() as work:
        group = make_group(work, ana(work))
        before, coming, other = (make_event(work, group_id=one) for one in (group.id, group.id, None))
        _wish(work, bo(work), before, next_event=False)
        for about in (coming, other):
            work.send(_letter("events/announcement", about))
    run_jobs()

    assert [one.event_id for one in services.mailer.sent] == [other.id]
