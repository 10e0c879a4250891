from ipaddress import ip_network

import pytest

from openevent.main.network import client, is_within, parse

TRUSTED = (ip_network("10.0.0.0/8"), ip_network("2001:db8::/32"))


def asked(remote, forwarded=None, proto=None):
    environ = {"REMOTE_ADDR": remote, "wsgi.url_scheme": "http"}
    if forwarded is not None:
        environ["HTTP_X_FORWARDED_FOR"] = forwarded
    if proto is not None:
        environ["HTTP_X_FORWARDED_PROTO"] = proto
    return client(environ, TRUSTED)


@pytest.mark.parametrize(
    ("remote", "forwarded", "expected"),
    [
        ("192.0.2.1", None, "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", "192.0.2.1"),  # a stranger who says that he speaks for somebody
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.7", "198.51.100.7"),  # what stands before was written by a stranger
        ("10.0.0.1", "198.51.100.7, 10.0.0.2", "198.51.100.7"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "nonsense, 198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1:5123", "198.51.100.7:80", "198.51.100.7"),
        ("::ffff:10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("[2001:db8::1]:443", "2001:db9::5", "2001:db9::5"),
    ],
)
def test_the_client_is_the_last_address_that_no_trusted_proxy_has(remote, forwarded, expected):
    assert asked(remote, forwarded)[0] == expected


@pytest.mark.parametrize(
    ("remote", "proto", "expected"),
    [
        ("10.0.0.1", "https", "https"),
        ("192.0.2.1", "https", "http"),
        ("10.0.0.1", "gopher", "http"),
        ("10.0.0.1", None, "http"),
    ],
)
def test_the_scheme_is_believed_from_trusted_proxies(remote, proto, expected):
    assert asked(remote, proto=proto)[1] == expected


def test_what_is_no_address_is_within_nothing():
    assert (parse("unix:"), is_within("unix:", TRUSTED), is_within("10.1.2.3", TRUSTED)) == (None, False, True)
