"""Other sizes of the pictures of events, exhibitors and groups, made after they were changed."""

from __future__ import annotations

from openevent.events.models import Event, Exhibitor, Group
from openevent.events.signals import EventImageChanged, ExhibitorBannerChanged, GroupBannerChanged
from openevent.kit.pictures import Frame
from openevent.kit.work import UnitOfWork
from openevent.site.actions import show_sizes
from openevent.site.queries import event_frames


def make_event_sizes(work: UnitOfWork, signal: EventImageChanged) -> None:
    """Show an event's picture large, as a thumbnail and as an icon."""
    show_sizes(work, Event.original_image_url, signal.event_id, signal.url, event_frames(work.db))


def make_exhibitor_thumbnail(work: UnitOfWork, signal: ExhibitorBannerChanged) -> None:
    """Show an exhibitor's banner as a thumbnail."""
    show_sizes(work, Exhibitor.banner_url, signal.exhibitor_id, signal.url, _thumbnail(work))


def make_group_thumbnail(work: UnitOfWork, signal: GroupBannerChanged) -> None:
    """Show a group's banner as a thumbnail."""
    show_sizes(work, Group.banner_url, signal.group_id, signal.url, _thumbnail(work))


def _thumbnail(work: UnitOfWork) -> dict[str, Frame]:
    return {"thumbnail": event_frames(work.db)["thumbnail"]}
