"""The picture of an account: shown at once, in other sizes a little later."""

from __future__ import annotations

from openevent.kit.work import UnitOfWork
from openevent.people.models import User
from openevent.people.signals import AvatarChanged
from openevent.site.actions import show_sizes
from openevent.site.queries import portrait_frames


def follow_avatar(work: UnitOfWork, user: User) -> None:
    """Let the account's pictures be those of its avatar, which was changed; the account is in the database."""
    user.original_image_url = user.avatar_url
    user.small_image_url = user.thumbnail_image_url = user.icon_image_url = None
    work.announce(AvatarChanged(user.id, user.avatar_url))


def make_avatar_sizes(work: UnitOfWork, signal: AvatarChanged) -> None:
    """Show an account's picture small, as a thumbnail and as an icon."""
    show_sizes(work, User.avatar_url, signal.user_id, signal.url, portrait_frames(work.db))
