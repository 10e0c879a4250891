"""Devices that are open to everybody with an account."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_lab_open"
down_revision = "2026_11_22_lab"
branch_labels = None
depends_on = None


def upgrade() -> None:

    with op.batch_alter_table("lab_devices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_open", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:

    with op.batch_alter_table("lab_devices", schema=None) as batch_op:
        batch_op.drop_column("is_open")
