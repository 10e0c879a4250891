"""Tables as CSV: what a spreadsheet would run as a formula stays a text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

_STARTS = ("=", "+", "-", "@", "\t", "\r")


def safe(value: object) -> str:
    """Return a cell that no spreadsheet takes for a formula: such a text gets an apostrophe before it.

    >>> safe("=HYPERLINK(1)"), safe("-2+3"), safe("Ana"), safe(None), safe(-2.5), safe(True)
    ("'=HYPERLINK(1)", "'-2+3", 'Ana', '', '-2.5', 'Yes')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    text = str(value)
    if isinstance(value, int | float) or not text.lstrip(" \n").startswith(_STARTS):
        return text
    return f"'{text}"


def sheet(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a table as CSV (RFC 4180) in UTF-8.

    >>> sheet(["Name"], [["=1+1"], ["Ana, Bo"]]).decode().split()
    ['Name', "'=1+1", '"Ana,', 'Bo"']
    """
    found = io.StringIO()
    writer = csv.writer(found)
    writer.writerow(head)
    writer.writerows([safe(value) for value in row] for row in rows)
    return found.getvalue().encode()
