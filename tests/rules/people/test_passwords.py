from __future__ import annotations

from time import process_time

import pytest
from argon2 import PasswordHasher

from openevent.kit.passwords import hash_password, is_outdated, is_password

SECRET = "correct horse battery staple"


def test_a_password_is_known_again():
    stored = hash_password(SECRET)

    assert is_password(SECRET, stored)
    assert not is_password(SECRET + " ", stored)


def test_the_same_password_is_never_stored_the_same_way():
    assert hash_password(SECRET) != hash_password(SECRET)


def test_nothing_of_the_password_is_stored():
    stored = hash_password(SECRET)

    assert SECRET not in stored
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_the_same_letters_typed_another_way_are_the_same_password():
    assert is_password("cafe\u0301 am Fluss", hash_password("caf\u00e9 am Fluss"))


def test_half_a_character_is_a_password_of_nobody():
    assert not is_password("\ud800", hash_password(SECRET))


@pytest.mark.parametrize("stored", ["", "plain", "$argon2id$broken", "$2b$12$" + "a" * 53])
def test_what_is_no_hash_fits_no_password(stored):
    assert not is_password(SECRET, stored)


def test_hashes_of_other_parameters_are_to_be_made_anew():
    assert is_outdated(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(SECRET))
    assert not is_outdated(hash_password(SECRET))


def test_an_unknown_account_costs_what_a_known_one_does():
    stored = hash_password(SECRET)

    known = min(_seconds(stored) for _ in range(5))
    unknown = min(_seconds(None) for _ in range(5))

    assert unknown == pytest.approx(known, rel=0.5)


def _seconds(stored):
    start = process_time()
    is_password("not the password", stored)
    return process_time() - start
