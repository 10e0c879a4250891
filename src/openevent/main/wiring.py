"""What follows from what: the page of reactions. NOW runs in the same transaction, LATER in a job after commit."""

from __future__ import annotations

from openevent.kit.work import LATER, Reaction, when
from openevent.people import mails as people_mails
from openevent.people.signals import (
    EmailChanged,
    PasswordChanged,
    PasswordResetRequested,
    UserSignedUp,
    VerificationRequested,
)

# fmt: off
REACTIONS: tuple[Reaction, ...] = (
    #    when this happens       do this                          how
    when(UserSignedUp,           people_mails.verification,       LATER),
    when(VerificationRequested,  people_mails.verification_again, LATER),
    when(PasswordResetRequested, people_mails.reset,              LATER),
    when(PasswordChanged,        people_mails.password_changed,   LATER),
    when(EmailChanged,           people_mails.email_changed,      LATER),
)
# fmt: on
