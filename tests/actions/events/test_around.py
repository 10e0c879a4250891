from __future__ import annotations

import pytest
from sqlalchemy import select

from cast import actor, ana
from factories import make_event, make_role
from openevent.events import actions
from openevent.events.models import Event, Faq, FaqType, UserFavouriteEvent
from openevent.events.queries import organized_event
from openevent.kit.access import NOBODY, SYSTEM
from openevent.kit.copies import Owner, Rewrite, copy_rows
from openevent.kit.errors import Forbidden, Invalid, Unauthenticated
from openevent.kit.work import UnitOfWork


def test_the_program_itself_has_no_questions_and_no_favourites(work: UnitOfWork) -> None:
    event = make_event(work)

    with pytest.raises(Forbidden):
        actions.contact_organizers(work, event.id, "Hello", by=SYSTEM)
    with pytest.raises(Forbidden):
        actions.add_favourite(work, event.id, by=SYSTEM)

    assert work.db.scalars(select(UserFavouriteEvent)).all() == []


def test_an_invitation_goes_to_an_address(work: UnitOfWork) -> None:
    event, role = make_event(work, owner=ana(work)), make_role(work, "registrar")
    values = {"event_id": event.id, "role_id": role.id, "role_name": "registrar", "email": "nobody"}

    with pytest.raises(Invalid) as refused:
        actions.invite(work, values, by=actor(ana(work)))

    assert refused.value.pointer == "/data/attributes/email"


def test_documents_that_are_none_are_copied_as_they_are(work: UnitOfWork) -> None:
    event = make_event(work, owner=ana(work), document_links=["nonsense"])

    assert actions.copy_event(work, event, by=SYSTEM).document_links == ["nonsense"]


def test_visitors_organize_nothing(work: UnitOfWork) -> None:
    event = make_event(work)

    with pytest.raises(Unauthenticated):
        organized_event(work.db, event.identifier, NOBODY)


def test_a_row_whose_needed_one_was_not_copied_stays_behind(work: UnitOfWork) -> None:
    old, new = make_event(work), make_event(work)
    kind = FaqType(event_id=old.id, name="Travel")
    work.db.add(kind)
    work.db.flush()
    work.db.add(Faq(event_id=old.id, faq_type_id=kind.id, question="Where?", answer="Here"))
    work.db.flush()
    owner = Owner("event_id", old.id, new.id)

    assert copy_rows(work.db, FaqType, owner, Rewrite(links={"event_id": {}})) == {}
    (made,) = copy_rows(work.db, Faq, owner, Rewrite(links={"faq_type_id": {}})).values()

    assert work.db.get_one(Faq, made).faq_type_id is None
    assert work.db.get_one(Event, new.id).id == new.id
