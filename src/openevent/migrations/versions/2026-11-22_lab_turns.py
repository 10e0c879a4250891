"""Devices of the lab count their turns."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_lab_turns"
down_revision = "2026_11_22_webhook_secrets"
branch_labels = None
depends_on = None


def upgrade() -> None:

    with op.batch_alter_table("lab_devices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("turn", sa.Integer(), server_default=sa.text("1"), nullable=False))


def downgrade() -> None:

    with op.batch_alter_table("lab_devices", schema=None) as batch_op:
        batch_op.drop_column("turn")
