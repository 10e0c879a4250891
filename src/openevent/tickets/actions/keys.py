"""Keys of codes, which nobody can guess.

Clients order with the key of a code, not with what was typed. Keys that count 1, 2, 3 would let anybody try them all,
and have every discount and every hidden ticket there is.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from openevent.tickets.models import AccessCode, DiscountCode

_FARTHEST = 2**32  # from one key to the next: four million codes until keys grow beyond what JavaScript can count


def secret_keys(db: Session, model: type[DiscountCode | AccessCode]) -> Iterator[int]:
    """Return new keys, each beyond all that there are, by a step that nobody knows: lists stay in their order."""
    last = db.scalar(select(func.max(model.id))) or 0
    while True:
        last += 1 + secrets.randbelow(_FARTHEST)
        yield last
