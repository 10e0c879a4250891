"""Rocket.Chat: people and rooms over its REST API (api/v1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from msgspec import Struct

from openevent.kit.outbound import Answer, Outbound, ServerUnreachable


class Login(Struct, frozen=True):
    """Somebody who is signed in at the chat: the token that their browser uses, and their id there."""

    token: str
    user_id: str

    @property
    def headers(self) -> dict[str, str]:
        """What the chat wants to see with every call."""
        return {"X-Auth-Token": self.token, "X-User-Id": self.user_id}


class Account(Struct, frozen=True):
    """Somebody as the chat knows them; the password is derived, nobody types it."""

    username: str
    name: str
    email: str
    password: str


class RocketChat(Struct, frozen=True):
    """One server, and the secret with which accounts may be registered there."""

    outbound: Outbound
    url: str
    registration_secret: str

    def sign_in(self, account: Account) -> Login:
        """Sign somebody in, making the account first where there is none. Raises ServerUnreachable."""
        login = self._login(account)
        if login is None:
            self._register(account)
            login = self._login(account)
        if login is None:
            raise ServerUnreachable("The chat does not know this account.")
        return login

    def enter(self, room: str, username: str, *, bot: Login) -> None:
        """Let somebody into a private room, made first where there is none. Raises ServerUnreachable."""
        found = self._post("groups.create", {"name": room, "members": [username]}, bot)
        if found.is_good and _json(found).get("success") is True:
            return
        self._must("groups.invite", {"roomName": room, "username": username}, bot)

    def rename(self, room: str, name: str, *, bot: Login) -> None:
        """Give a room another name. Raises ServerUnreachable."""
        self._must("groups.rename", {"roomName": room, "name": name}, bot)

    def _login(self, account: Account) -> Login | None:
        answer = self._post("login", {"user": account.username, "password": account.password})
        found: Any = _json(answer).get("data")
        if answer.status == 401 or not answer.is_good:  # noqa: PLR2004 -- RFC 9110 section 15.5.2
            return None
        try:
            return Login(str(found["authToken"]), str(found["userId"]))
        except (KeyError, TypeError):
            raise ServerUnreachable("The chat's answer can't be read.") from None

    def _register(self, account: Account) -> None:
        wanted = {
            "name": account.name,
            "email": account.email,
            "pass": account.password,
            "username": account.username,
            "secretURL": self.registration_secret,
        }
        self._must("users.register", wanted)

    def _must(self, method: str, body: Mapping[str, Any], login: Login | None = None) -> None:
        answer = self._post(method, body, login)
        if not answer.is_good or _json(answer).get("success") is not True:
            raise ServerUnreachable("The chat refused.")

    def _post(self, method: str, body: Mapping[str, Any], login: Login | None = None) -> Answer:
        headers = login.headers if login else {}
        return self.outbound.call("POST", f"{self.url.rstrip('/')}/api/v1/{method}", json=dict(body), headers=headers)


def _json(answer: Answer) -> dict[str, Any]:
    found = answer.json()
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}
