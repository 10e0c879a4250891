"""Saying what one thinks of events and sessions, and which sessions one wants to hear."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from openevent.kit.access import Actor
from openevent.kit.errors import Conflict, Forbidden, Invalid
from openevent.kit.work import UnitOfWork
from openevent.programme import rules
from openevent.programme.actions.sessions import may_organize
from openevent.programme.models import Feedback, Session, UserFavouriteSession


class FeedbackGiven(Conflict):
    """One person, one opinion of one thing."""

    code = "feedback-given"


class SessionAlreadyFavourite(Conflict):
    """The session is among this account's favourites."""

    code = "session-already-favourite"


def give_feedback(work: UnitOfWork, values: Mapping[str, Any], *, by: Actor) -> Feedback:
    """Rate an event or a session, which only those who run the event rate; `values` are columns.

    Raises Invalid (both or neither), Forbidden (for somebody else; a session of others' event), FeedbackGiven.
    """
    row = Feedback(**{"user_id": by.id, **values})
    if (row.session_id is None) == (row.rated_event_id is None):
        raise Invalid("A feedback is about an event or about a session.", pointer="/data/relationships/event")
    if row.user_id != by.id and not by.is_staff:
        raise Forbidden("Feedback is given for oneself.", pointer="/data/relationships/user")
    session = work.db.get_one(Session, row.session_id) if row.session_id else None
    row.event_id = session.event_id if session else values["rated_event_id"]
    _require_rater(work, row, by)
    _require_first(work, row)
    row.rating = rules.half_points(row.rating)
    work.db.add(row)
    work.db.flush()
    work.audit("feedback.create", f"feedback:{row.id}", by=by, event=row.event_id)
    return row


def change_feedback(work: UnitOfWork, row: Feedback, values: Mapping[str, Any], *, by: Actor) -> Feedback:
    """Change one's mind; only what is in `values` changes. Raises Forbidden."""
    _require_rater(work, row, by)
    for key, value in values.items():
        setattr(row, key, value)
    row.rating = rules.half_points(row.rating)
    work.db.flush()
    work.audit("feedback.update", f"feedback:{row.id}", by=by, changed=sorted(values))
    return row


def take_back_feedback(work: UnitOfWork, row: Feedback, *, by: Actor) -> None:
    """Remove an opinion for good, so that another may be given."""
    work.db.delete(row)
    work.db.flush()
    work.audit("feedback.delete", f"feedback:{row.id}", by=by, event=row.event_id)


def add_favourite(work: UnitOfWork, values: Mapping[str, Any], *, by: Actor) -> UserFavouriteSession:
    """Mark a session as one that the actor wants to hear; `values` are columns. Raises SessionAlreadyFavourite."""
    session = work.db.get_one(Session, values["session_id"])
    row = UserFavouriteSession(session_id=session.id, event_id=session.event_id, user_id=by.id)
    same = select(UserFavouriteSession.id).where(UserFavouriteSession.session_id == session.id)
    if work.db.scalar(same.where(UserFavouriteSession.user_id == by.id)) is not None:
        raise SessionAlreadyFavourite("This session is a favourite already.", pointer="/data/relationships/session")
    work.db.add(row)
    work.db.flush()
    work.audit("user-favourite-session.create", f"user-favourite-session:{row.id}", by=by, session=session.id)
    return row


def _require_rater(work: UnitOfWork, row: Feedback, by: Actor) -> None:
    if row.session_id is not None and not may_organize(work, row.event_id, by):
        raise Forbidden("Event co-organizer access required")  # the words of the reference, which clients show


def _require_first(work: UnitOfWork, row: Feedback) -> None:
    about = Feedback.session_id == row.session_id if row.session_id else Feedback.rated_event_id == row.rated_event_id
    if work.db.scalar(select(Feedback.id).where(about, Feedback.user_id == row.user_id)) is not None:
        raise FeedbackGiven("Feedback on this was given already.", pointer="/data/relationships/user")
