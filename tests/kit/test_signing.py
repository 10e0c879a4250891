from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from openevent.kit.signing import HmacSigner

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SIGNER = HmacSigner("one-secret-one-secret-one-secret-32")


def test_our_signature_is_valid_until_its_moment():
    signature = SIGNER.sign("ticket:7", expires=NOW)

    moments = [NOW - timedelta(seconds=1), NOW, NOW + timedelta(days=1)]
    assert [SIGNER.is_valid("ticket:7", signature, now=moment) for moment in moments] == [True, False, False]


def test_a_signature_is_for_one_subject_one_secret_and_one_purpose():
    signature = SIGNER.sign("ticket:7", expires=NOW + timedelta(hours=1))

    others = [
        HmacSigner("another-secret-another-secret-321"),
        HmacSigner("one-secret-one-secret-one-secret-32", "mail"),
    ]
    assert [signer.is_valid("ticket:7", signature, now=NOW) for signer in others] == [False, False]
    assert not SIGNER.is_valid("ticket:8", signature, now=NOW)


def test_its_moment_cannot_be_moved():
    moment, _, mac = SIGNER.sign("ticket:7", expires=NOW).partition(".")

    later = f"{int(moment, 16) + 3600:x}.{mac}"

    assert not SIGNER.is_valid("ticket:7", later, now=NOW)


@given(st.text())
def test_nonsense_is_never_valid(signature):
    assert not SIGNER.is_valid("ticket:7", signature, now=NOW)


def test_a_subject_with_a_colon_is_no_other_subject():
    expires = NOW + timedelta(hours=1)
    moment = int(expires.timestamp())

    signature = SIGNER.sign(f"{moment}:x", expires=expires)

    assert not SIGNER.is_valid("x", signature, now=NOW)


def test_it_fits_into_an_address():
    signature = SIGNER.sign("Käse/?&", expires=NOW)

    assert all(character.isalnum() or character in "._-" for character in signature)
