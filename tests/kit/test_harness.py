from sqlalchemy import func, select

from factories import make_event, make_ticket, make_user
from openevent.people.models import User


def test_each_test_starts_from_an_empty_migrated_database(work):
    assert work.db.scalar(select(func.count()).select_from(User)) == 0

    user = make_user(work)
    event = make_event(work, owner=user)
    make_ticket(work, event)

    assert (user.id, event.id) == (1, 1)


def test_the_next_one_too(work):
    assert make_user(work).id == 1
