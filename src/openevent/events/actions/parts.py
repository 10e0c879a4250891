"""Parts of an event that need more than being stored: sponsors, links, exhibitors, licences, questions."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import case, select, update

from openevent.events import rules
from openevent.events.models import Event, EventCopyright, Exhibitor, Faq, FaqType, SocialLink, Sponsor
from openevent.events.rules.parts import links_fault, year_fault
from openevent.events.signals import ExhibitorBannerChanged
from openevent.kit.access import Actor
from openevent.kit.errors import Forbidden, Invalid
from openevent.kit.work import UnitOfWork


class SponsorsDisabled(Forbidden):
    """The event does not show sponsors."""

    code = "sponsors-disabled"


class CopyrightExists(Invalid):
    """An event has one licence."""

    code = "copyright-exists"


class ExhibitorElsewhere(Forbidden):
    """The exhibitors of one event are put into order together."""

    code = "exhibitor-elsewhere"


def add_sponsor(work: UnitOfWork, values: Mapping[str, Any], *, by: Actor) -> Sponsor:
    """Add a sponsor; `values` are its columns. The event must have its sponsors feature on."""
    event = work.db.get_one(Event, values["event_id"])
    if not event.is_sponsors_enabled:
        raise SponsorsDisabled("Sponsors are not enabled for this event.", pointer="/data/relationships/event")
    row = Sponsor(**values)
    work.db.add(row)
    work.db.flush()
    work.audit("sponsor.create", f"sponsor:{row.id}", by=by, event=event.id)
    return row


def add_social_link(work: UnitOfWork, values: Mapping[str, Any], *, by: Actor) -> SocialLink:
    """Add an address of the event elsewhere; it gets an identifier of its own unless one is given."""
    row = SocialLink(**values)
    row.identifier = row.identifier or secrets.token_hex(4)
    work.db.add(row)
    work.db.flush()
    work.audit("social-link.create", f"social-link:{row.id}", by=by, event=row.event_id)
    return row


def add_copyright(work: UnitOfWork, values: Mapping[str, Any], *, by: Actor) -> EventCopyright:
    """Say under which licence an event's material stands; raises CopyrightExists when that was said already."""
    event = work.db.get_one(Event, values["event_id"], with_for_update=True)  # of two at once, one is late
    _require(year_fault(values.get("year"), work.now.year))
    live = EventCopyright.event_id == event.id, EventCopyright.deleted_at.is_(None)
    if work.db.scalar(select(EventCopyright.id).where(*live)) is not None:
        raise CopyrightExists("This event has a copyright already.", pointer="/data/relationships/event")
    row = EventCopyright(**values)
    work.db.add(row)
    work.db.flush()
    work.audit("event-copyright.create", f"event-copyright:{row.id}", by=by, event=event.id)
    return row


def update_copyright(work: UnitOfWork, row: EventCopyright, values: Mapping[str, Any], *, by: Actor) -> EventCopyright:
    """Change an event's licence; only what is in `values` changes."""
    _require(year_fault(values.get("year"), work.now.year))
    _assign(row, values)
    work.db.flush()
    work.audit("event-copyright.update", f"event-copyright:{row.id}", by=by, event=row.event_id)
    return row


def add_exhibitor(work: UnitOfWork, values: Mapping[str, Any], *, by: Actor) -> Exhibitor:
    """Add an exhibitor; `values` are its columns."""
    row = Exhibitor(**values)
    work.db.add(row)
    return _settle_exhibitor(work, row, None, "create", by)


def update_exhibitor(work: UnitOfWork, row: Exhibitor, values: Mapping[str, Any], *, by: Actor) -> Exhibitor:
    """Change an exhibitor; only what is in `values` changes."""
    banner = row.banner_url
    _assign(row, values)
    return _settle_exhibitor(work, row, banner, "update", by)


def order_exhibitors(
    work: UnitOfWork, event_id: int, positions: Sequence[tuple[int, int]], *, by: Actor
) -> dict[int, int]:
    """Put exhibitors, (id, position) each, into order; return how many stand at each position.

    Raises ExhibitorElsewhere, and moves none, unless all of them are this event's.
    """
    wanted = dict(positions)
    own = select(Exhibitor.id).where(Exhibitor.event_id == event_id, Exhibitor.id.in_(wanted))
    if set(work.db.scalars(own)) != set(wanted):
        raise ExhibitorElsewhere("All exhibitors must be of this event.")
    if wanted:
        found = case(wanted, value=Exhibitor.id)
        work.db.execute(update(Exhibitor).where(Exhibitor.id.in_(wanted)).values(position=found))
    work.audit("exhibitor.reorder", f"event:{event_id}", by=by)
    moved = list(wanted.values())
    return {position: moved.count(position) for position in sorted(set(moved))}


def reset_exhibitors(work: UnitOfWork, event_id: int, *, by: Actor) -> dict[int, int]:
    """Give all exhibitors of an event the position 0; return how many there are, by position."""
    every = update(Exhibitor).where(Exhibitor.event_id == event_id).values(position=0).returning(Exhibitor.id)
    moved = len(work.db.scalars(every).all())
    work.audit("exhibitor.reorder", f"event:{event_id}", by=by, reset=True)
    return {0: moved}


def add_faq(work: UnitOfWork, values: Mapping[str, Any], *, by: Actor) -> Faq:
    """Add a question and its answer; `values` are its columns."""
    row = Faq(**values)
    _check_faq(work, row)
    work.db.add(row)
    work.db.flush()
    work.audit("faq.create", f"faq:{row.id}", by=by, event=row.event_id)
    return row


def update_faq(work: UnitOfWork, row: Faq, values: Mapping[str, Any], *, by: Actor) -> Faq:
    """Change a question or its answer; only what is in `values` changes."""
    _assign(row, values)
    _check_faq(work, row)
    work.db.flush()
    work.audit("faq.update", f"faq:{row.id}", by=by, event=row.event_id)
    return row


def _assign(row: object, values: Mapping[str, Any]) -> None:
    for key, value in values.items():
        setattr(row, key, value)


def _require(fault: rules.Fault | None) -> None:
    if fault:
        raise Invalid(fault.detail, pointer=fault.pointer)


def _settle_exhibitor(work: UnitOfWork, row: Exhibitor, banner: str | None, verb: str, by: Actor) -> Exhibitor:
    _require(links_fault(row.social_links))
    if row.banner_url != banner:
        row.thumbnail_image_url = None  # it was made of another banner
    work.db.flush()
    work.audit(f"exhibitor.{verb}", f"exhibitor:{row.id}", by=by, event=row.event_id)
    if row.banner_url != banner:
        work.announce(ExhibitorBannerChanged(row.id, row.banner_url))
    return row


def _check_faq(work: UnitOfWork, row: Faq) -> None:
    if row.faq_type_id is not None and work.db.get_one(FaqType, row.faq_type_id).event_id != row.event_id:
        raise Invalid("This type belongs to another event.", pointer="/data/relationships/faq-type")
