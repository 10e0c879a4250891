"""What has to happen every so often."""

from __future__ import annotations

from openevent.kit.worker import Periodic
from openevent.people import actions

JOBS = (
    Periodic("people.forget-old-secrets", 24 * 3600, actions.forget_old_secrets),
    Periodic("people.forget-old-sign-ins", 24 * 3600, actions.forget_old_sign_ins),
)
