"""The recorded answers 005 to 008, 202 and 206 of the reference, and what lies around them."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest
from werkzeug.http import parse_cookie

from cast import actor, adm, ana, bo
from factories import PASSWORD, make_user
from openevent.people.actions import delete_account, open_sign_in
from openevent.people.models import User
from openevent.people.queries import account_by_cookie

JSON = {"Content-Type": "application/json", "Accept": "*/*"}


@pytest.fixture
def user(shell):
    with shell.work() as work:
        return ana(work)


def _post(api, path, as_=None, headers=None, **body):
    given = {name.replace("_", "-"): value for name, value in body.items()}
    return api.post(path, json=given, as_=as_, headers=JSON | (headers or {}))


def _login(api, path="/auth/session", **body):
    return _post(api, path, **({"email": "ana@example.org", "password": PASSWORD} | body))


def _claims(token):
    return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))


def _who(api, token):
    return api.get("/v1/users/user-details/get-user-id", as_=token)


def _set_cookies(answer):
    return {
        name: value for header in answer.headers.getlist("Set-Cookie") for name, value in parse_cookie(header).items()
    }


# Signing in


@pytest.mark.parametrize("path", ["/auth/session", "/v1/auth/login"])
def test_signing_in_gives_a_fresh_token_for_a_day(api, user, clock, path):
    answer = _login(api, path)

    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.json.keys() == {"access_token"}
    claims = _claims(answer.json["access_token"])
    assert (claims["identity"], claims["fresh"], claims["type"]) == (user.id, True, "access")
    assert claims["exp"] == int((clock.now() + timedelta(hours=24)).timestamp())
    assert _who(api, answer.json["access_token"]).json == {"user_id": user.id}
    assert answer.headers.getlist("Set-Cookie") == []


def test_the_web_clients_own_body_signs_in(api, user):
    body = {"username": "ana@example.org", "password": PASSWORD, "remember-me": False, "include-in-response": False}

    assert api.post("/auth/session", json=body, headers=JSON).json.keys() == {"access_token"}


@pytest.mark.parametrize(
    "body",
    [
        {"email": "ana@example.org", "password": "wrong"},
        {"email": "nobody@example.org", "password": PASSWORD},
        {"email": "no address", "password": PASSWORD},
    ],
)
def test_wrong_credentials_are_one_answer(api, user, body):
    answer = api.post("/auth/session", json=body, headers=JSON)

    assert (answer.status, answer.json) == (401, {"error": "Invalid Credentials"})


@pytest.mark.parametrize(
    "body",
    [
        {"email": "x"},
        {"password": "x"},
        {},
        {"email": "", "password": ""},
        {"email": 7, "password": ["x"]},
        {"email": None, "password": None},
    ],
)
def test_missing_credentials_are_a_bad_request(api, user, body):
    answer = api.post("/auth/session", json=body, headers=JSON)

    assert (answer.status, answer.json) == (400, {"error": "username or password missing"})


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b"\xff", b"null"])
def test_a_body_that_is_no_object_is_a_bad_request(api, body):
    assert api.post("/auth/session", body=body, headers=JSON).status == 400


def test_a_blocked_account_does_not_sign_in(api, shell):
    with shell.work() as work:
        make_user(work, email="ana@example.org", is_blocked=True)

    answer = _login(api)

    assert answer.status == 401
    assert answer.json.keys() == {"error"}


def test_an_old_token_in_the_header_does_not_keep_anybody_from_signing_in(api, user):
    assert _login(api, headers={"Authorization": "JWT expired"}).status == 200


def test_guessing_ends_in_429_with_a_time_to_wait(api, user):
    answers = [_login(api, password="wrong") for _ in range(21)]

    assert [answer.status for answer in answers] == [401] * 20 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0


# Remembering


def test_remembering_in_the_body_gives_a_pair(api, user, clock):
    answer = _login(api, "/v1/auth/login", remember_me=True, include_in_response=True)

    assert answer.json.keys() == {"access_token", "refresh_token"}
    assert answer.headers.getlist("Set-Cookie") == []
    access, refresh = _claims(answer.json["access_token"]), _claims(answer.json["refresh_token"])
    assert access["exp"] == int((clock.now() + timedelta(minutes=90)).timestamp())
    assert refresh["exp"] == int((clock.now() + timedelta(days=365)).timestamp())
    assert (access["fresh"], refresh["type"], access["csrf"] == refresh["csrf"]) == (True, "refresh", True)


def test_remembering_in_cookies_hides_the_token_from_scripts(api, user):
    answer = _login(api, "/v1/auth/login", remember_me=True)

    assert answer.json.keys() == {"access_token"}
    refresh, csrf = answer.headers.getlist("Set-Cookie")
    assert "HttpOnly" in refresh
    assert "Path=/v1/auth/token/refresh;" in refresh
    assert "SameSite=Lax" in refresh
    assert "HttpOnly" not in csrf
    assert "Path=/;" in csrf


def test_the_refresh_token_may_come_in_the_header_the_body_or_the_cookie(api, user, clock):
    pair = _login(api, remember_me=True, include_in_response=True).json
    cookies = _set_cookies(_login(api, remember_me=True))
    clock.advance(minutes=91)
    assert _who(api, pair["access_token"]).status == 401

    answers = [
        _post(api, "/v1/auth/token/refresh", headers={"Authorization": f"JWT {pair['refresh_token']}"}),
        _post(api, "/v1/auth/token/refresh", headers={"Authorization": f"Bearer {pair['refresh_token']}"}),
        api.post("/v1/auth/token/refresh", json={"refresh_token": pair["refresh_token"]}, headers=JSON),
        _post(
            api,
            "/v1/auth/token/refresh",
            headers={
                "Cookie": f"refresh_token_cookie={cookies['refresh_token_cookie']}",
                "X-CSRF-Token": cookies["csrf_refresh_token"],
            },
        ),
    ]

    assert [answer.status for answer in answers] == [200] * 4
    for answer in answers:
        claims = _claims(answer.json["access_token"])
        assert (claims["fresh"], claims["type"]) == (False, "access")
        assert claims["exp"] == int((clock.now() + timedelta(minutes=90)).timestamp())
        assert _who(api, answer.json["access_token"]).json == {"user_id": user.id}


def test_the_web_clients_own_refresh_works(api, user):
    pair = _login(api, remember_me=True, include_in_response=True).json

    answer = api.post(
        "/v1/auth/token/refresh",
        json={"refresh_token": pair["refresh_token"]},
        headers=JSON
        | {"Authorization": f"JWT {pair['refresh_token']}", "X-CSRF-Token": _claims(pair["access_token"])["csrf"]},
    )

    assert answer.json.keys() == {"access_token"}


@pytest.mark.parametrize("csrf", [None, "", "x", "é"])
def test_a_cookie_alone_refreshes_nothing(api, user, csrf):
    cookies = _set_cookies(_login(api, remember_me=True))
    headers = {"Cookie": f"refresh_token_cookie={cookies['refresh_token_cookie']}"}
    if csrf is not None:
        headers["X-CSRF-Token"] = csrf

    answer = _post(api, "/v1/auth/token/refresh", headers=headers)

    assert answer.status == 401
    assert answer.json.keys() == {"error"}


def test_nothing_refreshes_nothing(api):
    answer = _post(api, "/v1/auth/token/refresh")

    assert answer.status == 401
    assert answer.json.keys() == {"error"}


def test_an_access_token_refreshes_nothing_and_a_refresh_token_opens_nothing(api, user):
    pair = _login(api, remember_me=True, include_in_response=True).json

    assert _post(api, "/v1/auth/token/refresh", as_=pair["access_token"]).status == 422
    assert _who(api, pair["refresh_token"]).status == 422


def test_a_refresh_token_ends_with_its_account(api, shell, user):
    pair = _login(api, remember_me=True, include_in_response=True).json
    with shell.work() as work:
        work.db.get_one(User, user.id).is_blocked = True

    assert _post(api, "/v1/auth/token/refresh", as_=pair["refresh_token"]).status == 401


def test_signing_out_takes_the_cookies_and_needs_no_token(api):
    answer = api.post("/v1/auth/logout", json={}, headers=JSON | {"Authorization": "JWT whatever"})

    assert (answer.status, answer.json) == (200, {"success": True})
    cookies = answer.headers.getlist("Set-Cookie")
    assert [cookie.partition("=")[0] for cookie in cookies] == ["refresh_token_cookie", "csrf_refresh_token"]
    assert all("Max-Age=0" in cookie and "01 Jan 1970" in cookie for cookie in cookies)


def test_the_blacklist_ends_refresh_tokens_that_were_issued_before(api, user, clock):
    pair = _login(api, remember_me=True, include_in_response=True).json
    clock.advance(seconds=1)

    assert _post(api, "/v1/auth/blacklist", as_=pair["access_token"]).json == {"success": True}

    assert _post(api, "/v1/auth/token/refresh", as_=pair["refresh_token"]).status == 401
    assert _who(api, pair["access_token"]).status == 200  # v1 reference 4.7
    clock.advance(seconds=1)
    later = _login(api, remember_me=True, include_in_response=True).json
    assert _post(api, "/v1/auth/token/refresh", as_=later["refresh_token"]).status == 200


def test_the_blacklist_ends_browser_sign_ins(api, shell, user):
    with shell.work() as work:
        cookie = open_sign_in(work, user.id, by=actor(user))

    _post(api, "/v1/auth/blacklist", as_=user)

    assert account_by_cookie(shell.database, cookie, shell.clock.now()) is None


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/json", 200),
        ("application/vnd.api+json; charset=utf-8", 200),
        ("", 200),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("image/png", 415),
    ],
)
def test_a_body_that_is_said_to_be_no_json_is_refused(api, user, kind, status):
    body = json.dumps({"email": "ana@example.org", "password": PASSWORD}).encode()

    answer = api.call("POST", "/auth/session", body=body, headers={"Content-Type": kind})

    assert answer.status == status
    if status == 415:
        assert answer.json["errors"][0]["source"] == {"header": "Content-Type"}


# Fresh again


def test_the_password_makes_a_token_fresh_again(api, user):
    pair = _login(api, remember_me=True, include_in_response=True).json
    stale = _post(api, "/v1/auth/token/refresh", as_=pair["refresh_token"]).json["access_token"]

    answer = _post(api, "/v1/auth/fresh-login", as_=stale, email="ana@example.org", password=PASSWORD)

    assert _claims(answer.json["access_token"])["fresh"] is True


def test_the_address_need_not_be_given_again(api, user):
    assert _post(api, "/v1/auth/fresh-login", as_=user, password=PASSWORD).status == 200


def test_other_peoples_passwords_make_nothing_fresh(api, shell, user):
    with shell.work() as work:
        other = bo(work)

    answers = [
        _post(api, "/v1/auth/fresh-login", as_=user, email=other.email, password=PASSWORD),
        _post(api, "/v1/auth/fresh-login", as_=user, email=user.email, password="wrong"),
    ]

    assert [(answer.status, answer.json) for answer in answers] == [(401, {"error": "Invalid Credentials"})] * 2
    assert _post(api, "/v1/auth/fresh-login", email="ana@example.org", password=PASSWORD).status == 401


def test_a_password_can_be_checked(api, user):
    assert _post(api, "/v1/auth/verify-password", as_=user, password=PASSWORD).json == {"result": True}
    assert _post(api, "/v1/auth/verify-password", as_=user, password="wrong").json == {"result": False}
    assert _post(api, "/v1/auth/verify-password", as_=user).status == 422
    assert _post(api, "/v1/auth/verify-password", password=PASSWORD).status == 401


# Bad tokens


@pytest.mark.parametrize(
    "header", ["JWT x", "JWT a.b.c", "Basic YTpi", "JWT", "x", "JWT \xb7\xb7", "JWT " + "x" * 5000]
)
def test_a_token_that_cannot_be_read_is_a_plain_422(api, user, header):
    answer = api.get(f"/v1/users/{user.id}", headers={"Authorization": header})

    assert (answer.status, answer.headers["Content-Type"]) == (422, "application/json")
    assert answer.json.keys() == {"error"}


def test_a_forged_token_is_refused(api, user):
    head, body, signature = _login(api).json["access_token"].split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    other = base64.urlsafe_b64encode(json.dumps(_claims(f"{head}.{body}.x") | {"identity": 1}).encode()).decode()

    forged = [
        f"{none}.{body}.",
        f"{none}.{body}.{signature}",
        f"{head}.{other.rstrip('=')}.{signature}",
        f"{head}.{body}.",
    ]

    assert [_who(api, token).status for token in forged] == [422] * 4


def test_an_expired_token_is_a_plain_401(api, user, clock):
    token = _login(api).json["access_token"]
    clock.advance(hours=24)

    answer = _who(api, token)

    assert answer.status == 401
    assert answer.json.keys() == {"error"}


def test_a_token_of_a_vanished_account_is_a_plain_401(api, shell, user):
    token = _login(api).json["access_token"]
    with shell.work() as work:
        work.db.delete(work.db.get_one(User, user.id))

    assert _who(api, token).status == 401


def test_a_token_of_an_account_that_was_removed_for_good_opens_no_other(api, shell):
    with shell.work() as work:
        by, gone = actor(adm(work)), make_user(work)
        token = api.token(gone)
        delete_account(work, gone, by=by, permanent=True)
    with shell.work() as work:
        other = make_user(work)

    assert other.id > gone.id
    assert api.get("/v1/users/me", as_=token).status == 401
