from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import func, insert, select

from cast import actor, adm, ana, bo, chi, dee, eve
from clients import Api
from conftest import TestServices
from factories import give_role, make_event, make_order, make_room, make_session, make_ticket, make_track
from openevent.events import actions
from openevent.events.models import (
    Event,
    EventCopyright,
    Exhibitor,
    Faq,
    FaqType,
    SocialLink,
    Sponsor,
    Tag,
    UsersEventsRole,
)
from openevent.events.signals import EventCopied
from openevent.kit.clock import FixedClock
from openevent.kit.db import Database
from openevent.kit.work import NOW, Shell, UnitOfWork, when
from openevent.main.wiring import REACTIONS
from openevent.orders.models import Attendee, Order
from openevent.people.models import User
from openevent.programme.models import Microlocation, Session, Track
from openevent.tickets.models import AccessCode, DiscountCode, Ticket, TicketStock, discount_codes_tickets


@pytest.fixture
def count_statements(database: Database) -> Iterator[Callable[[], int]]:
    """A function that tells how many statements were sent so far."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    sqlalchemy_event.listen(database.engine, "before_cursor_execute", note)
    yield lambda: len(seen)
    sqlalchemy_event.remove(database.engine, "before_cursor_execute", note)


LOGO = "http://127.0.0.1:8000/static/media/0a1b/logo.png"
FOREIGN = "https://elsewhere.example/logo.png"


@pytest.fixture
def people(shell: Shell) -> dict[str, User]:
    with shell.work() as work:
        return {maker.__name__: maker(work) for maker in (ana, bo, chi, dee, eve, adm)}


@pytest.fixture
def event(shell: Shell, services: TestServices, people: dict[str, User]) -> Event:
    """Ana's event with something of everything."""
    services.storage.put("media/0a1b/logo.png", b"a logo", content_type="image/png")
    with shell.work() as work:
        found = make_event(
            work,
            owner=people["ana"],
            logo_url=LOGO,
            original_image_url=FOREIGN,
            is_featured=True,
            is_stripe_linked=True,
            schedule_published_on=work.now,
            ical_url="https://example.org/1.ics",
            document_links=[{"name": "Map", "link": LOGO}],
        )
        give_role(work, found, people["bo"], "coorganizer")
        kind = FaqType(event_id=found.id, name="Travel")
        work.db.add(kind)
        work.db.flush()
        work.db.add_all(
            [
                Faq(event_id=found.id, faq_type_id=kind.id, question="Where?", answer="Here"),
                Faq(event_id=found.id, question="When?", answer="Never", deleted_at=work.now),
                SocialLink(event_id=found.id, name="twitter", link="https://example.org/t", identifier="12345678"),
                Sponsor(event_id=found.id, name="ACME", logo_url=LOGO),
                Exhibitor(event_id=found.id, name="Booth", banner_url=LOGO, position=3),
                EventCopyright(event_id=found.id, licence="CC BY"),
                Tag(event_id=found.id, name="VIP"),
            ]
        )
        make_track(work, found, name="Science")
        make_room(work, found, name="Hall")
        ticket = make_ticket(work, found, name="Regular", quantity=50)
        make_order(work, ticket, buyer=people["chi"])
        make_session(work, found)
        return found


def _count(shell: Shell, model: Any, event_id: int) -> int:
    with shell.work() as work:
        return work.db.scalar(select(func.count()).select_from(model).where(model.event_id == event_id)) or 0


def _copy(api: Api, shell: Shell, event: Event, who: User) -> Event:
    answer = api.post(f"/v1/events/{event.identifier}/copy", as_=who)
    assert answer.status == 200, answer.body
    with shell.work() as work:
        return work.db.get_one(Event, answer.json["id"])


def test_a_copy_is_a_draft_of_its_own(api: Api, shell: Shell, people: dict[str, User], event: Event) -> None:
    answer = api.post(f"/v1/events/{event.id}/copy", as_=people["bo"])

    with shell.work() as work:
        made = work.db.get_one(Event, answer.json["id"])
        roles = work.db.execute(
            select(UsersEventsRole.user_id, UsersEventsRole.role_name).where(UsersEventsRole.event_id == made.id)
        ).all()
    assert answer.json == {"id": made.id, "identifier": made.identifier, "copied": True}
    assert made.identifier != event.identifier
    assert (made.name, made.starts_at, made.location_name) == (event.name, event.starts_at, event.location_name)
    assert (made.state, made.is_featured, made.is_stripe_linked) == ("draft", False, False)
    assert (made.schedule_published_on, made.ical_url) == (None, None)
    assert (made.chat_room_name or "").endswith(made.identifier)
    assert sorted(roles) == sorted([(people["ana"].id, "owner"), (people["bo"].id, "coorganizer")])


def test_what_an_event_is_made_of_is_copied_and_what_happened_in_it_is_not(
    api: Api, shell: Shell, people: dict[str, User], event: Event
) -> None:
    made = _copy(api, shell, event, people["ana"])

    parts = (FaqType, Faq, SocialLink, Sponsor, Exhibitor, EventCopyright, Tag, Track, Microlocation)
    assert {model.__name__: _count(shell, model, made.id) for model in parts} == {
        model.__name__: 1 for model in parts
    }  # the deleted question stays behind
    assert {_count(shell, model, made.id) for model in (Order, Attendee, Session)} == {0}
    with shell.work() as work:
        faq = work.db.scalars(select(Faq).where(Faq.event_id == made.id)).one()
        assert work.db.get_one(FaqType, faq.faq_type_id).event_id == made.id
        room = work.db.scalars(select(Microlocation).where(Microlocation.event_id == made.id)).one()
        assert (room.name, room.chat_room_name) == ("Hall", f"Hall-{room.id}")


def test_tickets_are_copied_unsold_and_discounts_unused(
    api: Api, shell: Shell, people: dict[str, User], event: Event
) -> None:
    with shell.work() as work:
        ticket = work.db.scalars(select(Ticket).where(Ticket.event_id == event.id)).one()
        hidden = make_ticket(work, event, name="Gone", deleted_at=work.now)
        code = DiscountCode(
            event_id=event.id,
            used_for="ticket",
            code="Spring",
            code_folded="spring",
            type="percent",
            value=20,
            tickets_number=10,
            used=3,
            discount_url=f"https://example.org/e/{event.identifier}?code=Spring",
            created_at=work.now,
        )
        work.db.add(code)
        work.db.flush()
        links = [{"discount_code_id": code.id, "ticket_id": one.id} for one in (ticket, hidden)]
        work.db.execute(insert(discount_codes_tickets), links)
        work.db.add(AccessCode(event_id=event.id, code="a", code_folded="a", valid_from=work.now))

    made = _copy(api, shell, event, people["ana"])

    with shell.work() as work:
        copied = work.db.scalars(select(Ticket).where(Ticket.event_id == made.id)).one()
        stock = work.db.get_one(TicketStock, copied.id)
        discount = work.db.scalars(select(DiscountCode).where(DiscountCode.event_id == made.id)).one()
        linked = select(discount_codes_tickets.c.ticket_id)
        linked = linked.where(discount_codes_tickets.c.discount_code_id == discount.id)
        assert (copied.name, stock.quantity, stock.sold, stock.held) == ("Regular", 50, 0, 0)
        assert (discount.code, discount.value, discount.used, discount.discount_url) == ("Spring", 20, 0, None)
        assert work.db.scalars(linked).all() == [copied.id]
    assert _count(shell, AccessCode, made.id) == 0


def test_files_are_copied_for_good_and_foreign_addresses_stay(
    api: Api, shell: Shell, services: TestServices, people: dict[str, User], event: Event
) -> None:
    made = _copy(api, shell, event, people["ana"])

    with shell.work() as work:
        sponsor = work.db.scalars(select(Sponsor).where(Sponsor.event_id == made.id)).one()
        booth = work.db.scalars(select(Exhibitor).where(Exhibitor.event_id == made.id)).one()
    assert made.original_image_url == FOREIGN
    documents = made.document_links or []
    copies = [made.logo_url, sponsor.logo_url, booth.banner_url, documents[0]["link"]]
    assert LOGO not in copies
    assert len(set(copies)) == 4
    for address in copies:
        key = str(address).partition("/static/")[2]
        assert services.storage.get(key) == b"a logo"


def test_a_failure_in_the_middle_leaves_nothing(
    database: Database, clock: FixedClock, services: TestServices, people: dict[str, User], event: Event
) -> None:
    def fail(_work: UnitOfWork, _signal: EventCopied) -> None:
        raise OSError("the disk is full")

    before = dict(services.storage.files)
    failing = Shell(database, clock, services, (*REACTIONS, when(EventCopied, fail, NOW)))
    with pytest.raises(OSError, match="full"), failing.work() as work:
        actions.copy_event(work, work.db.get_one(Event, event.id), by=actor(people["ana"]))

    assert services.storage.files == before
    with failing.work() as work:
        assert work.db.scalar(select(func.count()).select_from(Event)) == 1
        assert work.db.scalar(select(func.count()).select_from(Sponsor)) == 1


@pytest.mark.parametrize(("who", "status"), [(None, 401), ("eve", 403), ("dee", 403), ("bo", 200), ("adm", 200)])
def test_co_organizers_copy_and_nobody_else(
    api: Api, shell: Shell, people: dict[str, User], event: Event, who: str | None, status: int
) -> None:
    with shell.work() as work:
        give_role(work, event, people["dee"], "registrar")

    assert api.post(f"/v1/events/{event.id}/copy", as_=people.get(who or "")).status == status


def test_what_is_not_there_is_not_copied(api: Api, shell: Shell, people: dict[str, User]) -> None:
    with shell.work() as work:
        gone = make_event(work, owner=people["ana"], deleted_at=work.now)
        draft = make_event(work, owner=people["ana"], state="draft")

    for key in (gone.id, gone.identifier, "99999999999999999999", "nothing"):
        assert api.post(f"/v1/events/{key}/copy", as_=people["ana"]).status == 404
    assert api.post(f"/v1/events/{draft.id}/copy", as_=people["eve"]).status == 404


def test_an_unverified_account_copies_nothing(api: Api, shell: Shell, event: Event) -> None:
    with shell.work() as work:
        new = chi(work)
        new.is_verified = False
        give_role(work, event, new, "coorganizer")

    assert api.post(f"/v1/events/{event.id}/copy", as_=new).status == 403


def test_two_at_once_make_two_copies(api: Api, people: dict[str, User], event: Event) -> None:
    answers: list[Any] = []
    callers = [
        Thread(target=lambda: answers.append(api.post(f"/v1/events/{event.id}/copy", as_=people["ana"])))
        for _ in range(2)
    ]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()

    assert [answer.status for answer in answers] == [200, 200]
    assert len({answer.json["identifier"] for answer in answers}) == 2


def test_copying_takes_as_many_statements_for_much_as_for_little(
    api: Api, shell: Shell, people: dict[str, User], event: Event, count_statements: Callable[[], int]
) -> None:
    def statements() -> int:
        before = count_statements()
        _copy(api, shell, event, people["ana"])
        return count_statements() - before

    few = statements()
    with shell.work() as work:
        rows = [{"event_id": event.id, "question": f"Q{n}", "answer": "A"} for n in range(300)]
        work.db.execute(insert(Faq), rows)
        tracks = [{"event_id": event.id, "name": f"T{n}", "color": "#ffffff"} for n in range(300)]
        work.db.execute(insert(Track), tracks)
        starts = event.starts_at + timedelta(hours=1)
        sessions = [
            {
                "event_id": event.id,
                "title": f"S{n}",
                "starts_at": starts,
                "created_at": starts,
                "last_modified_at": starts,
            }
            for n in range(300)
        ]
        work.db.execute(insert(Session), sessions)

    assert statements() <= few
    with shell.work() as work:
        latest = work.db.scalar(select(func.max(Event.id)))
        names = work.db.scalars(select(Track.name).where(Track.event_id == latest).order_by(Track.id)).all()
    assert names == ["Science", *(f"T{n}" for n in range(300))]
