from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from openevent.kit.jwt import ACCESS, REFRESH, TokenExpired, Tokens, TokenUnreadable, token_in

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
DAY = timedelta(hours=24)
TOKENS = Tokens("a secret of at least 32 characters")


def _part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _parts(token):
    return [json.loads(base64.urlsafe_b64decode(part + "==")) for part in token.split(".")[:2]]


def _access(**more):
    return TOKENS.access(7, **({"now": NOON, "lasts": DAY, "fresh": True} | more))


def test_an_access_token_says_what_clients_read():
    header, claims = _parts(_access())

    assert header["alg"] == "HS256"
    assert claims.keys() == {"identity", "fresh", "iat", "exp", "jti", "type", "csrf"}
    assert (claims["identity"], claims["fresh"], claims["type"]) == (7, True, ACCESS)
    assert claims["exp"] == int((NOON + DAY).timestamp())


def test_what_was_signed_is_read_back_to_the_microsecond():
    claims = TOKENS.read(_access(), now=NOON)

    assert (claims.identity, claims.fresh, claims.issued_at) == (7, True, NOON)


def test_no_two_tokens_are_the_same():
    assert TOKENS.read(_access(), now=NOON).jti != TOKENS.read(_access(), now=NOON).jti


def test_a_refresh_token_comes_with_the_csrf_value_of_its_access_token():
    pair = TOKENS.pair(7, now=NOON, access_lasts=timedelta(minutes=90), refresh_lasts=timedelta(days=365))

    access, refresh = TOKENS.read(pair.access, now=NOON), TOKENS.read(pair.refresh, now=NOON, type_=REFRESH)
    assert (access.csrf, refresh.csrf) == (pair.csrf, pair.csrf)
    assert (access.fresh, refresh.fresh) == (True, False)
    assert (access.exp, refresh.exp) == (
        int((NOON + timedelta(minutes=90)).timestamp()),
        int((NOON + timedelta(days=365)).timestamp()),
    )


def test_a_token_ends_when_its_time_is_over():
    token = _access()

    TOKENS.read(token, now=NOON + DAY - timedelta(seconds=1))
    with pytest.raises(TokenExpired):
        TOKENS.read(token, now=NOON + DAY)


def test_a_refresh_token_opens_no_doors():
    pair = TOKENS.pair(7, now=NOON, access_lasts=DAY, refresh_lasts=DAY)

    with pytest.raises(TokenUnreadable):
        TOKENS.read(pair.refresh, now=NOON)
    with pytest.raises(TokenUnreadable):
        TOKENS.read(pair.access, now=NOON, type_=REFRESH)


def test_a_token_of_another_secret_is_refused():
    with pytest.raises(TokenUnreadable):
        Tokens("another secret of at least 32 chars").read(_access(), now=NOON)


HEAD, BODY, SIGNATURE = _access().split(".")
SURE = {"identity": 1, "fresh": True, "iat": NOON.timestamp(), "exp": 4102444800, "jti": "x", "type": "access"}


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "a.b.c",
        "é.é.é",
        "." * 10,
        "x" * 20_000,
        f"{_part({'alg': 'none'})}.{_part(SURE)}.",
        f"{_part({'alg': 'none', 'typ': 'JWT'})}.{BODY}.{SIGNATURE}",
        f"{_part({'alg': 'HS512'})}.{BODY}.{SIGNATURE}",
        f"{_part({'alg': 'RS256'})}.{BODY}.{SIGNATURE}",
        f"{_part({'alg': ['HS256']})}.{BODY}.{SIGNATURE}",
        f"{_part({'typ': 'JWT'})}.{BODY}.{SIGNATURE}",
        f"{_part([])}.{BODY}.{SIGNATURE}",
        f"{_part({'alg': 'HS256', 'crit': ['exp']})}.{BODY}.{SIGNATURE}",
        f"{HEAD}.{_part(SURE)}.{SIGNATURE}",
        f"{HEAD}.{BODY}.",
        f"{HEAD}.{BODY}",
        f"{HEAD}.{BODY}.{SIGNATURE[::-1]}",
        f"{HEAD}.{BODY}.{SIGNATURE}.{SIGNATURE}",
    ],
)
def test_forged_and_broken_tokens_are_refused(token):
    with pytest.raises(TokenUnreadable):
        TOKENS.read(token, now=NOON)


@pytest.mark.parametrize(
    "change",
    [
        {"identity": "1"},
        {"identity": None},
        {"iat": "yesterday"},
        {"iat": 1e300},
        {"iat": -1e300},
        {"exp": "never"},
        {"type": "admin"},
        {"fresh": "yes"},
        {"jti": None},
    ],
)
def test_claims_of_the_wrong_kind_are_refused_even_when_signed(change):
    token = jwt.encode({"alg": "HS256"}, SURE | change, TOKENS._key, algorithms=["HS256"])  # noqa: SLF001 -- as only we could

    with pytest.raises(TokenUnreadable):
        TOKENS.read(token, now=NOON)


def test_the_key_is_not_the_secret_itself():
    token = jwt.encode({"alg": "HS256"}, SURE, OctKey.import_key("a secret of at least 32 characters"))

    with pytest.raises(TokenUnreadable):
        TOKENS.read(token, now=NOON)


@pytest.mark.parametrize(
    ("header", "token"),
    [("", None), ("  ", None), ("JWT abc", "abc"), ("jwt abc", "abc"), ("Bearer  abc ", "abc"), ("BEARER a.b", "a.b")],
)
def test_the_token_stands_behind_its_scheme(header, token):
    assert token_in(header) == token


@pytest.mark.parametrize("header", ["abc", "Basic YTpi", "JWT", "JWT ", "Bearer"])
def test_other_schemes_are_refused(header):
    with pytest.raises(TokenUnreadable):
        token_in(header)
