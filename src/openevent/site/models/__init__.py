"""Tables of what the operator sets, and of what was mailed."""

from __future__ import annotations

from openevent.site.models.content import EventImageSize, Module, Page, SpeakerImageSize
from openevent.site.models.mails import Mail, MessageSetting, Upload
from openevent.site.models.setting import Setting

__all__ = ["EventImageSize", "Mail", "MessageSetting", "Module", "Page", "Setting", "SpeakerImageSize", "Upload"]
