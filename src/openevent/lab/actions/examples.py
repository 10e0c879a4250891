"""What an installation begins with: ready-made scripts, and for the sample conference a simulated bench."""

from __future__ import annotations

from importlib import resources
from typing import Final

from openevent.events.models import Event
from openevent.kit.access import Actor
from openevent.kit.work import UnitOfWork
from openevent.lab.actions.devices import save_bench, save_device
from openevent.lab.actions.scripts import keep_example
from openevent.lab.queries.places import workshop_of

EXAMPLES: Final = ("multimeter.py", "plot_test.py", "sine.py")


def seed(work: UnitOfWork) -> None:
    """Keep the ready-made scripts as this version of the program has them; safe to run again."""
    for name in EXAMPLES:
        file = resources.files("openevent.lab") / "examples" / f"{name}.txt"
        keep_example(work, name, file.read_text(encoding="utf-8"))


def make_bench(work: UnitOfWork, event: Event, *, by: Actor) -> None:
    """Set up a simulated device that everybody may try, and put it into the first workshop of an event."""
    values = {"name": "Bench 1 (simulated)", "place": "On this server", "is_on": True, "is_open": True}
    device = save_device(work, None, {**values, "notes": "SI1 is wired to CH1, SI2 to CH2, PV1 to CH3."}, by=by)
    session, ticket = workshop_of(work.db, event.id)
    bench = {"event_id": event.id, "device_id": device.id, "session_id": session, "ticket_id": ticket}
    save_bench(work, None, bench, by=by)
