"""Files under keys: a disk directory, S3 and its like, or memory, chosen by one URL."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, MemoryStore, S3Store

from openevent.kit.errors import Unavailable

# No empty, dot-only or hidden segments, nothing that a shell, a URL or a file system reads in its own way.
_KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
_LONGEST_KEY = 500

Store = LocalStore | MemoryStore | S3Store

_log = logging.getLogger(__name__)


class ObjectStorage:
    """Keeps files in an object store; raises ValueError for a key that is not ours, Unavailable when it fails."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def put(self, key: str, data: bytes, *, content_type: str) -> None:
        """Write a whole file, replacing what was there; readers never see half of it."""
        attributes = {} if isinstance(self._store, LocalStore) else {"Content-Type": content_type}
        try:
            obstore.put(self._store, checked(key), data, attributes=cast(Any, attributes))
        except BaseError as error:
            _log.warning("the storage refused a file: %s", type(error).__name__)
            raise Unavailable("Files can't be kept just now. Please try again later.") from error

    def get(self, key: str) -> bytes | None:
        """Return a whole file, or None when there is none."""
        try:
            return bytes(obstore.get(self._store, checked(key)).bytes())
        except FileNotFoundError:
            return None
        except BaseError as error:
            raise Unavailable(f"The storage did not answer: {type(error).__name__}.") from error

    def copy(self, key: str, to: str) -> bool:
        """Copy a whole file to another key, inside the store; return whether there was one."""
        try:
            obstore.copy(self._store, checked(key), checked(to))
        except FileNotFoundError:
            return False
        except BaseError as error:
            raise Unavailable(f"The storage did not copy a file: {type(error).__name__}.") from error
        return True

    def delete(self, key: str) -> None:
        """Remove a file; one that is not there is fine."""
        try:
            obstore.delete(self._store, checked(key))
        except FileNotFoundError:
            return
        except BaseError as error:
            raise Unavailable(f"The storage did not remove a file: {type(error).__name__}.") from error

    def keys(self, prefix: str = "") -> list[str]:
        """Return the keys that start with a prefix, sorted."""
        try:
            chunks = list(obstore.list(self._store))  # pyright: ignore[reportUnknownMemberType] -- arrow is optional
        except BaseError as error:
            raise Unavailable(f"The storage did not list its files: {type(error).__name__}.") from error
        return sorted(item["path"] for chunk in chunks for item in chunk if item["path"].startswith(prefix))


class MemoryStorage:
    """A dictionary, for tests: `files` is open to look at."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def put(self, key: str, data: bytes, *, content_type: str) -> None:  # noqa: ARG002 -- the port's signature
        """Write a whole file."""
        self.files[checked(key)] = data

    def get(self, key: str) -> bytes | None:
        """Return a whole file, or None."""
        return self.files.get(checked(key))

    def copy(self, key: str, to: str) -> bool:
        """Copy a whole file to another key; return whether there was one."""
        found = self.get(key)
        if found is not None:
            self.files[checked(to)] = found
        return found is not None

    def delete(self, key: str) -> None:
        """Remove a file."""
        self.files.pop(checked(key), None)

    def keys(self, prefix: str = "") -> list[str]:
        """Return the keys that start with a prefix, sorted."""
        return sorted(key for key in self.files if key.startswith(prefix))


def checked(key: str) -> str:
    """Return the key, or raise ValueError when it could leave its place.

    >>> checked("tickets/ab12/cd34.pdf")
    'tickets/ab12/cd34.pdf'
    >>> checked("tickets/../secret")
    Traceback (most recent call last):
    ...
    ValueError: not a storage key: 'tickets/../secret'
    """
    if len(key) > _LONGEST_KEY or not _KEY.fullmatch(key):
        raise ValueError(f"not a storage key: {key[:80]!r}")
    return key


def open_storage(url: str) -> ObjectStorage | MemoryStorage:
    """Return the storage that a URL names: file://directory, s3://bucket/prefix?endpoint=...&region=..., memory://.

    S3 credentials come from the URL (`s3://key:secret@bucket`) or, without, from the machine's own (AWS_*, roles).
    """
    parts = urlsplit(url)
    if parts.scheme == "memory":
        return MemoryStorage()
    if parts.scheme == "file":
        return ObjectStorage(_directory(parts.netloc + parts.path))
    if parts.scheme == "s3" and parts.hostname:
        return ObjectStorage(_bucket(url))
    raise ValueError("expected file://directory or s3://bucket")


def _directory(path: str) -> LocalStore:
    place = Path(path or "data/files").absolute()
    place.mkdir(parents=True, exist_ok=True)
    return LocalStore(prefix=place)


def _bucket(url: str) -> S3Store:
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    config: dict[str, Any] = {"region": options.get("region", "us-east-1")}
    if "endpoint" in options:
        config["endpoint"] = options["endpoint"]
    if parts.username and parts.password:
        config |= {"access_key_id": parts.username, "secret_access_key": parts.password}
    plain = options.get("endpoint", "").startswith("http://")
    return S3Store(
        parts.hostname or "",
        prefix=parts.path.strip("/") or None,
        config=cast(Any, config),
        client_options={"allow_http": plain, "timeout": "20s", "connect_timeout": "5s"},
        retry_config=cast(Any, {"max_retries": 3}),
    )
