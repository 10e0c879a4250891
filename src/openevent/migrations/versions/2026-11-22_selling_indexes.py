"""Let lists of orders, and of those who wait, find their rows by an index."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_selling_indexes"
down_revision = "2026_11_22_lab_turns"
branch_labels = None
depends_on = None


def upgrade() -> None:

    with op.batch_alter_table("order_lines", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_order_lines_order_id"))
        batch_op.create_index("ix_order_lines_order_id_ticket_id", ["order_id", "ticket_id"], unique=False)

    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.create_index("ix_orders_created_at", ["created_at"], unique=False)

    with op.batch_alter_table("waiting_list_wishes", schema=None) as batch_op:
        batch_op.create_index(
            "ix_waiting_list_wishes_held",
            ["entry_id"],
            unique=False,
            sqlite_where=sa.text("held > 0"),
            postgresql_where=sa.text("held > 0"),
        )


def downgrade() -> None:

    with op.batch_alter_table("waiting_list_wishes", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_waiting_list_wishes_held", sqlite_where=sa.text("held > 0"), postgresql_where=sa.text("held > 0")
        )

    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.drop_index("ix_orders_created_at")

    with op.batch_alter_table("order_lines", schema=None) as batch_op:
        batch_op.drop_index("ix_order_lines_order_id_ticket_id")
        batch_op.create_index(batch_op.f("ix_order_lines_order_id"), ["order_id"], unique=False)
