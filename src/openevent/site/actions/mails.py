"""Letting mails leave: the switch of their kind is asked, and the log keeps a copy."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import formataddr
from typing import Any

from msgspec.structs import replace

from openevent.kit.access import SYSTEM, Actor
from openevent.kit.errors import Invalid
from openevent.kit.mail import render
from openevent.kit.services import Message
from openevent.kit.work import UnitOfWork
from openevent.site import queries
from openevent.site.models import Mail, MessageSetting
from openevent.site.queries import Postage
from openevent.site.rules.mails import action_of, without_secrets


def post(work: UnitOfWork, message: Message) -> None:
    """Log a mail and let it leave, unless mails of its kind are switched off. The one way out for every mail."""
    action = action_of(message.template)
    found = queries.postage(work.db, action)
    if not found.is_wanted:
        return
    kept = Mail(
        recipient=message.to,
        time=work.now,
        action=action,
        subject=message.subject,
        message=without_secrets(message.text),
        about=message.about,
    )
    work.db.add(kept)
    work.db.flush()
    work.audit("mail.send", f"mail:{kept.id}", by=SYSTEM, kind=action)
    if found.is_delivered:
        kept.job_id = work.post(replace(message, sender=_sender(found)))


def _sender(found: Postage) -> str:
    return formataddr((found.sender_name or "", found.sender)) if found.sender else ""


def send_test_mail(work: UnitOfWork, recipient: str, *, by: Actor) -> None:
    """Send a mail that shows that mails leave; raises Invalid without a recipient."""
    if "@" not in recipient or not recipient.isprintable():
        raise Invalid("Who shall get it?", pointer="/recipient")
    work.audit("mail.test", "installation", by=by)
    work.send(render("site/test-mail", {}, work.site).to(recipient.strip()))


def switch_mail(work: UnitOfWork, row: MessageSetting, values: Mapping[str, Any], *, by: Actor) -> MessageSetting:
    """Switch mails of one kind on or off."""
    row.enabled = values.get("enabled", row.enabled)
    work.db.flush()
    work.audit("message-setting.update", f"message-setting:{row.id}", by=by, enabled=row.enabled)
    return row
