"""The mails of video."""

from __future__ import annotations

from openevent.events.models import Event
from openevent.kit import mail
from openevent.kit.work import UnitOfWork
from openevent.stream.models import VideoStream, VideoStreamModerator
from openevent.stream.signals import ModeratorInvited


def moderator_invited(work: UnitOfWork, signal: ModeratorInvited) -> None:
    """Tell somebody that they moderate a stream, and where."""
    found = work.db.get(VideoStreamModerator, signal.moderator_id)
    if found is None:
        return  # not any more
    stream = work.db.get_one(VideoStream, found.video_stream_id)
    event = work.db.get_one(Event, found.event_id)
    link = work.site.page(f"/e/{event.identifier}")
    values = {"event": event.name, "stream": stream.name, "email": found.email, "link": link}
    work.send(mail.render("stream/moderator", values, work.site).to(found.email))
