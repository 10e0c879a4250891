"""Let admins set what notices of payment providers are checked with."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_webhook_secrets"
down_revision = "2026_11_22_lab_open"
branch_labels = None
depends_on = None


def upgrade() -> None:

    with op.batch_alter_table("settings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stripe_webhook_secret", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("stripe_test_webhook_secret", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("paypal_webhook_id", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("paypal_sandbox_webhook_id", sa.Text(), nullable=True))


def downgrade() -> None:

    with op.batch_alter_table("settings", schema=None) as batch_op:
        batch_op.drop_column("paypal_sandbox_webhook_id")
        batch_op.drop_column("paypal_webhook_id")
        batch_op.drop_column("stripe_test_webhook_secret")
        batch_op.drop_column("stripe_webhook_secret")
