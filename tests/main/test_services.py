"""The ports as the settings choose them: what can't work is told at the start, by the name of its variable."""

from __future__ import annotations

from dataclasses import replace

import pytest

from openevent.kit.config import SettingsError
from openevent.main.services import open_services


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("sender", "nonsense"),
        ("sender", "Tickets <tickets@>"),
        ("sender", "tickets@münchen.example"),
        ("storage_url", "s3://"),
        ("storage_url", "s3:///prefix?endpoint=http://127.0.0.1:1"),
        ("mail_url", "smtp://"),
    ],
)
def test_what_cannot_work_is_told_at_the_start(settings, shell, setting, value):
    with pytest.raises(SettingsError) as refused:
        open_services(replace(settings, **{setting: value}), shell.database, shell.clock)

    assert str(refused.value).startswith(f"OPENEVENT_{setting.upper()}: expected")


@pytest.mark.parametrize(
    "sender", ["tickets@example.org", "Open Event <tickets@localhost>", '"Fest, das" <a@b.example>']
)
def test_senders_may_have_a_name(settings, shell, sender):
    assert open_services(replace(settings, sender=sender), shell.database, shell.clock).site.sender == sender
