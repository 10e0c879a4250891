"""The plain routes of the programme: states, mails, days, languages, order, and answers to invitations."""

from __future__ import annotations

from typing import Any, cast

import msgspec
from sqlalchemy import Table

from openevent.events.queries import organized_event, readable_event
from openevent.jsonapi.declare import Call, Endpoint, Reply
from openevent.jsonapi.errors import ApiError, invalid
from openevent.jsonapi.inputs import key_of
from openevent.jsonapi.ports import Backend
from openevent.jsonapi.values import Refused, email
from openevent.kit.access import Actor, allows
from openevent.kit.errors import Forbidden, NotFound
from openevent.kit.work import UnitOfWork
from openevent.people.queries import live_user
from openevent.people.rules import display_name
from openevent.programme import actions, queries, rules
from openevent.programme.models import Session
from openevent.programme.permissions import PERMISSIONS, RUNS
from openevent.programme.rules.letters import LONGEST_MESSAGE, LONGEST_SUBJECT, MOST_COPIES, USUAL_WORDS

_MOST_SPEAKERS = 5_000
_LAST_PLACE = 2**31 - 1


def _states(_call: Call, _backend: Backend) -> Reply:
    sides = {"organizer": rules.ORGANIZER_MOVES, "speaker": rules.SPEAKER_MOVES}
    return Reply({side: {old: dict.fromkeys(new, True) for old, new in moves.items()} for side, moves in sides.items()})


def _mails(_call: Call, _backend: Backend) -> Reply:
    return Reply({state: words._asdict() for state, words in USUAL_WORDS.items()})


def _dates(call: Call, backend: Backend) -> Reply:
    with backend.work() as opened:
        work = cast(UnitOfWork, opened)
        event = readable_event(work.db, call.params["event"], call.by)
        return Reply([day.isoformat() for day in queries.dates(work.db, event.id, event.timezone)])


def _languages(call: Call, backend: Backend) -> Reply:
    with backend.work() as opened:
        work = cast(UnitOfWork, opened)
        event = readable_event(work.db, call.params["event"], call.by)
        return Reply(queries.languages(work.db, event.id))


# --- writing to speakers --------------------------------------------------------------------------------------------


def _notify(call: Call, backend: Backend) -> Reply:
    by: Actor = call.by
    with backend.work() as opened:
        work = cast(UnitOfWork, opened)
        session = _run_session(work, call.params["id"], by)
        sent = call.json()
        subject, message = _text(sent, "subject", LONGEST_SUBJECT), _text(sent, "message", LONGEST_MESSAGE)
        copies = _addresses(sent.get("bcc"))
        actions.notify_speakers(work, session, subject=subject, message=message, copies=copies, by=by)
    return Reply({"success": True})


def _run_session(work: UnitOfWork, told: str, by: Actor) -> Session:
    """Return a session for those who run its event; others learn no more of it than they may read."""
    key, table = key_of(told), cast(Table, Session.__table__)
    session = work.db.get(Session, key) if key is not None else None
    if session is None or session.deleted_at or not allows(work.db, PERMISSIONS["session"].read, by, table, session.id):
        raise NotFound(f"Session: {told} not found", parameter="id")
    if not allows(work.db, RUNS, by, table, session.id):
        raise Forbidden(f"Only {RUNS.name} may do this.")
    return session


def _text(sent: dict[str, Any], name: str, longest: int) -> str | None:
    found = sent.get(name)
    if found is None:
        return None
    if not isinstance(found, str) or not found.strip():
        raise invalid(f"/{name}", "Not a valid string.")
    if len(found) > longest:
        raise invalid(f"/{name}", f"Longer than maximum length {longest}.")
    return found


def _addresses(sent: object) -> list[str]:
    if sent is None:
        return []
    if not isinstance(sent, list) or len(cast("list[object]", sent)) > MOST_COPIES:
        raise invalid("/bcc", f"A list of at most {MOST_COPIES} addresses.")
    return [_address(one, f"/bcc/{place}") for place, one in enumerate(cast("list[object]", sent))]


def _address(sent: object, pointer: str) -> str:
    try:
        return email(sent)
    except Refused as refused:
        raise invalid(pointer, str(refused)) from None


# --- the order of speakers ------------------------------------------------------------------------------------------


def _reorder(call: Call, backend: Backend) -> Reply:
    by: Actor = call.by
    with backend.work() as opened:
        work = cast(UnitOfWork, opened)
        event = organized_event(work.db, call.params["event"], by)
        if "reset" in call.query:
            moved = actions.reset_order(work, event.id, by=by)
        else:
            moved = actions.order_speakers(work, event.id, _places(call.body), by=by)
    return Reply({"success": True, "updates": {str(place): rows for place, rows in moved.items()}})


def _places(body: bytes) -> list[tuple[int, int]]:
    try:
        sent: object = msgspec.json.decode(body or b"null")
    except (ValueError, RecursionError):
        raise ApiError(400, "The body is no JSON.", source={"pointer": ""}) from None
    if not isinstance(sent, list) or len(cast("list[object]", sent)) > _MOST_SPEAKERS:
        raise invalid("", f"A list of at most {_MOST_SPEAKERS} speakers and their order is expected.")
    return [_place(entry, f"/{index}") for index, entry in enumerate(cast("list[object]", sent))]


def _place(entry: object, pointer: str) -> tuple[int, int]:
    found = cast("dict[str, object]", entry) if isinstance(entry, dict) else {}
    speaker, order = key_of(found.get("speaker")), key_of(found.get("order"))
    if speaker is None:
        raise invalid(f"{pointer}/speaker", "The id of a speaker is expected.")
    if order is None or order > _LAST_PLACE:
        raise invalid(f"{pointer}/order", f"A whole number from 0 to {_LAST_PLACE} is expected.")
    return speaker, order


# --- answers to invitations -----------------------------------------------------------------------------------------


def _accept(call: Call, backend: Backend) -> Reply:
    by: Actor = call.by
    with backend.work() as opened:
        work = cast(UnitOfWork, opened)
        invite, speaker = actions.accept_invite(work, _invite_id(call), by=by)
        event = readable_event(work.db, str(invite.event_id), by)
        user = live_user(work.db, id=by.id)
        return Reply(
            {
                "email": invite.email,
                "event": invite.event_id,
                "event_identifier": event.identifier,
                "session": invite.session_id,
                "speaker": speaker.id,
                "name": display_name(user.public_name, user.first_name, user.last_name) if user else None,
            }
        )


def _reject(call: Call, backend: Backend) -> Reply:
    with backend.work() as opened:
        actions.reject_invite(cast(UnitOfWork, opened), _invite_id(call), by=call.by)
    return Reply({"success": True, "message": "Successfully rejected the invitation"})


def _invite_id(call: Call) -> int:
    key = key_of(call.params["id"])
    if key is None:
        raise NotFound(f"SpeakerInvite: {call.params['id']} not found", parameter="id")
    return key


_ACCEPT, _REJECT = "/v1/speaker-invites/<id>/accept-invite", "/v1/speaker-invites/<id>/reject-invite"

ENDPOINTS = (
    Endpoint("GET", "/v1/sessions/states", _states, auth=False, summary="Which state a session may go to, and by whom"),
    Endpoint("GET", "/v1/sessions/mails", _mails, auth=False, summary="What speakers are usually told, by state"),
    Endpoint("POST", "/v1/sessions/<id>/notify", _notify, summary="Write to the speakers of a session"),
    Endpoint("GET", "/v1/events/<event>/sessions/dates", _dates, auth=False, summary="Days that have sessions"),
    Endpoint("GET", "/v1/events/<event>/sessions/languages", _languages, auth=False, summary="Languages of sessions"),
    Endpoint("POST", "/v1/events/<event>/reorder-speakers", _reorder, summary="Put speakers into order"),
    Endpoint("POST", _ACCEPT, _accept, summary="Accept an invitation to speak"),
    Endpoint("POST", _REJECT, _reject, summary="Reject an invitation to speak"),
    # Clients of v1 ask with GET; doing it twice does no more than doing it once.
    Endpoint("GET", _ACCEPT, _accept, summary="Accept an invitation to speak, as clients of v1 do"),
    Endpoint("GET", _REJECT, _reject, summary="Reject an invitation to speak, as clients of v1 do"),
)
