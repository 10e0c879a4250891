"""What the lab says on the pages of events and tickets: which bench is there, and whose turn it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from openevent.lab.pages.blueprint import blueprint
from openevent.lab.queries.beside import benches_beside
from openevent.lab.rules.beside import MOST, Beside
from openevent.web.beside import Note, Notes, add_notes
from openevent.web.visit import visit


def notes(identifiers: Sequence[str]) -> Notes:
    """Return a line for each bench that whoever is here may use; of many in one place, those that matter most."""
    by = visit().by
    if by.id is None:
        return {}
    with visit().reading() as db:
        found = benches_beside(db, identifiers, by, visit().shell.clock.now())
    return {identifier: _few(benches) for identifier, benches in found.items()}


def _few(benches: Sequence[Beside]) -> list[Note]:
    shown, left = Counter[int | None](), Counter[int | None]()
    notes: list[Note] = []
    for one in benches:
        if shown[one.session_id] < MOST:
            shown[one.session_id] += 1
            notes.append(_note(one))
        else:
            left[one.session_id] += 1
    rest = (Note("", f"{number} more in the lab", "/lab", session_id=session) for session, number in left.items())
    return [*notes, *rest]


def _note(bench: Beside) -> Note:
    words, tone = bench.words
    return Note(
        label="Your bench" if bench.is_theirs or bench.state == "yours" else "Bench",
        text=bench.name,
        href=f"/lab/devices/{bench.device_id}",
        state=words,
        tone=tone,
        at=bench.begins,
        session_id=bench.session_id,
    )


add_notes(blueprint, notes)
