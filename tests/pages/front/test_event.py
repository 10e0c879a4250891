import re
from datetime import UTC, datetime, timedelta

from cast import ana, eve
from factories import make_event, make_room, make_session, make_speaker, make_ticket, make_track
from openevent.programme.models import speakers_sessions
from visitors import harmful, text_of

HOSTILE = '<img src=x onerror=alert(1)><b>"Name"</b>'


def test_an_event_says_what_when_where_and_for_how_much(visitor, shell):
    with shell.work() as work:
        event = make_event(work, name="Open Rails", location_name="Depot, Berlin")
        make_ticket(work, event, name="Full", price=2500)
        make_ticket(work, event, name="Student")

    answer = visitor().get(f"/e/{event.identifier}")

    text = text_of(answer)
    assert answer.status_code == 200
    assert re.findall(r"<h1[^>]*>([^<]*)</h1>", answer.text) == ["Open Rails"]
    assert "Depot, Berlin" in text
    assert "Berlin time, UTC+2" in text
    assert "Full €25.00" in text
    assert "Student Free" in text


def test_an_event_of_a_whole_day_says_both_days(visitor, shell):
    with shell.work() as work:
        starts = datetime(2026, 5, 1, 5, 45, tzinfo=UTC)
        event = make_event(work, timezone="UTC", starts_at=starts, ends_at=starts + timedelta(days=1))

    text = text_of(visitor().get(f"/e/{event.identifier}"))

    assert "1\N{EN DASH}2 May 2026 from 05:45 on the first day" in text


def test_what_organizers_write_is_never_run(visitor, shell):
    with shell.work() as work:
        event = make_event(
            work,
            name=HOSTILE,
            location_name=HOSTILE,
            description=f'<p style="color:red" onclick="x()">Hi</p>{HOSTILE}<script>alert(2)</script>',
            is_sessions_speakers_enabled=True,
            has_owner_info=True,
            owner_name=HOSTILE,
            external_event_url="javascript:alert(3)",
            original_image_url="javascript:alert(4)",
        )
        track = make_track(work, event, name=HOSTILE, color='red" onload="alert(5)')
        room = make_room(work, event, name=HOSTILE)
        talk = make_session(
            work, event, title=HOSTILE, short_abstract=HOSTILE, track_id=track.id, microlocation_id=room.id
        )
        speaker = make_speaker(work, event, name=HOSTILE, short_biography=HOSTILE)
        work.db.execute(speakers_sessions.insert().values(session_id=talk.id, speaker_id=speaker.id))
        make_ticket(work, event, name=HOSTILE, description=HOSTILE)

    answer = visitor().get(f"/e/{event.identifier}")

    assert answer.status_code == 200
    assert harmful(answer) == []
    assert "alert(2)" not in answer.text


def test_a_draft_is_for_its_organizers_only(visitor, shell):
    with shell.work() as work:
        owner, stranger = ana(work), eve(work)
        event = make_event(work, owner=owner, state="draft")

    assert visitor().get(f"/e/{event.identifier}").status_code == 404
    assert visitor(stranger).get(f"/e/{event.identifier}").status_code == 404
    shown = visitor(owner).get(f"/e/{event.identifier}")
    assert shown.status_code == 200
    assert "This event is a draft" in shown.text


def test_an_event_that_is_over_sells_nothing(visitor, shell, clock):
    with shell.work() as work:
        event = make_event(work)
        make_ticket(work, event)
    clock.advance(days=100)

    answer = visitor().get(f"/e/{event.identifier}")

    assert "This event is over" in answer.text
    assert "/tickets" not in answer.text


def test_a_sold_out_event_says_so(visitor, shell):
    with shell.work() as work:
        event = make_event(work)
        make_ticket(work, event, quantity=0, min_order=1)

    answer = visitor().get(f"/e/{event.identifier}")

    assert "Sold out" in answer.text
    assert f"/e/{event.identifier}/tickets" not in answer.text


def test_a_code_in_the_address_goes_along_to_the_tickets(visitor, shell):
    with shell.work() as work:
        event = make_event(work)
        make_ticket(work, event, is_hidden=True)
    page = f"/e/{event.identifier}"

    plain, coded = visitor().get(page), visitor().get(f"{page}?code=A%22%3Eb")

    assert f'href="{page}/tickets' not in plain.text
    assert f'href="{page}/tickets?code=A%22%3Eb"' in coded.text


def test_the_schedule_shows_accepted_sessions_by_day_and_room(visitor, shell):
    with shell.work() as work:
        event = make_event(work, is_sessions_speakers_enabled=True)
        room = make_room(work, event, name="Signal box")
        make_session(work, event, title="Timetables", microlocation_id=room.id)
        make_session(work, event, title="Secret plans", microlocation_id=room.id, state="pending")

    answer = visitor().get(f"/e/{event.identifier}")

    assert re.findall(r'<th scope="col" role="columnheader">([^<]*)</th>', answer.text) == ["Time", "Signal box"]
    assert "Timetables" in answer.text
    assert "Secret plans" not in answer.text


def test_unknown_events_get_a_page_that_says_so(visitor):
    answer = visitor().get("/e/nothing")

    assert answer.status_code == 404
    assert "There is nothing here" in answer.text
