"""The verbs of what the operator sets for the whole installation."""

from __future__ import annotations

from openevent.site.actions.mails import post, send_test_mail, switch_mail
from openevent.site.actions.pictures import show_sizes
from openevent.site.actions.pruning import delete_upload, forget_uploads, note_upload, prune
from openevent.site.actions.seeding import follow_operator, seed
from openevent.site.actions.settings import update_setting
from openevent.site.actions.uploads import TooLarge, copy_upload, keep_file, keep_image

__all__ = [
    "TooLarge",
    "copy_upload",
    "delete_upload",
    "follow_operator",
    "forget_uploads",
    "keep_file",
    "keep_image",
    "note_upload",
    "post",
    "prune",
    "seed",
    "send_test_mail",
    "show_sizes",
    "switch_mail",
    "update_setting",
]
