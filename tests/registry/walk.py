"""Who may what, as HTTP answers it: every type, every verb, every role, in a published event and in a draft.

Nothing is changed by asking: changes and deletions carry an If-Match that no state has, which is looked at only when
permission is given (412), and links are replaced by themselves.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from sqlalchemy import insert, select

from factories import give_role, make_event, make_user
from openevent.jsonapi.declare import ManyToMany
from openevent.jsonapi.inputs import Form, read_object
from openevent.jsonapi.registry import Relation, ResourceType
from openevent.jsonapi.request import MEDIA_TYPE, Request
from openevent.kit.access import NOBODY, STAFF, SUPER, USER, Actor
from openevent.kit.clock import FixedClock
from openevent.kit.config import Settings
from openevent.kit.db import Database
from openevent.kit.vault import Vault
from openevent.kit.work import UnitOfWork
from openevent.main.app import Product, build, build_shell
from openevent.main.database import migrate
from openevent.people.models import User
from registry.rows import RowMaker, sample
from registry.samples import SAMPLES
from registry.world import TYPES

KEPT = Path(__file__).with_name("permissions-by-role.txt")
ROLES = (
    "super admin",
    "admin",
    "sales admin",
    "owner",
    "organizer",
    "co-organizer",
    "track organizer",
    "moderator",
    "registrar",
    "speaker",
    "buyer",
    "signed in",
    "anonymous",
)
ON_EVENTS = {
    "owner": "owner",
    "organizer": "organizer",
    "co-organizer": "coorganizer",
    "track organizer": "track_organizer",
    "moderator": "moderator",
    "registrar": "registrar",
}
# Whose rows are a speaker's; whatever else names an account is a buyer's.
SPOKEN = frozenset({"session", "speaker", "speaker-invite"})
HEAD = (
    "Who may what, as HTTP answers it. Written by `make permissions`; a test compares. Look at every change.\n"
    "Y: in a published event and in a draft; p: only when published; d: only in a draft; -: neither.\n"
    "The speaker and the buyer are those whom the rows name; everybody else has a part in both events.\n"
    "create: whether a document gets past the question who may. A link is changed as its type is updated.\n"
)
_NEVER = {"accept": MEDIA_TYPE, "if-match": 'W/"never"', "content-type": MEDIA_TYPE}
_REFUSED = frozenset({401, 403, 404, 405})


@dataclass
class Walk:
    """The product with a published event and a draft, rows of every type in both, and one caller for every role."""

    product: Product
    callers: dict[str, Actor] = field(default_factory=dict)
    families: list[dict[str, int]] = field(default_factory=list)

    def status(self, method: str, path: str, role: str, body: Any = None) -> int:
        headers = _NEVER if "/relationships/" not in path else {**_NEVER, "if-match": "*"}
        headers = {"accept": MEDIA_TYPE} if method == "GET" else headers
        data = b"" if body is None else msgspec.json.encode(body)
        answer = self.product.engine.handle(Request(method, path, "", headers, data, self.callers[role]))
        assert answer is not None
        assert answer.status < 500 or answer.status == 503, (method, path, role, answer.body)
        return answer.status

    def document(self, path: str) -> Any:
        request = Request("GET", path, "", {"accept": MEDIA_TYPE}, b"", self.callers["super admin"])
        answer = self.product.engine.handle(request)
        assert answer is not None
        return read_object(answer.body).get("data")


def lines(walk: Walk) -> Iterator[str]:
    """Return the table, line by line."""
    width = 46
    yield from HEAD.splitlines()
    yield ""
    yield " " * width + "  ".join(ROLES)
    for entry in walk.product.engine.registry:
        for what, marks in _of_type(walk, entry):
            cells = "  ".join(mark.ljust(len(role)) for mark, role in zip(marks, ROLES, strict=True))
            yield f"{entry.name} {what}".ljust(width) + cells.rstrip()


def _of_type(walk: Walk, entry: ResourceType) -> Iterator[tuple[str, list[str]]]:
    if entry.offers("list") and entry.resource.collection:
        yield "list", _marks(walk, [("GET", entry.url, None)])
    items = _items(walk, entry)
    if entry.offers("read"):
        yield "read", _marks(walk, [("GET", item, None) for item in items])
    if entry.offers("create"):
        yield "create", _creating(walk, entry)
    for verb, method in (("update", "PATCH"), ("delete", "DELETE")):
        if entry.offers(verb):
            body = [{"data": {"type": entry.name, "id": item.rsplit("/", 1)[-1]}} for item in items]
            asked = [(method, item, one if verb == "update" else None) for item, one in zip(items, body, strict=True)]
            yield verb, _marks(walk, asked)
    for relation in entry.relations.values():
        yield from _of_relation(walk, relation, items)


def _of_relation(walk: Walk, relation: Relation, items: list[str]) -> Iterator[tuple[str, list[str]]]:
    if relation.hidden or not items:
        return
    paths = [f"{item}/relationships/{relation.name}" for item in items]
    yield f"{relation.name}: read", _marks(walk, [("GET", path, None) for path in paths])
    if relation.writable == "always":
        same = [{"data": walk.document(path)} for path in paths]
        asked = [("PATCH", path, one) for path, one in zip(paths, same, strict=True)]
        yield f"{relation.name}: change", _marks(walk, asked)


def _items(walk: Walk, entry: ResourceType) -> list[str]:
    if entry.resource.singleton is not None:
        return [entry.url]
    if entry.resource.address is not None and "<key>" not in entry.item:
        return [entry.item]
    keys = [family.get(entry.table.name) for family in walk.families]
    if entry.resource.address is not None:  # rows that a row of another type has one of
        keys = [family["tickets" if "/tickets/" in entry.item else "events"] for family in walk.families]
    return [entry.link(str(key)) for key in keys if key is not None]


def _marks(walk: Walk, asked: list[tuple[str, str, Any]]) -> list[str]:
    """Return one mark for every role; what is asked is about the published event, then about the draft."""
    found: list[str] = []
    for role in ROLES:
        may = [walk.status(method, path, role, body) not in _REFUSED for method, path, body in asked]
        found.append(_mark(may))
    return found


def _mark(may: list[bool]) -> str:
    if all(may):
        return "Y"
    return "-" if not any(may) else "p" if may[0] else "d"


def _creating(walk: Walk, entry: ResourceType) -> list[str]:
    bodies = [_new(walk, entry, family) for family in walk.families]
    return _marks(walk, [("POST", entry.url, body) for body in bodies])


def _new(walk: Walk, entry: ResourceType, family: dict[str, int]) -> Any:
    """Return a document with all that is asked for, as far as a declaration says it."""
    form, now = Form.of(entry), walk.product.shell.clock.now()
    attributes: dict[str, Any] = {}
    for member in form.members:
        one = member.field
        if one.attribute.required:
            value = SAMPLES.get((entry.name, one.name), sample(one, 7, now))
            attributes[one.name] = value.astimezone(UTC).isoformat() if hasattr(value, "isoformat") else value
    links: dict[str, Any] = {}
    for relation in form.links:
        target = walk.product.engine.registry[relation.target]
        key = family.get(target.table.name)
        if key is not None and relation.via == "here" and (relation.required or relation.target == "event"):
            links[relation.name] = {"data": {"type": relation.target, "id": str(key)}}
    return {"data": {"type": entry.name, "attributes": attributes, "relationships": links}}


def fill(product: Product) -> Walk:
    """Make the rows."""
    walk = Walk(product)
    with product.shell.work() as work:
        people = _people(work, walk)
        for state in ("published", "draft"):
            walk.families.append(_family(work, walk, people, state))
    return walk


def _people(work: UnitOfWork, walk: Walk) -> dict[str, User]:
    flags: dict[str, dict[str, bool]] = {
        "super admin": {"is_super_admin": True, "is_admin": True},
        "admin": {"is_admin": True},
        "sales admin": {"is_sales_admin": True},
    }
    kinds = {"super admin": SUPER, "admin": STAFF}
    found: dict[str, User] = {}
    for role in ROLES[:-1]:
        user = make_user(work, email=f"{role.replace(' ', '-')}@example.org", **flags.get(role, {}))
        found[role] = user
        walk.callers[role] = Actor(user.id, user.email, kinds.get(role, USER), is_verified=True)
    walk.callers["anonymous"] = NOBODY
    return found


def _family(work: UnitOfWork, walk: Walk, people: dict[str, User], state: str) -> dict[str, int]:
    registry = walk.product.engine.registry
    event = make_event(work, owner=people["owner"], state=state, can_pay_onsite=True)
    for role, name in ON_EVENTS.items():
        if role != "owner":
            give_role(work, event, people[role], name)
    maker = RowMaker(work.db, registry, work.now, {"events": event.id, "users": people["buyer"].id})
    for entry in (registry[name] for name in TYPES):
        if entry.resource.singleton is not None:
            _only(work, maker, entry)
            continue
        maker.known["users"] = people["speaker" if entry.name in SPOKEN else "buyer"].id
        if entry.table.name not in maker.known:
            maker.known[entry.table.name] = maker.make(entry)
    maker.known["users"] = people["buyer"].id
    _link(work, walk, maker.known)
    return maker.known


def _only(work: UnitOfWork, maker: RowMaker, entry: ResourceType) -> None:
    key = entry.resource.singleton
    if work.db.scalar(select(entry.table.c.id).where(entry.table.c.id == key)) is None:
        maker.make(entry, id=key)


def _link(work: UnitOfWork, walk: Walk, known: dict[str, int]) -> None:
    """Join the rows of the family by every link table."""
    registry = walk.product.engine.registry
    for entry in registry:
        for one in entry.resource.relationships:
            if isinstance(one, ManyToMany):
                left, right = known[entry.table.name], known[registry[one.type].table.name]
                needed = {one.left: left, one.right: right}
                there = select(one.link.c[one.left]).where(*(one.link.c[name] == key for name, key in needed.items()))
                if work.db.execute(there).first() is None:
                    more = {"event_id": known["events"]} if "event_id" in one.link.c else {}
                    work.db.execute(insert(one.link).values(**{**more, **needed}))


def open_walk(directory: Path) -> Walk:
    """Return the walk over a database of its own in a directory."""
    url = f"sqlite:///{directory / 'walk.db'}"
    database = Database(url, vault=Vault("only-for-tests"))
    migrate(database)
    settings = Settings(data=str(directory), database_url=url, storage_url="memory://", mail_url="memory://")
    return fill(build(settings, build_shell(settings, database=database, clock=FixedClock())))


def main() -> None:
    """Write the table anew."""
    with TemporaryDirectory() as directory:
        walk = open_walk(Path(directory))
        KEPT.write_text("\n".join(lines(walk)) + "\n")
        walk.product.close()
    sys.stdout.write(f"{KEPT.name}: look at the difference\n")


if __name__ == "__main__":
    main()
