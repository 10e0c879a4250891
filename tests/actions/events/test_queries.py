from __future__ import annotations

from datetime import timedelta

from cast import actor, adm, ana, bo, dee, eve
from factories import give_role, make_event
from openevent.events import queries
from openevent.events.models import EventTopic, EventType, SocialLink, Sponsor
from openevent.kit.access import NOBODY
from openevent.kit.work import UnitOfWork


def test_the_home_page_shows_public_events_that_are_not_over_in_their_order(work: UnitOfWork) -> None:
    later = make_event(
        work,
        name="Later",
        owner=ana(work),
        starts_at=work.now + timedelta(days=90),
        ends_at=work.now + timedelta(days=91),
    )
    running = make_event(
        work, name="Running", owner=ana(work), starts_at=work.now - timedelta(days=1), ends_at=work.now
    )
    make_event(
        work,
        name="Over",
        owner=ana(work),
        starts_at=work.now - timedelta(days=9),
        ends_at=work.now - timedelta(seconds=1),
    )
    make_event(work, name="Draft", owner=ana(work), state="draft")
    make_event(work, name="Private", owner=ana(work), privacy="private")
    make_event(work, name="Deleted", owner=ana(work), deleted_at=work.now)

    cards, total = queries.upcoming(work.db, work.now)
    second, same = queries.upcoming(work.db, work.now, limit=1, offset=1)

    assert [card.id for card in cards] == [running.id, later.id]
    assert ([card.id for card in second], total, same) == ([later.id], 2, 2)
    assert [card.name for card in queries.past(work.db, work.now)] == ["Over"]


def test_every_word_of_a_search_has_to_be_found_somewhere(work: UnitOfWork) -> None:
    topic = EventTopic(name="Music", slug="music")
    work.db.add(topic)
    work.db.flush()
    make_event(work, name="Jazz 100%", location_name="Lisbon", event_topic_id=topic.id, owner=ana(work))
    make_event(work, name="Jazz 1000", location_name="Porto", owner=ana(work))

    def found(search: str) -> int:
        return queries.upcoming(work.db, work.now, search=search)[1]

    assert [found(text) for text in ("jazz", "JAZZ lisbon", "music", "100%", "_", "jazz nowhere", "  ")] == [
        2,
        1,
        1,
        1,
        0,
        0,
        2,
    ]


def test_a_card_says_the_beginning_without_markup(work: UnitOfWork) -> None:
    make_event(
        work, owner=ana(work), description="<p>" + "<b>word</b> " * 60 + "</p>", has_owner_info=True, owner_name="Ana"
    )

    (card,), _total = queries.upcoming(work.db, work.now)

    assert card.excerpt.startswith("word word")
    assert card.excerpt.endswith("word…")
    assert len(card.excerpt) <= 201
    assert card.owner_name == "Ana"


def test_a_draft_is_nothing_to_outsiders_and_all_to_its_crew(work: UnitOfWork) -> None:
    event = make_event(work, state="draft", owner=ana(work))
    give_role(work, event, dee(work), "registrar")

    seen = {
        who: queries.event_page(work.db, event.identifier, by)
        for who, by in (
            ("nobody", NOBODY),
            ("eve", actor(eve(work))),
            ("dee", actor(dee(work))),
            ("ana", actor(ana(work))),
            ("adm", actor(adm(work))),
        )
    }

    assert {who: page and page.can_organize for who, page in seen.items()} == {
        "nobody": None,
        "eve": None,
        "dee": False,
        "ana": True,
        "adm": True,
    }


def test_a_private_event_is_for_whoever_has_its_address(work: UnitOfWork) -> None:
    event = make_event(work, privacy="private", owner=ana(work))

    page = queries.event_page(work.db, event.identifier, NOBODY)

    assert page is not None
    assert (page.is_published, page.privacy, page.can_organize) == (True, "private", False)


def test_a_page_shows_sponsors_by_level_and_links(work: UnitOfWork) -> None:
    kind, topic = EventType(name="Conference", slug="conference"), EventTopic(name="Music", slug="music")
    work.db.add_all([kind, topic])
    work.db.flush()
    event = make_event(
        work,
        owner=ana(work),
        is_sponsors_enabled=True,
        event_type_id=kind.id,
        event_topic_id=topic.id,
        has_owner_info=True,
        owner_name="Ana",
        owner_description="<p>Hi</p>",
    )
    work.db.add_all(
        [
            Sponsor(event_id=event.id, name="Friend"),
            Sponsor(event_id=event.id, name="Silver", level=2),
            Sponsor(event_id=event.id, name="Gold", level=1),
            Sponsor(event_id=event.id, name="Gone", level=0, deleted_at=work.now),
            SocialLink(event_id=event.id, name="website", link="https://example.org"),
            SocialLink(event_id=event.id, name="gone", link="https://example.org", deleted_at=work.now),
        ]
    )
    work.db.flush()

    page = queries.event_page(work.db, event.identifier, NOBODY)

    assert page is not None
    assert [sponsor.name for sponsor in page.sponsors] == ["Gold", "Silver", "Friend"]
    assert page.links == (queries.LinkView("website", "https://example.org"),)
    assert (page.type, page.topic, page.owner_name, page.owner_description) == (
        "Conference",
        "Music",
        "Ana",
        "<p>Hi</p>",
    )


def test_a_page_hides_sponsors_and_owner_where_the_switches_are_off(work: UnitOfWork) -> None:
    event = make_event(work, owner=ana(work), owner_name="Ana", owner_description="<p>Hi</p>", payment_currency=None)
    work.db.add(Sponsor(event_id=event.id, name="Gold", level=1))
    work.db.flush()

    page = queries.event_page(work.db, event.identifier, NOBODY)

    assert page is not None
    assert (page.sponsors, page.owner_name, page.owner_description, page.currency) == ((), None, None, "USD")


def test_an_address_that_is_none_has_no_page(work: UnitOfWork) -> None:
    make_event(work, identifier="deadbeef", deleted_at=work.now, owner=ana(work))

    assert queries.event_page(work.db, "deadbeef", actor(adm(work))) is None
    assert queries.event_page(work.db, "nothing", actor(adm(work))) is None


def test_an_organizer_s_events_come_once_each_with_his_highest_role(work: UnitOfWork) -> None:
    own = make_event(work, owner=ana(work), state="draft")
    again = make_event(work, owner=bo(work), starts_at=work.now, ends_at=work.now + timedelta(days=1))
    helped = make_event(
        work, owner=bo(work), starts_at=work.now + timedelta(days=99), ends_at=work.now + timedelta(days=100)
    )
    for role in ("coorganizer", "organizer"):
        give_role(work, helped, ana(work), role)
    for role in ("organizer", "coorganizer"):
        give_role(work, again, ana(work), role)
    give_role(work, make_event(work, owner=bo(work)), ana(work), "registrar")

    found = queries.events_of_organizer(work.db, ana(work).id, limit=20)

    assert [(one.card.id, one.role, one.state) for one in found] == [
        (helped.id, "organizer", "published"),
        (own.id, "owner", "draft"),
        (again.id, "organizer", "published"),
    ]
    assert queries.events_of_organizer(work.db, ana(work).id, limit=1, offset=1) == found[1:2]
    assert queries.roles_of(work.db, helped.id, ana(work).id) == ("coorganizer", "organizer")
    assert queries.roles_of(work.db, helped.id, None) == ()
