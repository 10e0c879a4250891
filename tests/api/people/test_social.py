from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from cast import ana
from clients import Answer, Api
from factories import PASSWORD, make_user
from openevent.kit.work import Shell
from openevent.people.models import Identity, User
from openevent.site.models import Setting
from providers import KEYS, FakeProvider, fake_provider

PROFILES: dict[str, Any] = {
    "facebook": {
        "id": "900719925474099",
        "email": "Fay@example.org",
        "first_name": "Fay",
        "last_name": "Book",
        "picture": {"data": {"url": "https://example.org/fay.png"}},
    },
    "google": {
        "sub": "g-1",
        "email": "fay@example.org",
        "email_verified": True,
        "given_name": "Fay",
        "family_name": "Book",
        "picture": "https://example.org/fay.png",
    },
    "twitter": {
        "data": {
            "id": "t-1",
            "name": "Fay",
            "username": "fay",
            "confirmed_email": "fay@example.org",
            "profile_image_url": "https://example.org/fay.png",
        }
    },
    "instagram": {"id": "i-1", "username": "fay"},
}
WITH_ADDRESS = ["facebook", "google", "twitter"]


@dataclass
class Browser:
    """Goes to the provider and back, with the cookie that it got."""

    api: Api
    provider: FakeProvider
    cookie: str = ""

    def start(self, name: str) -> dict[str, str]:
        answer = self.api.get(f"/v1/auth/oauth/{name}")
        assert answer.status == 200
        self.cookie = answer.headers["Set-Cookie"].partition(";")[0]
        return self.provider.consent(answer.json["url"])

    def finish(self, name: str, back: dict[str, str], way: str = "login", **headers: str) -> Answer:
        method = "POST" if way == "login" else "GET"
        sent = {"Cookie": self.cookie, **headers}
        return self.api.call(method, f"/v1/auth/oauth/{way}/{name}?{urlencode(back)}", headers=sent)

    def sign_in(self, name: str) -> Answer:
        return self.finish(name, self.start(name))


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    with fake_provider() as found:
        found.profiles = {name: dict(profile) for name, profile in PROFILES.items()}
        yield found


@pytest.fixture
def browser(api: Api, shell: Shell, provider: FakeProvider) -> Browser:
    site = replace(shell.services.site, sign_in_url=provider.url)
    object.__setattr__(shell, "services", replace(shell.services, site=site))
    with shell.work() as work:
        row = work.db.get(Setting, 1) or Setting(id=1)
        for prefix in ("fb_client_id", "google_client_id", "tw_consumer_key", "in_client_id"):
            setattr(row, prefix, KEYS[0])
        for prefix in ("fb_client_secret", "google_client_secret", "tw_consumer_secret", "in_client_secret"):
            setattr(row, prefix, KEYS[1])
        work.db.add(row)
    return Browser(api, provider)


def _users(shell: Shell) -> list[User]:
    with shell.database.reading() as db:
        return list(db.scalars(select(User).order_by(User.id)))


@pytest.mark.parametrize("name", WITH_ADDRESS)
def test_whom_a_provider_vouches_for_gets_an_account(api: Api, shell: Shell, browser: Browser, name: str) -> None:
    first, second = browser.sign_in(name), browser.sign_in(name)

    (user,) = _users(shell)
    assert (first.status, second.status) == (200, 200)
    assert first.json.keys() == {"user_id", "email", "oauth_hash", "access_token"}
    assert (first.json["user_id"], first.json["email"]) == (user.id, "fay@example.org")
    assert (user.is_verified, user.first_name, user.avatar_url) == (True, "Fay", "https://example.org/fay.png")
    assert user.facebook_id == (900719925474099 if name == "facebook" else None)
    answer = api.get(f"/v1/users/{user.id}", as_=second.json["access_token"])
    assert answer.json["data"]["attributes"]["facebook-id"] == user.facebook_id
    assert "Max-Age=0" in second.headers["Set-Cookie"]


def test_the_hash_stands_for_the_password_once_and_not_for_long(api: Api, clock: Any, browser: Browser) -> None:
    told = browser.sign_in("facebook").json
    old = browser.sign_in("facebook").json["oauth_hash"]

    def sign_in(secret: str, email: str = told["email"]) -> int:
        return api.post("/v1/auth/login", json={"email": email, "password": secret}).status

    assert sign_in(told["oauth_hash"]) == 401  # a newer one takes its place
    assert sign_in(old, "bo@example.org") == 401
    assert (sign_in(old), sign_in(old)) == (200, 401)
    late = browser.sign_in("facebook").json["oauth_hash"]
    clock.advance(minutes=5)
    assert sign_in(late) == 401


def test_an_account_is_found_by_its_address_and_then_by_whom_it_is_elsewhere(
    shell: Shell, browser: Browser, provider: FakeProvider, api: Api
) -> None:
    with shell.work() as work:
        user = make_user(work, email="fay@example.org")

    first = browser.sign_in("google")
    provider.profiles["google"]["email"] = "other@example.org"
    second = browser.sign_in("google")

    assert (first.json["user_id"], second.json["user_id"]) == (user.id, user.id)
    assert api.post("/v1/auth/login", json={"email": user.email, "password": PASSWORD}).status == 200


def test_an_account_that_nobody_verified_is_handed_over(shell: Shell, browser: Browser, api: Api, clock: Any) -> None:
    with shell.work() as work:
        trap = make_user(work, email="fay@example.org", is_verified=False)
        work.db.add(Identity(user_id=trap.id, provider="twitter", subject="evil", created_at=work.now))
    known = {"email": trap.email, "password": PASSWORD}
    token = api.post("/v1/auth/login", json=known).json["access_token"]

    clock.advance(seconds=1)

    found = browser.sign_in("google").json

    assert found["user_id"] == trap.id
    assert api.post("/v1/auth/login", json=known).status == 401
    assert api.get(f"/v1/users/{trap.id}", as_=token).status == 401
    with shell.database.reading() as db:
        assert db.scalars(select(Identity.provider)).all() == ["google"]


def test_a_deleted_account_is_left_alone_and_a_blocked_one_stays_out(shell: Shell, browser: Browser, api: Api) -> None:
    with shell.work() as work:
        make_user(work, is_verified=True)
    first = browser.sign_in("google").json
    assert api.delete(f"/v1/users/{first['user_id']}", as_=first["access_token"]).status == 200

    second = browser.sign_in("google").json
    with shell.work() as work:
        work.db.get_one(User, second["user_id"]).is_blocked = True

    assert second["user_id"] != first["user_id"]
    assert browser.sign_in("google").status == 401


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("google", {"email_verified": False}),
        ("google", {"email": None}),
        ("facebook", {"email": None}),
        ("instagram", {}),
    ],
)
def test_without_a_verified_address_there_is_no_account(
    shell: Shell, browser: Browser, provider: FakeProvider, name: str, changed: dict[str, Any]
) -> None:
    provider.profiles[name] |= changed

    assert browser.sign_in(name).status == 422
    assert _users(shell) == []


def test_instagram_opens_an_account_that_knows_it(shell: Shell, browser: Browser) -> None:
    with shell.work() as work:
        user = ana(work)
        work.db.add(Identity(user_id=user.id, provider="instagram", subject="i-1", created_at=work.now))

    assert browser.sign_in("instagram").json["user_id"] == user.id


# Meant by this browser


@pytest.mark.parametrize("name", [*WITH_ADDRESS, "instagram"])
def test_a_code_is_of_no_use_in_another_browser(shell: Shell, browser: Browser, name: str) -> None:
    theirs = browser.start(name)
    browser.start(name)  # now with the cookie of another browser

    assert browser.finish(name, theirs).status == 400
    assert browser.finish(name, {"code": theirs["code"]}).status == 400  # PKCE tells, or the state is asked for
    assert browser.finish(name, browser.start(name), Cookie="").status == 400
    assert _users(shell) == []


def test_a_client_that_sends_no_state_is_let_in_by_pkce_alone(browser: Browser) -> None:
    assert browser.finish("facebook", {"code": browser.start("facebook")["code"]}).status == 200


def test_a_code_works_once_and_is_needed(browser: Browser) -> None:
    back = browser.start("google")

    assert [browser.finish("google", back).status for _ in range(2)] == [200, 400]
    assert browser.finish("google", {}).status == 422


def test_the_cookie_is_kept_from_scripts_and_from_other_paths(api: Api, browser: Browser) -> None:
    cookie = api.get("/v1/auth/oauth/google").headers["Set-Cookie"]

    assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", "Path=/v1/auth/oauth", "Max-Age=900"))


# The provider's own token, and providers that don't play along


def test_the_client_may_have_the_providers_token(browser: Browser, provider: FakeProvider) -> None:
    answer = browser.finish("twitter", browser.start("twitter"), "token")

    assert answer.json["token"].keys() == {"access_token", "token_type", "expires_in"}
    assert answer.json["token"]["access_token"] in provider.tokens


@pytest.mark.parametrize("answer", [{}, {"access_token": ""}, {"access_token": 7}, {"access_token": "unknown"}, []])
def test_a_provider_that_gives_no_good_token_is_no_proof(
    shell: Shell, browser: Browser, provider: FakeProvider, answer: Any
) -> None:
    provider.token_answer = answer

    assert browser.sign_in("google").status == 400
    assert _users(shell) == []


@pytest.mark.parametrize("profile", [{}, {"sub": True}, {"sub": ""}, {"sub": None}, []])
def test_a_provider_that_names_nobody_is_no_proof(browser: Browser, provider: FakeProvider, profile: Any) -> None:
    provider.profiles["google"] = profile

    assert browser.sign_in("google").status == 400


def test_a_provider_that_is_away_is_told_as_such(browser: Browser, shell: Shell) -> None:
    back = browser.start("google")
    site = replace(shell.services.site, sign_in_url="http://127.0.0.1:1")
    object.__setattr__(shell, "services", replace(shell.services, site=site))

    assert browser.finish("google", back).status == 503


def test_what_is_not_configured_is_not_there(api: Api) -> None:
    for path in ("/v1/auth/oauth/facebook", "/v1/auth/oauth/token/facebook?code=x", "/v1/auth/oauth/myspace"):
        assert api.get(path).status == 404
    assert api.post("/v1/auth/oauth/login/facebook?code=x").status == 404


def test_providers_stand_at_their_own_addresses(api: Api, shell: Shell, browser: Browser) -> None:
    site = replace(shell.services.site, sign_in_url="")
    object.__setattr__(shell, "services", replace(shell.services, site=site))

    starts = {name: api.get(f"/v1/auth/oauth/{name}").json["url"].partition("?")[0] for name in PROFILES}

    assert starts == {
        "facebook": "https://www.facebook.com/v19.0/dialog/oauth",
        "google": "https://accounts.google.com/o/oauth2/v2/auth",
        "twitter": "https://twitter.com/i/oauth2/authorize",
        "instagram": "https://www.instagram.com/oauth/authorize",
    }
