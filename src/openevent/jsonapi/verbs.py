"""The engine's own verbs: insert, assign, mark as deleted or remove; and the rows of link tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.orm import Session

from openevent.jsonapi.declare import Change
from openevent.jsonapi.ports import Caller, Work
from openevent.jsonapi.registry import Relation, ResourceType


def column_values(entry: ResourceType, change: Change) -> dict[str, Any]:
    """Return what a change sets, by column: attributes that are columns, and to-one links kept here."""
    found = {
        one.column.key: change.values[one.key]
        for one in entry.fields.values()
        if one.column is not None and one.key in change.values
    }
    for relation in entry.relations.values():
        if relation.via == "here" and relation.key in change.links:
            found[relation.column] = change.links[relation.key]
    return found


def create(work: Work, entry: ResourceType, change: Change, by: Caller) -> Any:  # noqa: ANN401 -- a model instance
    """Insert a row and its links."""
    stamps = {name: work.now for name in ("created_at", "last_modified_at") if name in entry.table.c}
    row = entry.resource.model(**{**stamps, **column_values(entry, change)})
    work.db.add(row)
    work.db.flush()
    _replace_links(work.db, entry, change, row.id)
    work.audit(f"{entry.name}.create", f"{entry.name}:{row.id}", by=by)
    return row


def update(work: Work, entry: ResourceType, change: Change, by: Caller) -> Any:  # noqa: ANN401 -- a model instance
    """Assign what was sent; a change that changes nothing leaves no trace."""
    for name, value in column_values(entry, change).items():
        if getattr(change.row, name) != value:
            setattr(change.row, name, value)
    is_changed = work.db.is_modified(change.row)
    is_linked = _replace_links(work.db, entry, change, change.row.id)
    if is_changed or is_linked:
        if "last_modified_at" in entry.table.c:
            change.row.last_modified_at = work.now
        work.db.flush()
        work.audit(f"{entry.name}.update", f"{entry.name}:{change.row.id}", by=by)
    return change.row


def remove(work: Work, entry: ResourceType, change: Change, by: Caller) -> None:
    """Hide the row, or remove it for good where rows are not hidden or that is asked for."""
    if entry.resource.is_soft and not change.permanent:
        change.row.deleted_at = work.now
        work.db.flush()
    else:  # in plain SQL: what hangs on the row is the database's business (ON DELETE), not the session's
        work.db.execute(delete(entry.table).where(entry.table.c.id == change.row.id))
        work.db.expunge(change.row)
    work.audit(f"{entry.name}.delete", f"{entry.name}:{change.row.id}", by=by)


def restore(work: Work, entry: ResourceType, change: Change, by: Caller) -> Any:  # noqa: ANN401 -- a model instance
    """Show a hidden row again."""
    change.row.deleted_at = None
    work.db.flush()
    work.audit(f"{entry.name}.restore", f"{entry.name}:{change.row.id}", by=by)
    return change.row


def _replace_links(db: Session, entry: ResourceType, change: Change, row_id: int) -> bool:
    changed = False
    for relation in entry.relations.values():
        if relation.via == "link" and relation.key in change.links:
            wanted = cast("list[int]", change.links[relation.key])
            changed = replace_links(db, relation, row_id, wanted) or changed
    return changed


def replace_links(db: Session, relation: Relation, row_id: int, wanted: Sequence[int]) -> bool:
    """Make the link table say exactly this; return whether anything had to be done."""
    link = cast(Table, relation.link)
    near, far = link.c[relation.near], link.c[relation.far]
    present = linked_ids(db, relation, row_id)
    gone, fresh = present - set(wanted), [one for one in wanted if one not in present]
    if gone:
        db.execute(delete(link).where(near == row_id, far.in_(gone)))
    if fresh:
        db.execute(insert(link), [{relation.near: row_id, relation.far: one} for one in fresh])
    return bool(gone or fresh)


def linked_ids(db: Session, relation: Relation, row_id: int) -> set[int]:
    """Return the ids that a link table joins to this row."""
    link = cast(Table, relation.link)
    return cast("set[int]", set(db.scalars(select(link.c[relation.far]).where(link.c[relation.near] == row_id))))


ENGINE = {"create": create, "update": update, "delete": remove, "restore": restore}
