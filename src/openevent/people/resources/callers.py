"""Who calls: from an Authorization header, or from a browser's cookie, to an actor."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError

from openevent.kit.access import Actor
from openevent.kit.jwt import token_in
from openevent.kit.work import Shell
from openevent.people import actions
from openevent.people.queries import Account, account_by_cookie, account_by_token
from openevent.people.rules import is_access_due

_log = logging.getLogger(__name__)


def caller_by_header(shell: Shell, authorization: str, *, origin: str | None) -> Actor:
    """Return who calls with this header (empty: nobody); one indexed read.

    Raises TokenUnreadable (422), TokenExpired or SignInEnded (401).
    """
    token = token_in(authorization) if authorization else None
    if token is None:
        return Actor(origin=origin)
    claims = shell.services.tokens.read(token, now=shell.clock.now())
    account = account_by_token(shell.database, claims)
    _note(shell, account)
    return account.actor(origin=origin, is_fresh=claims.fresh, token=claims.jti)


def caller_by_cookie(shell: Shell, token: str | None, *, origin: str | None) -> Actor:
    """Return who visits with this cookie (people.rules.COOKIE); nobody when there is none, or it is over."""
    found = account_by_cookie(shell.database, token, shell.clock.now()) if token else None
    if found is None:
        return Actor(origin=origin)
    account, is_fresh = found
    _note(shell, account)
    return account.actor(origin=origin, is_fresh=is_fresh)


def _note(shell: Shell, account: Account) -> None:
    """Have it written down that somebody is here; who only reads is answered even where nothing can be written."""
    now = shell.clock.now()
    if is_access_due(account.last_accessed_at, now):
        try:
            write_access(shell, shell.seen.add(account.id, now))
        except SQLAlchemyError:
            _log.warning("who is here can't be written down", exc_info=True)


def write_access(shell: Shell, account_ids: Sequence[int]) -> None:
    """Write down that these were here: when sales open, hundreds come in a second, and each would cost a commit."""
    if account_ids:
        with shell.work() as work:
            actions.note_access(work, account_ids)
