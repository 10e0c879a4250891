"""Never give the key of an order or an account again that was removed for good."""

from alembic import op

revision = "2026_11_22_keys_given_once"
down_revision = "2026_11_22_waiting_list"
branch_labels = None
depends_on = None

TABLES = ("orders", "users")


def upgrade():
    rebuild({"sqlite_autoincrement": True})


def downgrade():
    rebuild({})


def rebuild(options):
    """Build the tables anew: SQLite takes this word only when a table is made. PostgreSQL's sequences never go back."""
    if op.get_bind().dialect.name == "sqlite":
        for table in TABLES:
            with op.batch_alter_table(table, recreate="always", table_kwargs=options):
                pass
