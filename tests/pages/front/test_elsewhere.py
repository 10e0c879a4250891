"""Addresses of v1's web client, which stand in mails and calendars: none of them leads nowhere."""

import pytest

from cast import ana
from factories import make_event, make_order, make_session, make_ticket


@pytest.mark.parametrize(
    ("address", "to"),
    [
        ("/e/{event}/session/{session}", "/e/{event}#session-{session}"),
        ("/e/{event}/cfs/session/{session}", "/e/{event}#session-{session}"),
        ("/e/{event}/cfs", "/e/{event}"),
        ("/events/{event}", "/events/{event}/orders"),
        ("/events/{event}/tickets", "/events/{event}/orders"),
        ("/events/{event}/sessions/pending", "/e/{event}#schedule"),
        ("/orders/{order}/view", "/orders/{order}"),
        ("/g/7", "/explore"),
    ],
)
def test_an_address_of_a_mail_leads_to_a_page(visitor, shell, address, to):
    with shell.work() as work:
        organizer = ana(work)
        event = make_event(work, owner=organizer, is_sessions_speakers_enabled=True)
        order = make_order(work, make_ticket(work, event))
        session = make_session(work, event)
    names = {"event": event.identifier, "order": order.identifier, "session": session.id}
    browser = visitor(organizer)

    found = browser.get(address.format(**names))

    assert (found.status_code, found.location) == (302, to.format(**names))
    page, _, anchor = found.location.partition("#")
    shown = browser.get(page)
    assert (shown.status_code, not anchor or f'id="{anchor}"' in shown.text) == (200, True)
