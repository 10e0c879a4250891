"""Bookings of a device: a week at a time."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, make_response, redirect, render_template, request
from msgspec import Struct
from werkzeug.wrappers import Response

from openevent.kit.errors import DomainError, Invalid, NotFound
from openevent.lab.actions import booking as actions
from openevent.lab.pages.blueprint import blueprint
from openevent.lab.pages.places import ID, SEE_OTHER, UNPROCESSABLE, desk_of, signed_in
from openevent.lab.queries.devices import rights_of, zone_of
from openevent.lab.queries.screens import Booked, Desk, bookings_between
from openevent.lab.rules.bookings import QUOTAS, Quota, days_of
from openevent.lab.rules.rights import Rights, Use, Window, next_window, use_at
from openevent.web.gate import sign_in_first
from openevent.web.visit import visit

_WEEKLY = timedelta(days=7)
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
    with visit().reading() as db:
        desk, zone = desk_of(db, device_id), zone_of(db, device_id, now)
        days = days_of(_asked(now, zone), zone)
        booked = bookings_between(db, device_id, Window(days[0].begins, days[-1].ends))
        use, first = _first_use(rights_of(db, desk.device, by), now)
    quota = QUOTAS[use.role if use else "member"]
    monday = days[0].begins.astimezone(zone).date()
    return render_template(
        "lab/bookings.html",
        desk=desk,
        zone=zone.key,
        days=[_day(one, booked, desk, now) for one in days],
        week=monday.isoformat(),
        before=(monday - _WEEKLY).isoformat(),
        after=(monday + _WEEKLY).isoformat(),
        today=now.astimezone(zone).date().isoformat(),
        longest=quota.minutes,
        quota=f"You may book {quota.slots} times a week, {quota.minutes} minutes each, {quota.days} days ahead.",
        may_book=use is not None,
        typed=_typed(first.astimezone(zone), quota),
        problem=problem,
    )


def _asked(now: datetime, zone: ZoneInfo) -> datetime:
    """Return a moment of the week that is asked for; now when none is, or none that there could be."""
    wanted = request.values.get("week", "")
    try:
        return datetime.combine(date.fromisoformat(wanted), time(12), zone) if _WEEK.fullmatch(wanted) else now
    except (ValueError, OverflowError):
        return now


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


def _day(day: Window, booked: list[Booked], desk: Desk, now: datetime) -> Day:
    entries = (_entry(one, desk, now) for one in booked if day.begins <= one.begins_at < day.ends)
    return Day(day.begins, day.begins <= now < day.ends, tuple(entries))


def _entry(one: Booked, desk: Desk, now: datetime) -> Entry:
    is_mine = one.user_id == visit().by.id
    may_cancel = (is_mine or desk.runs_it) and one.begins_at > now
    return Entry(one.id, one.begins_at, one.ends_at, "You" if is_mine else one.name, is_mine, may_cancel)


@blueprint.post(f"/lab/devices/<{ID}:device_id>/bookings")
def book(device_id: int) -> Response:
    """Keep a time for oneself."""
    by = signed_in()
    try:
        with visit().reading() as db:
            zone = zone_of(db, device_id, visit().shell.clock.now())
        begins, ends = _wanted(zone)
        with visit().work() as work:
            actions.book(work, device_id, begins, ends, by=by)
    except NotFound:
        raise
    except DomainError as error:
        return make_response(_page(device_id, error.detail), UNPROCESSABLE)
    flash("The time is yours.")
    return redirect(f"/lab/devices/{device_id}/bookings?week={begins.astimezone(zone).date().isoformat()}", SEE_OTHER)


def _wanted(zone: ZoneInfo) -> tuple[datetime, datetime]:
    try:
        on = date.fromisoformat(request.form.get("on", ""))
        start = time.fromisoformat(request.form.get("from", ""))
        begins = datetime.combine(on, start.replace(tzinfo=None), zone).astimezone(UTC)
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
