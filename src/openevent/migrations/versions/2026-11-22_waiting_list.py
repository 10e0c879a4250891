"""Let people wait for sold out tickets."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_waiting_list"
down_revision = "2026_11_22_money_that_goes_back"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "waiting_list_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("accepts_fewer", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column(
            "offer_expires_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
        ),
        sa.Column("kept_until", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(state = 'offered') = (offer_expires_at IS NOT NULL)", name=op.f("ck_waiting_list_entries_offer")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'offered', 'taken', 'declined', 'expired', 'left', 'closed')",
            name=op.f("ck_waiting_list_entries_state"),
        ),
        sa.CheckConstraint("taken >= 0 AND taken <= wanted", name=op.f("ck_waiting_list_entries_taken")),
        sa.CheckConstraint("wanted > 0", name=op.f("ck_waiting_list_entries_wanted")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_waiting_list_entries_event_id_events"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_waiting_list_entries_order_id_orders"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_waiting_list_entries_user_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_list_entries")),
    )
    with op.batch_alter_table("waiting_list_entries", schema=None) as batch_op:
        batch_op.create_index("ix_waiting_list_entries_kept_until", ["state", "kept_until"], unique=False)
        batch_op.create_index("ix_waiting_list_entries_line", ["event_id", "state", "joined_at", "id"], unique=False)
        batch_op.create_index("ix_waiting_list_entries_offer_expires_at", ["state", "offer_expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_waiting_list_entries_order_id"), ["order_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_waiting_list_entries_user_id"), ["user_id"], unique=False)

    op.create_table(
        "waiting_list_wishes",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.CheckConstraint("held >= 0", name=op.f("ck_waiting_list_wishes_held")),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["waiting_list_entries.id"],
            name=op.f("fk_waiting_list_wishes_entry_id_waiting_list_entries"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_waiting_list_wishes_event_id_events"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_waiting_list_wishes_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("entry_id", "ticket_id", name=op.f("pk_waiting_list_wishes")),
    )
    with op.batch_alter_table("waiting_list_wishes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_waiting_list_wishes_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_waiting_list_wishes_ticket_id"), ["ticket_id"], unique=False)


def downgrade() -> None:

    with op.batch_alter_table("waiting_list_wishes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_waiting_list_wishes_ticket_id"))
        batch_op.drop_index(batch_op.f("ix_waiting_list_wishes_event_id"))

    op.drop_table("waiting_list_wishes")
    with op.batch_alter_table("waiting_list_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_waiting_list_entries_user_id"))
        batch_op.drop_index(batch_op.f("ix_waiting_list_entries_order_id"))
        batch_op.drop_index("ix_waiting_list_entries_offer_expires_at")
        batch_op.drop_index("ix_waiting_list_entries_line")
        batch_op.drop_index("ix_waiting_list_entries_kept_until")

    op.drop_table("waiting_list_entries")
