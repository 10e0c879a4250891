"""FACE: what an operator asks about orders."""

from __future__ import annotations

import click

from openevent.kit.work import Shell
from openevent.orders import actions


def prove_inventory(shell: Shell) -> bool:
    """Count all seats and all uses of codes again, say what does not agree, and return whether everything does."""
    with shell.database.reading() as db:
        drifts = actions.prove_inventory(db)
    for drift in drifts:
        click.echo(str(drift), err=True)
    if not drifts:
        click.echo("Every counter agrees with the orders and the attendees.")
    return not drifts
