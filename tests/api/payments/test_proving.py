"""The ledger: written once by whoever moves money, proved against payments and refunds."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from openevent.main.cli import main as command
from openevent.payments import actions
from openevent.payments.commands import prove_ledger
from openevent.payments.models import LedgerEntry, Payment, Refund


@pytest.fixture
def paid(till, shell, run_jobs):
    """A payment that came in, of which something went back."""
    payment = till.start()
    actions.confirm_with_token(shell, payment.id, {})
    till.refund(payment, 1000)
    run_jobs()
    return payment


@pytest.mark.parametrize("statement", [update(LedgerEntry).values(amount=1), delete(LedgerEntry)])
def test_nobody_changes_what_stands_in_the_ledger(shell, paid, statement):
    with pytest.raises(IntegrityError, match="written once"), shell.work() as work:
        work.db.execute(statement)


def test_the_command_tells_whether_everything_agrees(shell, paid, capsys):
    assert prove_ledger(shell)
    assert "sums to zero" in capsys.readouterr().out
    with shell.work() as work:
        work.db.execute(update(Payment).values(refunded=0))
        work.db.execute(update(Refund).values(amount=999))
    assert not prove_ledger(shell)
    assert capsys.readouterr().err.splitlines() == [
        "refund:1: is settled of 999 EUR, the ledger says 1000 EUR",
        "payment:1: refunds of 999 out of 2500, 0 is kept for them",
    ]


def test_money_that_stands_nowhere_is_found(till, shell, paid):
    other = till.start(subject="order:8")
    with shell.work() as work:
        work.db.execute(update(Payment).where(Payment.id == other.id).values(status="settled"))
        work.db.execute(update(Payment).where(Payment.id == paid.id).values(status="open"))

    assert till.drifts() == [
        f"payment:{paid.id}: is open of 2500 EUR, the ledger says 2500 EUR",
        f"payment:{other.id}: is settled of 2500 EUR, the ledger says None None",
    ]


def test_openevent_prove_ledger_ends_with_what_it_found(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENEVENT_DATA", str(tmp_path))
    assert CliRunner().invoke(command, ["migrate"]).exit_code == 0
    found = CliRunner().invoke(command, ["prove-ledger"])

    assert (found.exit_code, "sums to zero" in found.output) == (0, True)
