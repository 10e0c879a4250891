"""Secrets stand encrypted in the database, and can be written anew with another key."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from openevent.kit.db import Database
from openevent.kit.vault import SecretUnreadable, Vault, rewrite
from openevent.main.database import METADATA
from openevent.site.models import Setting
from openevent.stream.models import VideoChannel


def test_what_is_sealed_is_opened_by_its_own_key_alone():
    vault = Vault("one")
    sealed = vault.seal("pässword")

    assert (vault.open(sealed), Vault("two", ["one"]).open(sealed)) == ("pässword", "pässword")
    assert ("ssword" in sealed, vault.seal("pässword") == sealed) == (False, False)
    with pytest.raises(SecretUnreadable, match="another secret key"):
        Vault("two").open(sealed)
    for spoilt in (sealed[:-6] + "AAAA==", sealed.partition(".")[0] + ".no base64"):
        with pytest.raises(SecretUnreadable, match="changed by somebody"):
            vault.open(spoilt)


def test_a_secret_column_is_unreadable_in_the_database_and_survives_another_key(database_url, clock):
    old, now = Database(database_url, vault=Vault("old")), clock.now()
    with old.session() as db:
        db.add(Setting(id=1, smtp_password="hunter2"))
        db.add(VideoChannel(name="B", provider="bbb", url="https://b.example", created_at=now, modified_at=now))
    old.close()
    new = Database(database_url, vault=Vault("new", ["old"]))
    with new.engine.begin() as connection:
        before = connection.scalar(text("SELECT smtp_password FROM settings"))
        assert rewrite(connection, METADATA) == 2
        after = connection.scalar(text("SELECT smtp_password FROM settings"))
    new.close()

    assert ("hunter2" in before, "hunter2" in after, before == after) == (False, False, False)
    alone = Database(database_url, vault=Vault("new"))
    with alone.reading() as db:
        assert db.get_one(Setting, 1).smtp_password == "hunter2"
    alone.close()


def test_a_database_that_was_opened_without_a_key_gives_no_secret_away(database_url):
    with_key, without = Database(database_url, vault=Vault("key")), Database(database_url)
    with with_key.session() as db:
        db.add(Setting(id=1, smtp_password="hunter2"))

    with without.reading() as db, pytest.raises(RuntimeError, match="without a key"):
        db.get_one(Setting, 1)
    with_key.close()
    without.close()
