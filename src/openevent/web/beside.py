"""Notes that a domain puts beside events and their sessions: the pages that show them know none of those domains."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from flask import Blueprint, current_app
from flask.blueprints import BlueprintSetupState
from msgspec import Struct

_KEY = "openevent.beside"


class Note(Struct, frozen=True):
    """One line for whoever is here: what it is about, where it leads, and how that stands.

    `at` stands for the state where that is a moment to come; `session_id` says that it belongs to one session.
    """

    label: str
    text: str
    href: str
    state: str = ""
    tone: str = ""  # of the state: good, warning, bad, or nothing
    at: datetime | None = None
    session_id: int | None = None


Notes = Mapping[str, Sequence[Note]]
Source = Callable[[Sequence[str]], Notes]


def add_notes(blueprint: Blueprint, source: Source) -> None:
    """Ask a source for notes on every page about events of the application that the blueprint becomes a part of.

    A source is given the identifiers of all events on the page at once, and returns the notes for whoever is here.
    """

    def add(state: BlueprintSetupState) -> None:
        state.app.extensions.setdefault(_KEY, []).append(source)

    blueprint.record_once(add)


def notes_beside(identifiers: Sequence[str]) -> dict[str, tuple[Note, ...]]:
    """Return all notes beside some events, by the event's identifier."""
    found: dict[str, tuple[Note, ...]] = dict.fromkeys(identifiers, ())
    sources: Sequence[Source] = current_app.extensions.get(_KEY, ())
    for source in sources:
        for identifier, notes in source(identifiers).items():
            found[identifier] += tuple(notes)
    return found
