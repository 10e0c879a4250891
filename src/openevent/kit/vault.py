"""Secrets in the database: readable with the installation's own key alone (AES-256-GCM, NIST SP 800-38D).

A column of type `Encrypted` or `EncryptedJson` is text to everybody but this program. The key is derived from the
secret key; what was written with an older one is still read while that one is named, and `rewrite` writes all of it
anew. Without the key a backup of the database tells nobody the password of a mail server.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from collections.abc import Sequence
from typing import Any, cast

import msgspec
from sqlalchemy import Connection, Dialect, MetaData, Table, Text, bindparam, select, update
from sqlalchemy.types import TypeDecorator

from openevent.kit.errors import Unavailable

_PURPOSE = b"openevent.vault"
_NONCE_BYTES = 12  # of 96 bits, drawn at random: section 8.2.2
_BATCH = 500


class SecretUnreadable(Unavailable):
    """A stored secret was written with a key that this installation does not have any more."""

    code = "secret-unreadable"


class Vault:
    """Writes with one key, reads with that and with older ones."""

    def __init__(self, key: str, older: Sequence[str] = ()) -> None:
        self._keys = [_derived(one) for one in (key, *older)]

    def seal(self, text: str) -> str:
        """Return text as only this installation can read it: which key it was, then nonce and ciphertext."""
        key = self._keys[0]
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = nonce + _cipher(key).encrypt(nonce, text.encode(), _PURPOSE)
        return f"{_name(key)}.{base64.b64encode(sealed).decode()}"

    def open(self, sealed: str) -> str:
        """Return the text again; raises SecretUnreadable for what was written with an unknown key, or changed."""
        name, _, rest = sealed.partition(".")
        for key in self._keys:
            if hmac.compare_digest(_name(key).encode(), name.encode()):
                return _opened(key, rest)
        raise SecretUnreadable("A stored secret was written with another secret key.")


def _opened(key: bytes, text: str) -> str:
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 -- takes long to load, and few requests need it

    try:
        data = base64.b64decode(text, validate=True)
        return _cipher(key).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], _PURPOSE).decode()
    except (InvalidTag, binascii.Error, ValueError):
        raise SecretUnreadable("A stored secret was changed by somebody else.") from None


def _cipher(key: bytes) -> Any:  # noqa: ANN401 -- AESGCM, loaded when it is needed
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 -- as above

    return AESGCM(key)


def _derived(key: str) -> bytes:
    return hmac.digest(key.encode(), _PURPOSE, "sha256")


def _name(key: bytes) -> str:
    return hmac.digest(key, b"name", "sha256")[:4].hex()


class Encrypted(TypeDecorator[str]):
    """Text that stands encrypted in the database; SQL can ask whether it is there, and nothing else."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Encrypt what is written."""
        return None if value is None else _vault(dialect).seal(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Decrypt what is read."""
        return None if value is None else _vault(dialect).open(value)


class EncryptedJson(TypeDecorator[dict[str, Any]]):
    """An object that stands encrypted in the database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> str | None:
        """Encrypt what is written."""
        return None if value is None else _vault(dialect).seal(msgspec.json.encode(value).decode())

    def process_result_value(self, value: str | None, dialect: Dialect) -> dict[str, Any] | None:
        """Decrypt what is read."""
        return None if value is None else msgspec.json.decode(_vault(dialect).open(value), type=dict[str, Any])


def give_key(dialect: Dialect, vault: Vault) -> None:
    """Let everything that reads or writes by this dialect open secrets."""
    cast(Any, dialect).openevent_vault = vault


def _vault(dialect: Dialect) -> Vault:
    found: Vault | None = getattr(dialect, "openevent_vault", None)
    if found is None:
        raise RuntimeError("this database was opened without a key")
    return found


def is_secret(type_: object) -> bool:
    """Tell whether a column's type is one of those that stand encrypted."""
    return isinstance(type_, Encrypted | EncryptedJson)


def rewrite(connection: Connection, metadata: MetaData) -> int:
    """Write every stored secret anew, with the newest key; return how many rows there were."""
    return sum(_rewrite_table(connection, table) for table in metadata.sorted_tables if _secrets_of(table))


def _secrets_of(table: Table) -> list[str]:
    return [column.name for column in table.c if is_secret(column.type)]


def _rewrite_table(connection: Connection, table: Table) -> int:
    names = _secrets_of(table)
    [key] = table.primary_key.columns
    rows = connection.execute(select(key.label("row_id"), *(table.c[one] for one in names))).mappings().all()
    values = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
    statement = update(table).where(key == bindparam("row_id")).values(values)
    for start in range(0, len(rows), _BATCH):
        some = rows[start : start + _BATCH]
        new = [{"row_id": row["row_id"], **{f"new_{name}": row[name] for name in names}} for row in some]
        connection.execute(statement, new)
    return len(rows)
