"""Writes the reference pages from the tables that the program runs on: `make docs`. Tests fail when a page is stale."""

from __future__ import annotations

import dataclasses
import inspect
import pkgutil
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from pathlib import Path

import click

import openevent
from openevent import __version__
from openevent.jsonapi.declare import BelongsTo
from openevent.jsonapi.openapi import describe, render
from openevent.jsonapi.registry import Registry
from openevent.kit.access import KINDS
from openevent.kit.config import Settings, variable
from openevent.kit.errors import DomainError
from openevent.kit.letters import Letters
from openevent.kit.worker import OWN as OWN_PERIODICS
from openevent.main.catalogue import ENDPOINTS, JOBS, PERMISSIONS, RESOURCES
from openevent.main.cli import main as command
from openevent.main.members import grow
from openevent.main.translate import status_of_kind
from openevent.main.wiring import REACTIONS

_MADE = "<!-- Written by `make docs` from the program's own tables: change those, not this page. -->"


def pages() -> dict[str, str]:
    """Return every page by its file name."""
    found = {f"{name}.md": write() for name, (_, write) in _PAGES.items()}
    found["openapi.json"] = _openapi()
    found["README.md"] = _contents()
    return found


def _page(title: str, told: str, *parts: str) -> str:
    return "\n\n".join((f"# {title}", _MADE, told, *parts)) + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


def _first_line(thing: object) -> str:
    return (inspect.getdoc(thing) or "").partition("\n")[0]


def _settings() -> str:
    rows = [
        (f"`{variable(one)}`", one.metadata["shown"] or _default(one.default), one.metadata["text"])
        for one in dataclasses.fields(Settings)
    ]
    told = (
        "Environment variables; none has to be set. Each may be given as the name of a file that holds its value "
        "instead, with `_FILE` at the end of its name. A misspelt name is refused at start."
    )
    return _page("Settings", told, _table(("variable", "default", "what it is"), rows))


def _default(value: object) -> str:
    text = " ".join(str(one) for one in value) if isinstance(value, tuple) else str(value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] -- of any type
    return f"`{text}`" if text else ""


def _permissions() -> str:
    rows = [
        (f"`{row.type}`", row.list, row.read, row.create, row.update, row.delete)
        for _, row in sorted(PERMISSIONS.items())
    ]
    told = (
        "A cell says who may; what is not said, nobody may. One condition in the database answers for a list, for "
        f"what is included elsewhere and for a single row. Callers are of one of these kinds: {', '.join(KINDS)}."
    )
    return _page(
        "Permissions",
        told,
        _table(("type", "list", "read", "create", "update", "delete"), rows),
        "What a type's row does not offer at all (see openapi.json) nobody may, whatever the cell says.",
        "## Relationships",
        "Links are read by whoever reads the row, and the rows behind them by their own cells. They are changed by "
        "whoever may update the row that keeps them; where nobody is named, they are set when the row is made, or "
        "follow from something else, and are refused with 403.",
        _relationships(),
        "## Endpoints",
        _endpoints(),
    )


def _relationships() -> str:
    registry = Registry(RESOURCES, PERMISSIONS)
    rows: list[tuple[object, ...]] = []
    for entry in sorted(registry, key=lambda entry: entry.name):
        for one in entry.relations.values():
            owner = registry[one.target] if one.via == "there" else entry
            kept = one.declared.writable if isinstance(one.declared, BelongsTo) else one.writable
            may = owner.cells.update.name if kept == "always" and owner.offers("update") else ""
            shown = one.readable_by.name if one.readable_by else ""
            rows.append((f"`{entry.name}`", f"`{one.name}`", f"`{one.target}`", shown, may))
    return _table(("type", "relationship", "of", "shown only to", "changed by"), rows)


def _endpoints() -> str:
    rows = [
        (f"`{one.method}`", f"`{one.path}`", "signed in" if one.auth else "everyone", one.summary)
        for one in sorted(ENDPOINTS, key=lambda one: (one.path, one.method))
    ]
    return _table(("method", "path", "who", "what it does"), rows)


def _errors() -> str:
    rows = sorted((f"`{kind.code}`", status_of_kind(kind), _first_line(kind)) for kind in error_types())
    told = (
        "`code` stands in each error object of the API and does not change. The status follows from what kind of "
        "refusal it is. Errors in how a request is written (JSON:API's own rules) have a status, a title and a "
        "`source`, and no code."
    )
    return _page("Errors", told, _table(("code", "status", "when"), rows))


def error_types() -> list[type[DomainError]]:
    """Return every kind of refusal in the product."""
    for module in _modules():
        import_module(module)
    return [DomainError, *_below(DomainError)]


def _below(kind: type[DomainError]) -> Iterable[type[DomainError]]:
    for one in kind.__subclasses__():
        if one.__module__.startswith(f"{openevent.__name__}."):
            yield one
        yield from _below(one)


def _modules() -> Iterable[str]:
    for found in pkgutil.walk_packages(openevent.__path__, f"{openevent.__name__}."):
        if not found.name.endswith((".cli", "__main__")):
            yield found.name


def _signals() -> str:
    rows = [
        (
            f"`{one.signal.__name__}`",
            _first_line(one.signal),
            f"`{one.action.__module__.removeprefix('openevent.')}.{one.action.__name__}`",
            "in the same transaction" if one.how == "now" else "in a job after it",
        )
        for one in REACTIONS
    ]
    mails = [(f"`{name}`",) for name in Letters().names()]
    periodics = sorted((f"`{one.name}`", one.every_seconds) for one in (*OWN_PERIODICS, *JOBS))
    return _page(
        "Signals, mails and periodic jobs",
        "What the product announces to itself, and what follows from it (`main/wiring.py`).",
        _table(("signal", "what happened", "what is done", "when"), rows),
        "## Mails",
        "Each is one Markdown template, `<domain>/templates/mails/<name>.md`.",
        _table(("template",), mails),
        "## Every so often",
        _table(("job", "seconds"), periodics),
    )


def _commands() -> str:
    context = click.Context(command, info_name="openevent")
    parts: list[str] = []
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        if found is not None and not found.hidden:
            usage = found.get_help(click.Context(found, info_name=f"openevent {name}", max_content_width=100))
            parts += [f"## openevent {name}", f"```text\n{usage}\n```"]
    return _page("Commands", "`openevent` is the one command. `openevent <command> --help` prints the same.", *parts)


def _openapi() -> str:
    return render(describe(Registry(RESOURCES, PERMISSIONS), ENDPOINTS, "Open Event", __version__))


def _contents() -> str:
    rows = [(f"[{name}.md]({name}.md)", told) for name, (told, _) in _PAGES.items()]
    rows.append(("[openapi.json](openapi.json)", "The API, for machines (OpenAPI 3.1)."))
    return _page("Reference", "Facts, written by the program itself.", _table(("page", "what it says"), rows))


_PAGES: dict[str, tuple[str, Callable[[], str]]] = {
    "settings": ("Every environment variable.", _settings),
    "permissions": ("Who may list, read, create, update and delete each type.", _permissions),
    "errors": ("Every way in which the product refuses.", _errors),
    "signals": ("What is announced, and what follows from it; mails; periodic jobs.", _signals),
    "commands": ("Everything that `openevent` can be told.", _commands),
}


def write(place: Path) -> None:
    """Write all pages into a directory."""
    place.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (place / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
    grow(Path(sys.argv[1]).parent / "members.txt")
