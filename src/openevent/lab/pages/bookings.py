"""Bookings of a device: a week at a time."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import flash, make_response, redirect, render_template, request
from msgspec import Struct
from werkzeug.wrappers import Response

from openevent.kit.errors import DomainError, Invalid, NotFound
from openevent.lab.actions import booking as actions
from openevent.lab.pages.blueprint import blueprint
from openevent.lab.pages.places import ID, SEE_OTHER, UNPROCESSABLE, desk_of, signed_in
from openevent.lab.queries.devices import rights_of
from openevent.lab.queries.screens import Booked, Desk, bookings_between
from openevent.lab.rules.bookings import QUOTAS, Quota, week_of
from openevent.lab.rules.rights import Rights, Use, Window, next_window, use_at
from openevent.web.gate import sign_in_first
from openevent.web.visit import visit

_DAY = timedelta(days=1)
_WEEK = re.compile(r"2[0-8]\d{2}-\d{2}-\d{2}")  # years that calendars and databases can go on from


class Entry(Struct, frozen=True):
    """A booking as the week shows it."""

    id: int
    begins_at: datetime
    ends_at: datetime
    name: str
    is_mine: bool
    may_cancel: bool


class Day(Struct, frozen=True):
    """One day of the week."""

    at: datetime
    is_today: bool
    bookings: tuple[Entry, ...]


@blueprint.get(f"/lab/devices/<{ID}:device_id>/bookings")
def week(device_id: int) -> Response | str:
    """Show what is booked in a week."""
    if visit().by.id is None:
        return sign_in_first()
    return _page(device_id)


def _page(device_id: int, problem: str = "") -> str:
    by, now = visit().by, visit().shell.clock.now()
    window = _window(now)
    with visit().reading() as db:
        desk = desk_of(db, device_id)
        booked = bookings_between(db, device_id, window)
        use, first = _first_use(rights_of(db, desk.device, by), now)
    quota = QUOTAS[use.role if use else "member"]
    shown = [_day(window.begins + _DAY * number, booked, desk, now) for number in range(7)]
    return render_template(
        "lab/bookings.html",
        desk=desk,
        days=shown,
        week=window.begins.date().isoformat(),
        before=(window.begins - 7 * _DAY).date().isoformat(),
        after=(window.begins + 7 * _DAY).date().isoformat(),
        today=now.date().isoformat(),
        longest=quota.minutes,
        quota=f"You may book {quota.slots} times a week, {quota.minutes} minutes each, {quota.days} days ahead.",
        may_book=use is not None,
        typed=_typed(first, quota),
        problem=problem,
    )


def _window(now: datetime) -> Window:
    wanted = request.values.get("week", "")
    if _WEEK.fullmatch(wanted):
        try:
            return week_of(datetime.combine(date.fromisoformat(wanted), time(12), UTC))
        except (ValueError, OverflowError):
            return week_of(now)
    return week_of(now)


def _first_use(rights: Rights, now: datetime) -> tuple[Use | None, datetime]:
    """Return as what somebody may book a device, and the first time that they could; None who never may."""
    soon = now + timedelta(minutes=10 - now.minute % 5)
    use, window = use_at(rights, now), next_window(rights.windows, now)
    if use is not None or window is None:
        return use, soon
    return use_at(rights, window.begins), window.begins


def _typed(first: datetime, quota: Quota) -> dict[str, Any]:
    return {
        "on": request.form.get("on", first.date().isoformat()),
        "start": request.form.get("from", f"{first:%H:%M}"),
        "minutes": request.form.get("minutes", min(quota.minutes, 30)),
    }


def _day(at: datetime, booked: list[Booked], desk: Desk, now: datetime) -> Day:
    ends = at + _DAY
    entries = (_entry(one, desk, now) for one in booked if at <= one.begins_at < ends)
    return Day(at, at <= now < ends, tuple(entries))


def _entry(one: Booked, desk: Desk, now: datetime) -> Entry:
    is_mine = one.user_id == visit().by.id
    may_cancel = (is_mine or desk.runs_it) and one.begins_at > now
    return Entry(one.id, one.begins_at, one.ends_at, "You" if is_mine else one.name, is_mine, may_cancel)


@blueprint.post(f"/lab/devices/<{ID}:device_id>/bookings")
def book(device_id: int) -> Response:
    """Keep a time for oneself."""
    by = signed_in()
    try:
        begins, ends = _wanted()
        with visit().work() as work:
            actions.book(work, device_id, begins, ends, by=by)
    except NotFound:
        raise
    except DomainError as error:
        return make_response(_page(device_id, error.detail), UNPROCESSABLE)
    flash("The time is yours.")
    return redirect(f"/lab/devices/{device_id}/bookings?week={begins.date().isoformat()}", SEE_OTHER)


def _wanted() -> tuple[datetime, datetime]:
    try:
        on = date.fromisoformat(request.form.get("on", ""))
        start = time.fromisoformat(request.form.get("from", ""))
        begins = datetime.combine(on, start.replace(tzinfo=None), UTC)
        return begins, begins + timedelta(minutes=request.form.get("minutes", 0, type=int))
    except (ValueError, OverflowError):
        raise Invalid("Give a day, a time and how many minutes.") from None


@blueprint.post(f"/lab/bookings/<{ID}:booking_id>/cancel")
def cancel(booking_id: int) -> Response:
    """Let go of a booking."""
    by = signed_in()
    with visit().work() as work:
        device_id = actions.cancel_booking(work, booking_id, by=by).device_id
    flash("The booking is cancelled.")
    return redirect(f"/lab/devices/{device_id}/bookings", SEE_OTHER)
