"""FACE: what an operator asks about payments."""

from __future__ import annotations

import click

from openevent.kit.work import Shell
from openevent.payments import actions


def prove_ledger(shell: Shell) -> bool:
    """Hold the ledger against payments and refunds, say what does not agree, and return whether everything does."""
    with shell.database.reading() as db:
        drifts = actions.prove_ledger(db)
    for drift in drifts:
        click.echo(str(drift), err=True)
    if not drifts:
        click.echo("Every payment and every refund stands in the ledger, and it sums to zero.")
    return not drifts
