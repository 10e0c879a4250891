"""The recorded answers 012, 013 and 205 of the reference, and resetting a password."""

from __future__ import annotations

import re
import statistics
import threading
from time import process_time

import pytest

from cast import ana
from factories import PASSWORD, make_user
from openevent.kit.passwords import hash_password
from openevent.people.models import User

JSON = {"Content-Type": "application/json", "Accept": "*/*"}
NEW = "a much better password"


@pytest.fixture
def user(shell):
    with shell.work() as work:
        return ana(work)


def _call(api, method, path, as_=None, client="192.0.2.1", **data):
    given = {"data": {name.replace("_", "-"): value for name, value in data.items()}}
    return api.call(method, path, json=given, as_=as_, headers=JSON, environ={"REMOTE_ADDR": client})


def _ask(api, email="ana@example.org", **more):
    return _call(api, "POST", "/v1/auth/reset-password", email=email, **more)


def _reset(api, token, password=NEW):
    return _call(api, "PATCH", "/v1/auth/reset-password", token=token, password=password)


def _login(api, password=PASSWORD):
    return api.post("/auth/session", json={"email": "ana@example.org", "password": password}, headers=JSON)


def _tokens(services):
    return [re.search(r"token=([\w-]+)", message.text)[1] for message in services.mailer.sent]


def _error(answer):
    (error,) = answer.json["errors"]
    return error["status"], error["source"]


# Resetting


def test_a_forgotten_password_is_replaced_in_two_steps(api, user, run_jobs, services):
    asked = _ask(api)
    run_jobs()
    answer = _reset(api, _tokens(services)[0])

    assert (asked.status, asked.json["email"]) == (200, "ana@example.org")
    assert (answer.status, answer.json) == (200, {"id": user.id, "email": "ana@example.org", "name": "Ana Ortiz"})
    assert (_login(api, NEW).status, _login(api).status) == (200, 401)


def test_known_and_unknown_addresses_get_the_same_answer(api, user):
    known, unknown = _ask(api), _ask(api, "eve@example.org", client="192.0.2.2")

    assert known.status == unknown.status == 200
    assert known.body.replace(b"ana@", b"eve@") == unknown.body
    assert list(known.headers.keys()) == list(unknown.headers.keys())


def test_known_and_unknown_addresses_cost_the_same(api, shell, services):
    with shell.work() as work:
        for number in range(15):
            make_user(work, email=f"known{number}@example.org")

    def seconds(email, number):
        start = process_time()
        _ask(api, email, client=f"192.0.2.{number}")
        return process_time() - start

    pairs = [(seconds(f"known{n}@example.org", n), seconds(f"other{n}@example.org", n + 100)) for n in range(15)]

    known, unknown = (statistics.median(column) for column in zip(*pairs, strict=True))
    assert unknown == pytest.approx(known, rel=0.5)


def test_wrong_passwords_of_known_and_unknown_accounts_cost_the_same(api, shell):
    with shell.work() as work:
        make_user(work, email="ana@example.org", password_hash=hash_password(PASSWORD))

    def seconds(email):
        start = process_time()
        api.post("/auth/session", json={"email": email, "password": "wrong"}, headers=JSON)
        return process_time() - start

    pairs = [(seconds("ana@example.org"), seconds("nobody@example.org")) for _ in range(9)]

    known, unknown = (statistics.median(column) for column in zip(*pairs, strict=True))
    assert unknown == pytest.approx(known, rel=0.5)


def test_a_reset_token_works_once(api, user, run_jobs, services):
    _ask(api)
    run_jobs()
    token = _tokens(services)[0]

    assert [_reset(api, token).status, _reset(api, token, "yet another one").status] == [200, 404]
    assert _login(api, NEW).status == 200


def test_of_two_requests_at_once_only_the_newest_token_is_valid(api, user, run_jobs, services):
    threads = [threading.Thread(target=_ask, args=(api,), kwargs={"client": f"192.0.2.{n}"}) for n in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run_jobs()

    first, second = _tokens(services)
    assert [_reset(api, first).status, _reset(api, second).status] == [404, 200]


@pytest.mark.parametrize("token", ["x", "", None, 7, "null", "' OR 1=1 --", "\x00"])
def test_a_made_up_token_is_not_found(api, user, token):
    answer = _reset(api, token)

    assert answer.status == 404
    assert _error(answer)[0] == 404


def test_an_expired_token_is_not_found(api, user, run_jobs, services, clock):
    _ask(api)
    run_jobs()
    clock.advance(hours=1)

    assert _reset(api, _tokens(services)[0]).status == 404


@pytest.mark.parametrize("password", ["short", "", None, 12345678, " " * 10])
def test_a_new_password_has_a_decent_length_and_a_bad_one_uses_nothing_up(api, user, run_jobs, services, password):
    _ask(api)
    run_jobs()
    token = _tokens(services)[0]

    answer = _reset(api, token, password)

    assert (answer.status, _error(answer)) == (422, (422, {"pointer": "/data/password"}))
    assert _reset(api, token).status == 200


def test_a_reset_ends_what_is_signed_in(api, user, run_jobs, services, clock):
    body = {"email": "ana@example.org", "password": PASSWORD, "remember-me": True, "include-in-response": True}
    pair = api.post("/auth/session", json=body, headers=JSON).json
    clock.advance(seconds=1)
    _ask(api)
    run_jobs()

    _reset(api, _tokens(services)[0])

    assert api.get(f"/v1/users/{user.id}", as_=pair["access_token"]).status == 401
    assert api.post("/v1/auth/token/refresh", json={}, as_=pair["refresh_token"], headers=JSON).status == 401


def test_asking_is_limited_by_machine_and_by_address(api, user, clock):
    assert [_ask(api).status, _ask(api, "other@example.org").status] == [200, 429]
    assert [_ask(api, client=f"192.0.2.{n}").status for n in (2, 3, 4)] == [200, 200, 429]
    clock.advance(hours=1)
    assert _ask(api).status == 200


def test_headers_of_strangers_do_not_move_the_limit(api, user):
    for number in range(2):
        answer = api.call(
            "POST",
            "/v1/auth/reset-password",
            json={"data": {"email": f"n{number}@example.org"}},
            headers=JSON | {"X-Forwarded-For": f"203.0.113.{number}"},
            environ={"REMOTE_ADDR": "192.0.2.1"},
        )

    assert answer.status == 429


@pytest.mark.parametrize("body", [b"{}", b'{"data": null}', b'{"data": []}', b'{"data": {"email": 7}}'])
@pytest.mark.parametrize("path", ["/v1/auth/reset-password", "/v1/auth/resend-verification-email"])
def test_an_address_that_is_missing_is_named(api, path, body):
    answer = api.post(path, body=body, headers=JSON)

    assert (answer.status, _error(answer)) == (422, ("422", {"pointer": "/data/email"}))


# Verifying


def test_the_mailed_token_verifies_the_address_once(api, shell, run_jobs, services):
    document = {"data": {"type": "user", "attributes": {"email": "new@example.org", "password": PASSWORD}}}
    made = api.post("/v1/users", json=document).json["data"]
    run_jobs()
    token = _tokens(services)[0]

    answers = [_call(api, "POST", "/v1/auth/verify-email", token=token) for _ in range(2)]

    assert (answers[0].status, answers[0].json) == (200, {"message": "Email Verified"})
    assert (answers[1].status, _error(answers[1])) == (400, (400, {"source": ""}))
    with shell.database.reading() as db:
        assert db.get_one(User, int(made["id"])).is_verified


@pytest.mark.parametrize("token", ["x", "", None, 7])
def test_a_made_up_verification_is_a_bad_request(api, user, token):
    assert _call(api, "POST", "/v1/auth/verify-email", token=token).status == 400


def test_the_verification_mail_comes_again_and_the_answer_tells_nothing(api, shell, run_jobs, services):
    with shell.work() as work:
        make_user(work, email="new@example.org", is_verified=False)
        make_user(work, email="old@example.org")

    answers = [
        _call(api, "POST", "/v1/auth/resend-verification-email", email=f"{name}@example.org")
        for name in ("new", "old", "nobody")
    ]
    run_jobs()

    assert len({(answer.status, answer.body) for answer in answers}) == 1
    assert [message.to for message in services.mailer.sent] == ["new@example.org"]


# Changing


def _change(api, as_, old=PASSWORD, new=NEW):
    return _call(api, "POST", "/v1/auth/change-password", as_=as_, old_password=old, new_password=new)


def test_the_password_is_changed_and_the_owner_told(api, user, run_jobs, services):
    answer = _change(api, user)
    run_jobs()

    assert (answer.status, answer.json) == (
        200,
        {"id": user.id, "email": "ana@example.org", "name": "Ana Ortiz", "password-changed": True},
    )
    assert (_login(api, NEW).status, _login(api).status) == (200, 401)
    assert [message.subject for message in services.mailer.sent] == ["Your password was changed"]


def test_the_token_that_changed_it_stays_and_all_others_end(api, user, clock):
    mine, other = _login(api).json["access_token"], _login(api).json["access_token"]
    clock.advance(seconds=1)

    _change(api, mine)

    assert api.get(f"/v1/users/{user.id}", as_=mine).status == 200
    assert api.get(f"/v1/users/{user.id}", as_=other).status == 401


@pytest.mark.parametrize(
    ("old", "new"), [("nope", NEW), (PASSWORD, PASSWORD), (PASSWORD, "short"), ("", ""), (None, 7)]
)
def test_a_change_that_does_not_fit_is_a_bad_request(api, user, old, new):
    answer = _change(api, user, old, new)

    assert (answer.status, _error(answer)[0]) == (400, 400)
    assert _login(api).status == 200


def test_a_wrong_old_password_is_told_as_clients_know_it(api, user):
    (error,) = _change(api, user, "nope").json["errors"]

    assert (error["title"], error["detail"]) == (
        "Bad Request",
        "Wrong Password. Please enter correct current password.",
    )


def test_changing_needs_a_fresh_token(api, user):
    body = {"email": "ana@example.org", "password": PASSWORD, "remember-me": True, "include-in-response": True}
    pair = api.post("/auth/session", json=body, headers=JSON).json
    stale = api.post("/v1/auth/token/refresh", json={}, as_=pair["refresh_token"], headers=JSON).json["access_token"]

    answer = _change(api, stale)

    assert answer.status == 401
    assert answer.json.keys() == {"error"}
    assert _change(api, None).status == 401


# Asking for an address


@pytest.mark.parametrize("path", ["/v1/users/check_email", "/v1/users/checkEmail"])
@pytest.mark.parametrize(
    ("email", "exists"),
    [("ana@example.org", True), (" ANA@example.org", True), ("nobody@example.org", False), ("no address", False)],
)
def test_whether_an_address_is_taken(api, user, path, email, exists):
    answer = api.post(path, json={"email": email}, headers=JSON)

    assert (answer.status, answer.json) == (200, {"exists": exists})


def test_no_address_is_no_question(api):
    assert api.post("/v1/users/check_email", json={}, headers=JSON).status == 422


def test_nobody_asks_for_one_address_after_the_other(api):
    statuses = [
        api.post("/v1/users/check_email", json={"email": f"n{number}@example.org"}, headers=JSON).status
        for number in range(31)
    ]

    assert statuses == [200] * 30 + [429]


def test_whoever_got_an_account_with_an_order_is_asked_for_a_first_password(api, shell, run_jobs, services):
    with shell.work() as work:
        make_user(work, email="kim@example.org", was_registered_with_order=True, is_verified=False)

    api.post("/v1/auth/reset-password", json={"data": {"email": "kim@example.org"}})
    run_jobs()

    assert [(one.template, one.to) for one in services.mailer.sent] == [("people/reset-verify", "kim@example.org")]
