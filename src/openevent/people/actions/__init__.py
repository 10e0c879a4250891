"""The verbs of people."""

from __future__ import annotations

from openevent.people.actions.accounts import (
    EmailTaken,
    change_email,
    create_admin,
    delete_account,
    delete_own_account,
    restore_account,
    sign_up,
    sign_up_in_browser,
    update_own_profile,
    update_profile,
)
from openevent.people.actions.addresses import AddressTaken, add_address, change_address
from openevent.people.actions.credentials import (
    FreshSignInRequired,
    LinkSpent,
    change_password,
    change_password_in_browser,
    confirm_address,
    request_password_reset,
    request_verification,
    reset_password,
    verify_email,
)
from openevent.people.actions.notifications import is_told, notify
from openevent.people.actions.pictures import make_avatar_sizes
from openevent.people.actions.secrets import RESET, VERIFY, forget_old_secrets, issue_secret
from openevent.people.actions.seeds import seed
from openevent.people.actions.sign_ins import (
    AccountBlocked,
    OpenWork,
    WrongCredentials,
    close_sign_in,
    forget_old_sign_ins,
    is_own_password,
    note_access,
    open_sign_in,
    sign_in,
    void_refresh_tokens,
)
from openevent.people.actions.social import SocialSignIn, sign_in_with

__all__ = [
    "RESET",
    "VERIFY",
    "AccountBlocked",
    "AddressTaken",
    "EmailTaken",
    "FreshSignInRequired",
    "LinkSpent",
    "OpenWork",
    "SocialSignIn",
    "WrongCredentials",
    "add_address",
    "change_address",
    "change_email",
    "change_password",
    "change_password_in_browser",
    "close_sign_in",
    "confirm_address",
    "create_admin",
    "delete_account",
    "delete_own_account",
    "forget_old_secrets",
    "forget_old_sign_ins",
    "is_own_password",
    "is_told",
    "issue_secret",
    "make_avatar_sizes",
    "note_access",
    "notify",
    "open_sign_in",
    "request_password_reset",
    "request_verification",
    "reset_password",
    "restore_account",
    "seed",
    "sign_in",
    "sign_in_with",
    "sign_up",
    "sign_up_in_browser",
    "update_own_profile",
    "update_profile",
    "verify_email",
    "void_refresh_tokens",
]
