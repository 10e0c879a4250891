"""Since when an account's refresh tokens are good: its access tokens may be older."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_refresh_tokens"
down_revision = "2026_11_22_begun_orders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite")
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.add_column(sa.Column("refresh_valid_from", moment, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_column("refresh_valid_from")
