"""Archives from strangers: how much of one is read at most."""

from __future__ import annotations

import io
import zipfile

from openevent.exchange.rules.agenda import FileUnreadable

MOST_FILES = 2_000
MOST_BYTES = 64 << 20  # of everything that is unpacked
LARGEST = 16 << 20  # of one file


class Archive:
    """A zip file that is read in memory and never unpacked to a disk; raises FileUnreadable for what is too much."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, RuntimeError) as error:
            raise FileUnreadable(f"this is no zip file: {error}") from None
        self.names = frozenset(self._zip.namelist())
        if len(self._zip.infolist()) > MOST_FILES:
            raise FileUnreadable(f"an archive may hold {MOST_FILES} files")
        self._left = MOST_BYTES

    def read(self, name: str) -> bytes | None:
        """Return one file, None when it is not there. What a file says of its own size is not believed."""
        if name not in self.names:
            return None
        most = min(LARGEST, self._left)
        try:
            with self._zip.open(name) as file:
                data = file.read(most + 1)
        except (zipfile.BadZipFile, OSError, RuntimeError, EOFError, ValueError) as error:
            raise FileUnreadable(f"{name}: {error}") from None
        except Exception as error:  # noqa: BLE001 -- zlib and its kin have errors of their own
            raise FileUnreadable(f"{name}: {type(error).__name__}") from None
        if len(data) > most:
            raise FileUnreadable(f"{name}: the archive holds too much")
        self._left -= len(data)
        return data
