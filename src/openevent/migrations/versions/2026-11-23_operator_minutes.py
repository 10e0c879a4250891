"""How long orders keep their seats, as the operator said it last: admins may have said otherwise since."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_operator_minutes"
down_revision = "2026_11_23_refresh_tokens"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("settings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("operator_minutes", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("settings", schema=None) as batch_op:
        batch_op.drop_column("operator_minutes")
