"""Where buyers come out again after paying, as the provider was told."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_where_buyers_come_out"
down_revision = "2026_11_22_selling_indexes"
branch_labels = None
depends_on = None


def upgrade() -> None:

    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("back", sa.String(), nullable=True))


def downgrade() -> None:

    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.drop_column("back")
