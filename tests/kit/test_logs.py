import io
import json
import logging

import pytest

from openevent.kit import logs

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJpZGVudGl0eSI6N30.c2lnbmF0dXJl"
SECRETS = [
    (f"Authorization: JWT {TOKEN}", TOKEN),
    (f"headers {{'authorization': 'Bearer {TOKEN}'}}", TOKEN),
    ("Cookie: openevent_sign_in=abcdef0123; theme=dark", "abcdef0123"),
    ("Set-Cookie: session=abcdef0123", "abcdef0123"),
    ("GET /verify?token=s3cr3t-value&next=/", "s3cr3t-value"),
    ("GET /tickets/7.pdf?sig=6543f.abcdef", "6543f.abcdef"),
    ('{"password": "correct horse", "x": 1}', "correct"),
    ("new-password=hunter2", "hunter2"),
    ("X-CSRF-Token: abcdef0123", "abcdef0123"),
    ("postgresql://ana:hunter2@db/events", "hunter2"),
    (f"somewhere {TOKEN} in a sentence", TOKEN),
    ("refresh_token=abcdef0123;", "abcdef0123"),
    ("GET /v1/unsubscribe/abcdef0123 200", "abcdef0123"),
    ("basic YW5hOmh1bnRlcjI=", "YW5hOmh1bnRlcjI="),
]


@pytest.fixture(params=["json", "lines"])
def log(request):
    """A logger, and a function that returns what it wrote."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    logs.set_up("info", request.param, stream)
    for handler in root.handlers:  # the products of other tests may still have something to say
        handler.addFilter(lambda line: not isinstance(line, logs.AccessLines) or line.answered[0].request_id == "req-1")
    yield logging.getLogger("openevent.test"), stream.getvalue, request.param
    root.handlers = handlers
    root.setLevel(level)


@pytest.mark.parametrize(("text", "secret"), SECRETS)
def test_no_secret_is_written_in_a_message(log, text, secret):
    logger, written, _ = log

    logger.info("seen: %s", text)

    assert (secret in written(), logs.clean(text) != text) == (False, True)


@pytest.mark.parametrize(("text", "secret"), SECRETS)
def test_no_secret_is_written_in_a_trace(log, text, secret):
    logger, written, _ = log

    logger.error("it failed", exc_info=ValueError(text))

    assert ("ValueError" in written(), secret in written()) == (True, False)


def test_no_secret_is_written_in_a_field(log):
    logger, written, _ = log

    logger.info("seen", extra={"authorization": "hunter2", "path": "/x?token=hunter3", "reset_token": "hunter4"})

    assert "hunter" not in written()


def test_a_line_says_which_request_it_belongs_to(log):
    logger, written, style = log
    token = logs.request_id.set("req-12345678")

    logger.warning("odd", extra={"job": 7})
    logs.request_id.reset(token)

    if style == "json":
        found = json.loads(written())
        assert (found["message"], found["request_id"], found["job"], found["level"]) == (
            "odd",
            "req-12345678",
            7,
            "warning",
        )
    else:
        assert written()[9:] == "warning odd  request_id=req-12345678 job=7\n"


def test_one_record_is_one_line(log):
    logger, written, _ = log

    logger.info("GET %s", "/x\r\n12:00:00 info forged")

    assert len(written().splitlines()) == 1


@pytest.mark.parametrize("path", ["/x\r\n12:00:00 info forged", "/verify?token=hunter2", "/unsubscribe/hunter2"])
def test_every_request_is_one_line_without_secrets(log, path):
    _, written, _ = log
    one = logs.Answered(0.0, "req-1", "GET", path, "/x", 200, 0.0123, "192.0.2.1")

    logging.getLogger().handle(logs.AccessLines([one, one]))

    assert [("hunter2" in line, "12.3" in line) for line in written().splitlines()] == [(False, True)] * 2


def test_what_is_below_the_level_is_not_written(log):
    logger, written, _ = log

    logger.debug("details")

    assert written() == ""


def test_ordinary_words_stay():
    assert logs.clean("GET /v1/events/11/tickets?page[size]=5") == "GET /v1/events/11/tickets?page[size]=5"
