import io
from base64 import b64encode
from dataclasses import replace
from ipaddress import ip_network

import pytest

from clients import Api
from factories import make_user
from openevent.kit.db import Database
from openevent.kit.work import Shell
from openevent.main.app import build


def again(api, settings, **changes):
    """The same product under other settings."""
    return Api(build(replace(settings, **changes), api.shell), api.shell)


def test_info_tells_the_version(api):
    answer = api.get("/info")

    assert (answer.status, list(answer.json), list(answer.json["build"])) == (200, ["build"], ["version"])


def test_an_unknown_address_of_the_api_is_a_json_api_error(api):
    answer = api.get("/v1/unicorns")

    assert (answer.status, answer.headers["Content-Type"]) == (404, "application/vnd.api+json")
    assert answer.json["errors"][0]["status"] == 404


@pytest.mark.parametrize("path", ["/v1", "/v1/"])
def test_the_bare_base_is_an_answer_of_the_api(api, path):
    assert (api.get(path).status, api.get(path).headers["Content-Type"]) == (404, "application/vnd.api+json")


def test_an_unknown_page_is_a_page(pages):
    answer = pages.get("/nothing-here")

    assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_a_signed_in_caller_is_known(api, shell):
    with shell.work() as work:
        user = make_user(work)

    answer = api.get(f"/v1/users/{user.id}", as_=user)

    assert (answer.status, answer.json["data"]["attributes"]["email"]) == (200, user.email)


def test_a_forged_token_is_refused(api):
    answer = api.get("/v1/event-types", as_="not.a.token")

    assert (answer.status, list(answer.json), answer.headers["Content-Type"]) == (422, ["error"], "application/json")


def test_an_expired_token_is_refused(api, shell, clock):
    with shell.work() as work:
        token = api.token(make_user(work))
    clock.advance(hours=25)

    answer = api.get("/v1/event-types", as_=token)

    assert (answer.status, list(answer.json)) == (401, ["error"])


def test_an_old_token_does_not_stand_in_the_way_of_a_new_one(api):
    answer = api.post("/auth/session", json={"email": "x@example.org", "password": "wrong"}, as_="not.a.token")

    assert (answer.status, list(answer.json)) == (401, ["error"])


# Headers


def test_every_answer_says_what_browsers_may_do_with_it(api, pages):
    for headers in (api.get("/v1/event-types").headers, pages.get("/").headers, pages.get("/none").headers):
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "'unsafe" not in headers["Content-Security-Policy"]
        assert "Strict-Transport-Security" not in headers


def test_pages_load_nothing_inline(pages):
    policy = pages.get("/").headers["Content-Security-Policy"]

    assert policy.startswith("default-src 'self'; ")
    assert "script-src" not in policy


def test_over_tls_browsers_are_told_to_stay_there(api, settings):
    behind = again(api, settings, trusted_proxies=(ip_network("10.0.0.0/8"),))

    told = behind.get(
        "/v1/event-types", environ={"REMOTE_ADDR": "10.0.0.1"}, headers={"X-Forwarded-Proto": "https"}
    ).headers
    untold = behind.get("/v1/event-types", headers={"X-Forwarded-Proto": "https"}).headers

    assert ("Strict-Transport-Security" in told, "Strict-Transport-Security" in untold) == (True, False)


def test_a_request_keeps_the_id_that_it_came_with_if_it_looks_like_one(api):
    kept = api.get("/info", headers={"X-Request-ID": "abc-12345678"}).headers["X-Request-ID"]
    made = [api.get("/info", headers={"X-Request-ID": text}).headers["X-Request-ID"] for text in ("x", "a b" * 9, "")]

    assert kept == "abc-12345678"
    assert [len(text) for text in made] == [16, 16, 16]


# Other origins


def test_other_origins_may_not_ask_where_none_may(api, settings):
    api = again(api, settings, cors_origins=())

    answer = api.get("/v1/event-types", headers={"Origin": "https://app.example"})

    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_named_origin_may_ask_with_credentials(api, settings):
    api = again(api, settings, cors_origins=("https://app.example",))

    named = api.get("/v1/event-types", headers={"Origin": "https://app.example"}).headers
    other = api.get("/v1/event-types", headers={"Origin": "https://evil.example"}).headers

    assert (named["Access-Control-Allow-Origin"], named["Access-Control-Allow-Credentials"]) == (
        "https://app.example",
        "true",
    )
    assert "Access-Control-Allow-Origin" not in other
    assert ("Origin" in named["Vary"], "Origin" in other["Vary"]) == (True, True)


@pytest.mark.parametrize("origin", [{"Origin": "https://any.example"}, {}])
def test_everybody_may_ask_without_credentials_unless_told_otherwise(api, origin):
    headers = api.get("/v1/event-types", headers=origin).headers

    assert (headers["Access-Control-Allow-Origin"], "Access-Control-Allow-Credentials" in headers) == ("*", False)
    assert "Origin" not in headers["Vary"]


def test_beside_a_named_origin_everybody_may_ask_without_credentials(api, settings):
    api = again(api, settings, cors_origins=("https://app.example", "*"))

    def ask(origin):
        headers = api.get("/v1/event-types", headers={"Origin": origin}).headers
        return headers["Access-Control-Allow-Origin"], "Access-Control-Allow-Credentials" in headers

    assert ask("https://app.example") == ("https://app.example", True)
    assert ask("https://any.example") == ("*", False)


def test_any_origin_is_told_what_it_may_send(api):
    answer = api.call("OPTIONS", "/auth/session", headers={"Origin": "https://any.example"})

    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (204, "*")
    assert "Content-Type" in answer.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("is_known", [True, False])
def test_an_answer_from_memory_says_nothing_of_who_asked_before(api, settings, shell, is_known):
    api = again(api, settings, cors_origins=("https://app.example",))
    with shell.work() as work:
        somebody = make_user(work) if is_known else None
    tag = api.get("/v1/event-types", as_=somebody).headers["ETag"]

    def ask(name):
        headers = {"Origin": f"https://{name}.example", "If-None-Match": tag}
        answer = api.get("/v1/event-types", as_=somebody, headers=headers)
        return answer.status, answer.headers.get("Access-Control-Allow-Origin"), answer.headers["Vary"]

    first, other, once_more = ask("app"), ask("evil"), ask("app")

    assert first[:2] == (304, "https://app.example")
    assert (other, once_more) == ((304, None, first[2]), first)


def test_a_preflight_is_answered(api, settings):
    api = again(api, settings, cors_origins=("https://app.example",))

    answer = api.call("OPTIONS", "/v1/events", headers={"Origin": "https://app.example"})

    assert (answer.status, answer.body) == (204, b"")
    assert "PATCH" in answer.headers["Access-Control-Allow-Methods"]
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]


# Bodies


def test_a_body_beyond_the_limit_is_refused_by_its_announcement(api):
    answer = api.post("/v1/users", environ={"CONTENT_LENGTH": "1048577"})

    assert (answer.status, answer.json["errors"][0]["title"]) == (413, "Payload Too Large")


class Endless(io.RawIOBase):
    """A body that never ends; it remembers how much was read."""

    def __init__(self):
        self.given = 0

    def read(self, size=-1):
        self.given += size
        return b"x" * size


def test_a_body_without_announcement_is_read_no_further_than_the_limit(api):
    body = Endless()

    answer = api.post(
        "/v1/users", environ={"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": body}
    )

    assert (answer.status, body.given <= 1_048_577 + 65_536) == (413, True)


def test_a_length_that_is_no_number_is_refused(api):
    assert api.post("/v1/users", environ={"CONTENT_LENGTH": "-5"}).status == 400


def test_the_limit_is_a_setting(api, settings):
    api = again(api, settings, max_body=2048)

    assert api.post("/v1/users", body=b"x" * 2049).status == 413


def test_a_form_beyond_the_limit_is_refused(pages):
    answer = pages.post("/sign-in", data={"email": "x" * 2_000_000})

    assert (answer.status_code, answer.mimetype) == (413, "text/html")


# Trouble


def test_a_mistake_of_ours_is_a_500_without_details(api, monkeypatch, caplog):
    def broken(*_args, **_options):
        raise RuntimeError("the secret is hunter2")

    monkeypatch.setattr(api.application.door, "_asked", broken)

    answer = api.get("/v1/event-types")

    assert (answer.status, answer.json["errors"][0]["title"]) == (500, "Internal Server Error")
    assert (b"hunter2" in answer.body, "an answer failed" in caplog.text) == (False, True)


@pytest.mark.parametrize("url", ["sqlite:///{}/no/such/place.db", "postgresql://ana:hunter2@127.0.0.1:1/events"])
def test_a_database_that_is_away_is_a_503_for_everybody(settings, clock, services, tmp_path, caplog, url):
    shell = Shell(Database(url.format(tmp_path)), clock, services)
    api = Api(build(settings, shell), shell)

    known = {"If-None-Match": 'W/"known"'}
    admin = {"Authorization": f"Basic {b64encode(b'ana@example.org:hunter2').decode()}"}
    answers = [api.get(path, headers=more) for path in ("/v1/event-types", "/") for more in ({}, known)]
    answers.append(api.get("/environment", headers=admin))

    assert [(answer.status, answer.headers["Retry-After"]) for answer in answers] == [(503, "10")] * 5
    assert b"127.0.0.1" not in b"".join(answer.body for answer in answers)
    assert ("the database can't be used" in caplog.text, "hunter2" in caplog.text) == (True, False)


def test_a_path_is_read_as_utf_8(api):
    assert api.get("/v1/events/", environ={"PATH_INFO": "/v1/events/\xe6\x9d\xb1"}).status == 404


def test_a_form_without_its_secret_is_refused(pages):
    answer = pages.post("/sign-in", data={"email": "bo@example.org", "password": "x"})

    assert (answer.status_code, answer.mimetype) == (400, "text/html")


def test_a_page_that_takes_no_such_request_says_which_it_takes(pages):
    answer = pages.put("/sign-in")

    assert (answer.status_code, sorted(answer.allow)) == (405, ["GET", "HEAD", "OPTIONS", "POST"])
