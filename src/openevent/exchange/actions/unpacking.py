"""Making an event of an exported archive, in one transaction: whatever is wrong, nothing stays."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct, field
from sqlalchemy import Boolean, Float, Integer, String, delete, insert, select
from sqlalchemy.exc import DataError, IntegrityError

from openevent.events import actions as events
from openevent.events.models import Event
from openevent.exchange.queries.parts import CATALOGUE_MODELS, LINKS, MODELS
from openevent.exchange.rules.agenda import FileUnreadable
from openevent.exchange.rules.bundle import EVENT_COLUMNS, MEDIA, PARTS, Bundle, Part
from openevent.forms.models import CustomForm
from openevent.kit.access import Actor
from openevent.kit.db import UtcDateTime
from openevent.kit.html import clean
from openevent.kit.pictures import NoPicture, measure
from openevent.kit.work import UnitOfWork
from openevent.site.actions import note_upload
from openevent.site.rules import is_web
from openevent.site.rules.files import MEDIA as PLACE
from openevent.site.rules.files import content_type_of, form_of, is_image, kept_name, key_of
from openevent.tickets.models import TicketStock

_HTML = {
    *("description", "short_abstract", "long_abstract", "short_biography", "long_biography", "comments"),
    *("speaking_experience", "code_of_conduct", "owner_description", "after_order_message"),
}
_LINKS = ("url", "link", "website")  # how columns of addresses end
_SCHEME = re.compile(r"\s*[A-Za-z][A-Za-z0-9+.-]*:(?!\d)")  # a port is none
_LONGEST = 100_000
_MOST_SEATS = 1_000_000
_KINDS: tuple[tuple[type[Any], tuple[type[Any], ...]], ...] = (
    (Boolean, (bool,)),
    (Integer, (int,)),
    (Float, (int, float)),
    (String, (str,)),
)
Keys = dict[str, dict[Any, int]]  # by file: the key of each row in the archive -> the key here


def import_bundle(work: UnitOfWork, bundle: Bundle, *, by: Actor, name: str = "") -> Event:
    """Make a draft event of an exported archive; ids are new, what pointed at an old one points at the new one.

    `name` is what the hand-in is called: a second attempt at it writes the same files. Raises FileUnreadable with the
    file, the row and the member that are wrong.
    """
    kept = _Kept(work, name, bundle.media)
    values = _values(Event, bundle.event, EVENT_COLUMNS, "event", kept.names("event"))
    event = events.create_event(work, {**values, **_catalogues(work, bundle.event), "state": "draft"}, by=by)
    keys: Keys = {}
    for part in PARTS:
        keys[part.name] = _add_part(work, event, part, bundle.rows(part.name), keys, kept=kept, by=by)
        if part.many:
            _link(work, part, bundle.rows(part.name), keys)
    return event


class _Kept(Struct):
    """Media of an archive, stored under new addresses when a row first names them."""

    work: UnitOfWork
    name: str
    media: Mapping[str, bytes]
    known: dict[str, str] = field(default_factory=dict[str, str])

    def names(self, file: str) -> dict[str, _Kept]:
        """Return the members of a file's rows that may name media."""
        return {name: self for _, places in MEDIA.values() for name in places.get(file, ())}

    def address(self, old: str, where: str) -> str:
        """Return where a medium is now; an address that the archive has no file for stays as it is."""
        data = self.media.get(old)
        if data is None:
            return old
        if old not in self.known:
            self.known[old] = self._store(old, data, where)
        return self.known[old]

    def _store(self, old: str, data: bytes, where: str) -> str:
        form = form_of(data)
        if is_image(form):
            try:
                measure(data)
            except NoPicture:
                raise FileUnreadable(f"{where}: that is no picture") from None
        services = self.work.services
        digest = hashlib.sha256(f"{self.name}\0{old}".encode()).hexdigest()[:32]
        key = f"{PLACE}/{digest}/{kept_name(old.rpartition('/')[2], form)}"
        self.work.on_failure(lambda: services.storage.delete(key))
        services.storage.put(key, data, content_type=content_type_of(data))
        note_upload(self.work, key)
        address = services.site.link(f"/static/{key}")
        if key_of(address, services.site.url) is None:
            raise FileUnreadable(f"{where}: a file can't be called that")
        return address


def _catalogues(work: UnitOfWork, row: Mapping[str, Any]) -> dict[str, int | None]:
    """Return kind and topic, as far as this installation knows them by their slugs."""
    found: dict[str, int | None] = {}
    for name, model in CATALOGUE_MODELS.items():
        slug = row.get(name)
        if isinstance(slug, str) and "\x00" not in slug:
            found[f"{name}_id"] = work.db.scalar(select(model.id).where(model.slug == slug).limit(1))
    return found


def _add_part(
    work: UnitOfWork, event: Event, part: Part, rows: list[dict[str, Any]], keys: Keys, *, kept: _Kept, by: Actor
) -> dict[Any, int]:
    found: dict[Any, int] = {}
    for place, row in enumerate(rows):
        where = f"{part.name}[{place}]"
        values = _values(MODELS[part.name], row, part.columns, where, kept.names(part.name))
        values |= _pointers(part, row, keys, where)
        if part.name == "sessions":
            values |= {"creator_id": by.id, "created_at": work.now, "last_modified_at": work.now}
        made = _insert(work, event, part, values, where)
        if part.name == "tickets":
            _stock(work, event, made, row.get("quantity", 0), where)
        if isinstance(row.get("id"), int | str):
            found[row["id"]] = made
    return found


def _pointers(part: Part, row: Mapping[str, Any], keys: Keys, where: str) -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    for column, target in part.links.items():
        old = row.get(column)
        found[column] = keys[target].get(old) if isinstance(old, int | str) else None
        if found[column] is None and not MODELS[part.name].__table__.c[column].nullable:
            raise FileUnreadable(f"{where}.{column} names no row of {target}")
    return found


def _insert(work: UnitOfWork, event: Event, part: Part, values: dict[str, Any], where: str) -> int:
    model = MODELS[part.name]
    try:
        if model is CustomForm:
            _make_way(work, event, values)
        row = insert(model).values(event_id=event.id, **values).returning(model.id)
        return int(work.db.execute(row).scalar_one())
    except (IntegrityError, DataError):
        raise FileUnreadable(f"{where} is there twice, or holds a value that is not allowed") from None


def _make_way(work: UnitOfWork, event: Event, values: Mapping[str, Any]) -> None:
    """Let the archive's own question stand where every new event asks one."""
    if values.get("form_id") is None:
        same = CustomForm.form == values["form"], CustomForm.field_identifier == values["field_identifier"]
        asked = CustomForm.event_id == event.id, CustomForm.form_id.is_(None), CustomForm.is_fixed
        work.db.execute(delete(CustomForm).where(*same, *asked))


def _stock(work: UnitOfWork, event: Event, ticket_id: int, quantity: object, where: str) -> None:
    if not isinstance(quantity, int) or isinstance(quantity, bool) or not 0 <= quantity <= _MOST_SEATS:
        raise FileUnreadable(f"{where}.quantity is no number of seats")
    work.db.execute(insert(TicketStock).values(ticket_id=ticket_id, event_id=event.id, quantity=quantity))


def _link(work: UnitOfWork, part: Part, rows: list[dict[str, Any]], keys: Keys) -> None:
    table, own, other = LINKS[part.name]
    found: list[dict[str, int]] = []
    for place, row in enumerate(rows):
        key, there = keys[part.name].get(row.get("id")), keys[part.many]
        named = dict.fromkeys(_list(row.get(part.many), f"{part.name}[{place}].{part.many}"))
        found += [{own: key, other: there[old]} for old in named if key is not None and old in there]
    if found:
        work.db.execute(insert(table), found)


def _values(
    model: type[Any], row: Mapping[str, Any], columns: tuple[str, ...], where: str, media: Mapping[str, _Kept]
) -> dict[str, Any]:
    """Return the members that are there as values of columns; raises FileUnreadable for one that does not fit."""
    table = model.__table__
    found: dict[str, Any] = {}
    for name in columns:
        column, value = table.c[name], row.get(name)
        if value is None:
            if not column.nullable and column.default is None:
                raise FileUnreadable(f"{where}.{name} is missing")
            if name in row and column.nullable:
                found[name] = None
            continue
        place = f"{where}.{name}"
        found[name] = _fitting(column.type, name, value, place)
        if name in media:
            found[name] = media[name].address(found[name], place)
    return found


def _fitting(type_: Any, name: str, value: object, where: str) -> object:  # noqa: ANN401 -- a column's type
    if isinstance(type_, UtcDateTime):
        return _moment(value, where)
    wanted = next((kinds for known, kinds in _KINDS if isinstance(type_, known)), ())
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted != (bool,)):
        raise FileUnreadable(f"{where}: {str(value)[:40]!r} does not fit")
    if isinstance(value, str):
        most: int = getattr(type_, "length", None) or _LONGEST
        if len(value) > most or "\x00" in value:
            raise FileUnreadable(f"{where} is too long, or no text")
        if name.endswith(_LINKS) and _SCHEME.match(value) and not is_web(value):
            raise FileUnreadable(f"{where} is no address of the web")
        return clean(value) if name in _HTML else value
    if isinstance(value, int | float) and abs(value) >= 2**31:
        raise FileUnreadable(f"{where} is too large a number")
    return value


def _moment(value: object, where: str) -> datetime:
    try:
        found = datetime.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise FileUnreadable(f"{where}: {str(value)[:40]!r} is no date with an offset")
    return found


def _list(value: object, where: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, int | str) for one in value):  # pyright: ignore[reportUnknownVariableType] -- decoded JSON
        raise FileUnreadable(f"{where} is no list of ids")
    return value  # pyright: ignore[reportUnknownVariableType] -- decoded JSON
