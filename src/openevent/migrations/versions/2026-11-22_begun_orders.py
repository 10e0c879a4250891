"""Let the orders that a buyer has begun be counted from an index."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_begun_orders"
down_revision = "2026_11_22_where_buyers_come_out"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.create_index(
            "ix_orders_unfinished",
            ["user_id", "event_id", "expires_at"],
            unique=False,
            sqlite_where=sa.text("status NOT IN ('cancelled', 'completed', 'expired', 'placed')"),
            postgresql_where=sa.text("status NOT IN ('cancelled', 'completed', 'expired', 'placed')"),
        )


def downgrade() -> None:
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_orders_unfinished",
            sqlite_where=sa.text("status NOT IN ('cancelled', 'completed', 'expired', 'placed')"),
            postgresql_where=sa.text("status NOT IN ('cancelled', 'completed', 'expired', 'placed')"),
        )
