"""Inclusion: one statement a relationship for all parents at once, every resource in the document once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from openevent.jsonapi.codecs import Codec, Linkage, Values
from openevent.jsonapi.errors import bad_parameter
from openevent.jsonapi.limits import Limits
from openevent.jsonapi.plans import Plan, Step
from openevent.jsonapi.statements import Fetch

_NULL = b',"data":null'
_NONE = b',"data":[]'


class _Gathering:
    """What one document has gathered: rows by type, each once, and who is linked to whom."""

    def __init__(self, plan: Plan, rows: Sequence[Values]) -> None:
        self.linkages: dict[Codec, list[Linkage]] = {}
        self.rows: dict[Codec, dict[int, Values]] = {}
        for codec in (plan.codec, *(step.codec for step in plan.steps)):
            self.linkages.setdefault(codec, [{} for _ in codec.slots])
            self.rows.setdefault(codec, {})
        self.rows[plan.codec] = {row[0]: row for row in rows}
        self.count = 0

    def follow(self, step: Step, parents: Sequence[Values], rows: Sequence[Values]) -> list[Values]:
        """Link the parents of a step to its rows; return the rows, each once."""
        linkage = self.linkages[step.owner][step.slot]
        if not step.relation.many and step.relation.via != "here":
            rows = _first_of_each_parent(rows)
        once = {row[0]: row for row in rows}
        if step.relation.via == "here":
            _link_forward(step, parents, rows, linkage)
        else:
            _link_back(step, parents, rows, linkage)
        known = self.rows[step.codec]
        for key, row in once.items():
            known.setdefault(key, row)
        return list(once.values())


def gather(
    plan: Plan, rows: Sequence[Values], fetch: Fetch, values: Mapping[str, Any], limits: Limits
) -> tuple[list[bytes], list[bytes]]:
    """Run a plan's steps; return the encoded rows of `data` and of `included`. Raises 400 when there are too many."""
    found = _Gathering(plan, rows)
    levels: list[Sequence[Values]] = []
    total = 0
    for step in plan.steps:
        parents = _shown(step, rows if step.source < 0 else levels[step.source])
        related = _fetched(step, parents, fetch, values)
        total += len(related)
        if total > limits.max_included:
            raise bad_parameter("include", f"More than {limits.max_included} resources would be included.")
        levels.append(found.follow(step, parents, related))
    own = {row[0] for row in rows}
    data = [plan.codec.encode(row, found.linkages[plan.codec]) for row in rows]
    included = [
        codec.encode(row, found.linkages[codec])
        for codec, known in found.rows.items()
        for key, row in known.items()
        if codec is not plan.codec or key not in own
    ]
    return data, included


def _shown(step: Step, parents: Sequence[Values]) -> Sequence[Values]:
    """Return the parents whose relationship this caller may see."""
    flag = step.owner.flags.get(step.relation)
    return parents if flag is None else [row for row in parents if row[flag]]


def _fetched(step: Step, parents: Sequence[Values], fetch: Fetch, values: Mapping[str, Any]) -> Sequence[Values]:
    at = step.owner.key_at.get(step.relation, 0)  # the id in the parent's row that the statement looks for
    ids = list(dict.fromkeys(row[at] for row in parents if row[at] is not None))
    return step.statement.rows(fetch, {**values, "ids": ids}) if ids else ()


def _link_forward(step: Step, parents: Sequence[Values], rows: Sequence[Values], linkage: Linkage) -> None:
    at = step.owner.key_at[step.relation]
    # A row ends with the id that its parents hold; its own may be a placeholder's.
    identifiers = {row[-1]: b',"data":' + step.codec.identifier(row[0]) for row in rows}
    for row in parents:
        linkage[row[0]] = identifiers.get(row[at], _NULL)


def _first_of_each_parent(rows: Sequence[Values]) -> list[Values]:
    found: dict[int, Values] = {}
    for row in rows:
        found.setdefault(row[-1], row)  # a row ends with its parent's id
    return list(found.values())


def _link_back(step: Step, parents: Sequence[Values], rows: Sequence[Values], linkage: Linkage) -> None:
    linked: dict[int, dict[int, None]] = {row[0]: {} for row in parents}
    for row in rows:
        linked[row[-1]][row[0]] = None
    identifiers = {row[0]: step.codec.identifier(row[0]) for row in rows}
    for key, found in linked.items():
        texts = [identifiers[one] for one in found]
        if step.relation.many:
            linkage[key] = b',"data":[%b]' % b",".join(texts) if texts else _NONE
        else:
            linkage[key] = b',"data":%b' % texts[0] if texts else _NULL
