"""What clients rely on: every declared member of every type. Kept in a file that only grows, unless somebody means it.

`make docs` adds what is new. What is gone, or is no more what it was, stays in the file, and a test fails, until
`make break` writes the file anew.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from openevent.jsonapi.registry import Field, Registry, Relation, ResourceType
from openevent.main.catalogue import PERMISSIONS, RESOURCES


def declared() -> list[str]:
    """Return a line for everything that a client may rely on."""
    return sorted(line for entry in Registry(RESOURCES, PERMISSIONS) for line in _of_type(entry))


def added(kept: str) -> str:
    """Return the file with what is new; nothing is taken out."""
    return _joined({*kept.splitlines(), *declared()})


def grow(file: Path) -> None:
    """Add what is new to the file."""
    file.write_text(added(file.read_text(encoding="utf-8") if file.exists() else ""), encoding="utf-8")


def broken(kept: str) -> list[str]:
    """Return what was promised and is not there any more, or is another thing now."""
    return sorted(set(kept.splitlines()) - set(declared()))


def _of_type(entry: ResourceType) -> Iterable[str]:
    methods = ",".join(sorted(entry.resource.methods))
    yield f"{entry.name} at {entry.item}: {methods}, id {'integer' if entry.resource.integer_id else 'text'}"
    yield from (f"{entry.name}.{one.name}: {_field(one)}" for one in entry.fields.values())
    yield from (f"{entry.name}.{one.name}: {_relation(entry, one)}" for one in entry.relations.values())


def _field(one: Field) -> str:
    attribute = one.attribute
    nullable = attribute.nullable and (one.column is None or bool(one.column.nullable))
    words = [one.kind, "or null" if nullable else ""]
    words += [word for word, holds in (("required", attribute.required), ("write-only", attribute.write_only)) if holds]
    words += [f"of {'|'.join(attribute.choices)}"] if attribute.choices else []
    return " ".join(word for word in words if word)


def _relation(entry: ResourceType, one: Relation) -> str:
    many = "many" if one.many else "one"
    hidden = ", not in documents" if one.hidden else ""
    return f"{many} {one.target} at {entry.related(one, '<key>')}{hidden}"


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(sorted(lines)) + "\n"


def main() -> None:
    """Write the file anew."""
    Path(sys.argv[1]).write_text(_joined(declared()), encoding="utf-8")


if __name__ == "__main__":
    main()
