import socket
import time

import pytest

from openevent.kit.outbound import AddressRefused, Outbound, ServerUnreachable
from remote import Asked, Told, remote

LOCAL = Outbound(["127.0.0.1"], seconds=2.0)


def echo(asked: Asked) -> Told:
    return Told({"path": asked.path, "query": asked.query}, 201, {"X-Kind": "echo"})


def test_a_call_says_what_it_was_given_and_returns_what_came_back():
    with remote(echo) as server:
        answer = LOCAL.call("POST", f"{server.url}/a", params={"b": "c d"}, headers={"X-Who": "ana"}, json={"n": 1})

    [asked] = server.asked
    assert (asked.method, asked.json, asked.headers["x-who"]) == ("POST", {"n": 1}, "ana")
    assert (answer.status, answer.is_good, answer.headers["x-kind"]) == (201, True, "echo")
    assert answer.json() == {"path": "/a", "query": {"b": "c d"}}


def test_a_form_is_sent_url_encoded():
    with remote(echo) as server:
        LOCAL.call("POST", server.url, form={"email": "a+b@example.org"})

    assert server.asked[0].form == {"email": "a+b@example.org"}


def test_redirects_are_not_followed():
    with remote(lambda _: Told(status=302, headers={"Location": "http://169.254.169.254/"})) as server:
        answer = LOCAL.call("GET", server.url)

    assert (answer.status, answer.is_good, len(server.asked)) == (302, False, 1)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1/",
        "http://localhost:1/",
        "http://0.0.0.0/",
        "http://10.0.0.1/",
        "http://172.16.0.1/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/",
        "http://224.0.0.1/",
        "http://[::1]/",
        "http://[fe80::1]/",
        "http://[fd00::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[2002:7f00:1::]/",
        "http://[64:ff9b::10.0.0.1]/",
        "http://2130706433/",
        "http://0x7f.1/",
    ],
)
def test_private_addresses_are_refused_however_they_are_written(address):
    with pytest.raises(AddressRefused):
        Outbound().call("GET", address)


@pytest.mark.parametrize(
    "address", ["ftp://example.org/", "file:///etc/passwd", "http://", "//x", "http://a:b@example.org/", ""]
)
def test_what_is_no_http_address_is_refused(address):
    with pytest.raises(AddressRefused):
        LOCAL.call("GET", address)


def test_a_name_is_refused_when_one_of_its_addresses_is_private(monkeypatch):
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: answers)

    with pytest.raises(AddressRefused):
        Outbound().call("GET", "http://example.org/")


def test_a_call_goes_to_the_address_that_was_checked_under_the_name_that_was_given(monkeypatch):
    real = socket.create_connection
    looked_up, connected = [], []
    with remote(echo) as server:
        port = int(server.url.rpartition(":")[2])

        def look_up(host, port, **_options):
            looked_up.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", port))]

        def connect(address, *args, **options):
            connected.append(address)
            monkeypatch.setattr(socket, "getaddrinfo", known)
            return real(("127.0.0.1", port), *args, **options)

        known = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        monkeypatch.setattr(socket, "create_connection", connect)
        answer = Outbound().call("GET", f"http://video.example.org:{port}/x")

    assert (answer.status, looked_up, connected) == (201, ["video.example.org"], [("93.184.216.34", port)])
    assert server.asked[0].headers["host"] == f"video.example.org:{port}"


def test_a_name_that_nobody_knows_is_unreachable():
    with pytest.raises(ServerUnreachable):
        Outbound().call("GET", "http://nowhere.invalid/")


def test_nobody_listening_is_unreachable():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]

    with pytest.raises(ServerUnreachable):
        LOCAL.call("GET", f"http://127.0.0.1:{port}/")


def test_too_long_an_answer_is_given_up():
    with remote(lambda _: Told(b"x" * 2000)) as server, pytest.raises(ServerUnreachable):
        LOCAL.call("GET", server.url, most_bytes=1999)


def test_an_answer_that_never_ends_is_given_up():
    def dribble(_: Asked) -> Told:
        time.sleep(0.3)
        return Told(b"late")

    with remote(dribble) as server, pytest.raises(ServerUnreachable):
        Outbound(["127.0.0.1"], seconds=0.1).call("GET", server.url)


def test_an_answer_that_is_no_json_is_unreachable():
    with remote(lambda _: Told(b"<html>")) as server, pytest.raises(ServerUnreachable):
        LOCAL.call("GET", server.url).json()


@pytest.mark.parametrize(
    ("address", "passes"),
    [
        ("https://video.example.org/x", True),
        ("http://127.0.0.1:9/", True),
        ("http://[2606:4700:4700::1111]/", True),
        ("http://[64:ff9b::8.8.8.8]/", True),
        ("http://10.0.0.1/", False),
        ("gopher://example.org/", False),
    ],
)
def test_an_address_can_be_checked_before_it_is_kept(address, passes):
    if passes:
        LOCAL.check(address)
    else:
        with pytest.raises(AddressRefused):
            LOCAL.check(address)
