"""The mails of events."""

from openevent.events.mails.crew import invitation
from openevent.events.mails.groups import announcement
from openevent.events.mails.groups import invitation as group_invitation
from openevent.events.mails.questions import about_event, about_group

__all__ = ["about_event", "about_group", "announcement", "group_invitation", "invitation"]
