"""Note what providers say went back, and let the ledger undo an entry."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_money_that_goes_back"
down_revision = "2026_11_22_lists_below_parents"
branch_labels = None
depends_on = None

WRITTEN_ONCE = "BEGIN SELECT RAISE(ABORT, 'rows of ledger_entries are written once'); END"
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite")
NEW = {
    "kind": "kind IN ('payment', 'refund', 'dispute', 'reversal', 'fee')",
    "refund": "(kind IN ('refund', 'dispute', 'reversal')) = (refund_id IS NOT NULL)",
    "one_refund": "kind IN ('refund', 'dispute')",
}
OLD = {
    "kind": "kind IN ('payment', 'refund', 'fee')",
    "refund": "(kind = 'refund') = (refund_id IS NOT NULL)",
    "one_refund": "kind = 'refund'",
}
COLUMNS = "id, event_id, at, kind, payment_id, refund_id, debit, credit, amount, currency"


def upgrade() -> None:
    put_ledger_under(NEW)
    add_unique_index("ix_ledger_entries_one_reversal", "refund_id", "kind = 'reversal'")

    op.add_column("payments", sa.Column("is_for_platform", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("payments", sa.Column("watched_from", MOMENT, nullable=True))
    # What was paid before is looked back at as well, once and then as often as its age says.
    op.execute("UPDATE payments SET watched_from = settled_at, next_check_at = settled_at WHERE status = 'settled'")

    # In one statement with its check: SQLite would copy the table for a check that is added later.
    op.execute(
        "ALTER TABLE refunds ADD COLUMN kind VARCHAR(10) DEFAULT 'refund' NOT NULL "
        "CONSTRAINT ck_refunds_kind CHECK (kind IN ('refund', 'foreign', 'dispute'))"
    )
    op.add_column("refunds", sa.Column("is_undecided", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("refunds", sa.Column("retry_of", sa.BigInteger(), nullable=True))
    op.create_index("ix_refunds_one_reference", "refunds", ["payment_id", "provider_reference"], unique=True)
    op.create_index("ix_refunds_one_retry", "refunds", ["retry_of"], unique=True)


def downgrade() -> None:
    """Go back; refused by the ledger's own checks once something stands in it that the older form has no word for."""
    op.drop_index("ix_refunds_one_retry", table_name="refunds")
    op.drop_index("ix_refunds_one_reference", table_name="refunds")
    for table, column in (
        *(("refunds", name) for name in ("retry_of", "is_undecided", "kind")),
        *(("payments", name) for name in ("watched_from", "is_for_platform")),
    ):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    op.execute("UPDATE payments SET next_check_at = NULL WHERE status = 'settled'")

    op.drop_index("ix_ledger_entries_one_reversal", table_name="ledger_entries")
    put_ledger_under(OLD)


def put_ledger_under(terms) -> None:
    """Exchange the checks of the ledger. SQLite can't: the table is copied, and its triggers are made anew."""
    if op.get_bind().dialect.name == "sqlite":
        copy_ledger(terms)
        for column in ("credit", "debit", "event_id", "payment_id"):
            op.create_index(f"ix_ledger_entries_{column}", "ledger_entries", [column])
        add_unique_index("ix_ledger_entries_one_payment", "payment_id", "kind = 'payment'")
        for verb in ("update", "delete"):
            name = f"ledger_entries_no_{verb}"
            op.execute(f"CREATE TRIGGER {name} BEFORE {verb.upper()} ON ledger_entries {WRITTEN_ONCE}")
    else:
        op.drop_index("ix_ledger_entries_one_refund", table_name="ledger_entries")
        for name in ("kind", "refund"):
            op.drop_constraint(op.f(f"ck_ledger_entries_{name}"), "ledger_entries", type_="check")
            op.create_check_constraint(op.f(f"ck_ledger_entries_{name}"), "ledger_entries", terms[name])
    add_unique_index("ix_ledger_entries_one_refund", "refund_id", terms["one_refund"])


def copy_ledger(terms) -> None:
    op.create_table(
        "new_ledger_entries",
        sa.Column("id", KEY, nullable=False),
        sa.Column("event_id", KEY, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("payment_id", KEY, nullable=False),
        sa.Column("refund_id", KEY, nullable=True),
        sa.Column("debit", sa.String(length=80), nullable=False),
        sa.Column("credit", sa.String(length=80), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.CheckConstraint(terms["refund"], name=op.f("ck_ledger_entries_refund")),
        sa.CheckConstraint(terms["kind"], name=op.f("ck_ledger_entries_kind")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_ledger_entries_amount")),
        sa.CheckConstraint("debit <> credit", name=op.f("ck_ledger_entries_sides")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_ledger_entries_event_id_events")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_ledger_entries_payment_id_payments")),
        sa.ForeignKeyConstraint(["refund_id"], ["refunds.id"], name=op.f("fk_ledger_entries_refund_id_refunds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entries")),
    )
    op.execute(f"INSERT INTO new_ledger_entries ({COLUMNS}) SELECT {COLUMNS} FROM ledger_entries")  # noqa: S608 -- ours
    op.drop_table("ledger_entries")
    op.rename_table("new_ledger_entries", "ledger_entries")


def add_unique_index(name, column, where) -> None:
    where = sa.text(where)
    op.create_index(name, "ledger_entries", [column], unique=True, sqlite_where=where, postgresql_where=where)
