"""Tables of the remote laboratory."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_lab"
down_revision = "2026_11_22_keys_given_once"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "lab_devices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("wiring", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("limits", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("is_in_repair", sa.Boolean(), nullable=False),
        sa.Column("killed_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column(
            "unsafe_since", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
        ),
        sa.Column(
            "settling_until", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
        ),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column("deleted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.CheckConstraint("kind IN ('simulator', 'tcp', 'serial')", name=op.f("ck_lab_devices_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lab_devices")),
    )
    op.create_table(
        "lab_log",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("device_id", sa.BigInteger(), nullable=True),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("lease_id", sa.BigInteger(), nullable=True),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.Column("detail", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lab_log")),
        info={"append_only": True},
    )
    with op.batch_alter_table("lab_log", schema=None) as batch_op:
        batch_op.create_index("ix_lab_log_device_id_at", ["device_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_lab_log_user_id"), ["user_id"], unique=False)

    op.create_table(
        "lab_bookings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("device_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.CheckConstraint("status IN ('booked', 'used', 'missed', 'cancelled')", name=op.f("ck_lab_bookings_status")),
        sa.CheckConstraint("begins_at < ends_at", name=op.f("ck_lab_bookings_order")),
        sa.ForeignKeyConstraint(
            ["device_id"], ["lab_devices.id"], name=op.f("fk_lab_bookings_device_id_lab_devices"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_lab_bookings_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lab_bookings")),
    )
    with op.batch_alter_table("lab_bookings", schema=None) as batch_op:
        batch_op.create_index("ix_lab_bookings_device_id_ends_at", ["device_id", "ends_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_lab_bookings_user_id"), ["user_id"], unique=False)
        batch_op.create_index(
            "uq_lab_bookings_one_start",
            ["device_id", "begins_at"],
            unique=True,
            sqlite_where=sa.text("status = 'booked'"),
            postgresql_where=sa.text("status = 'booked'"),
        )

    op.create_table(
        "lab_leases",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("device_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("booking_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.Column("beat_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("extended", sa.Integer(), nullable=False),
        sa.Column("end_reason", sa.String(length=20), nullable=True),
        sa.CheckConstraint("status IN ('waiting', 'held', 'ended')", name=op.f("ck_lab_leases_status")),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["lab_bookings.id"], name=op.f("fk_lab_leases_booking_id_lab_bookings"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["lab_devices.id"], name=op.f("fk_lab_leases_device_id_lab_devices"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_lab_leases_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lab_leases")),
        sa.UniqueConstraint("key", name=op.f("uq_lab_leases_key")),
    )
    with op.batch_alter_table("lab_leases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lab_leases_booking_id"), ["booking_id"], unique=False)
        batch_op.create_index("ix_lab_leases_device_id_status", ["device_id", "status"], unique=False)
        batch_op.create_index(batch_op.f("ix_lab_leases_user_id"), ["user_id"], unique=False)
        batch_op.create_index(
            "uq_lab_leases_one_holder",
            ["device_id"],
            unique=True,
            sqlite_where=sa.text("status = 'held'"),
            postgresql_where=sa.text("status = 'held'"),
        )
        batch_op.create_index(
            "uq_lab_leases_one_place",
            ["device_id", "user_id"],
            unique=True,
            sqlite_where=sa.text("status <> 'ended'"),
            postgresql_where=sa.text("status <> 'ended'"),
        )

    op.create_table(
        "lab_scripts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("visibility", sa.String(length=10), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("forked_from_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column(
            "changed_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column("deleted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.CheckConstraint("visibility IN ('private', 'class', 'public')", name=op.f("ck_lab_scripts_visibility")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_lab_scripts_event_id_events"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["forked_from_id"],
            ["lab_scripts.id"],
            name=op.f("fk_lab_scripts_forked_from_id_lab_scripts"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_lab_scripts_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lab_scripts")),
    )
    with op.batch_alter_table("lab_scripts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lab_scripts_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lab_scripts_forked_from_id"), ["forked_from_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lab_scripts_user_id"), ["user_id"], unique=False)

    op.create_table(
        "lab_script_versions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("script_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["script_id"],
            ["lab_scripts.id"],
            name=op.f("fk_lab_script_versions_script_id_lab_scripts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lab_script_versions")),
        sa.UniqueConstraint("script_id", "number", name=op.f("uq_lab_script_versions_script_id_number")),
    )
    op.create_table(
        "lab_benches",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("device_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["lab_devices.id"], name=op.f("fk_lab_benches_device_id_lab_devices"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_lab_benches_event_id_events"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_lab_benches_session_id_sessions"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_lab_benches_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lab_benches")),
    )
    with op.batch_alter_table("lab_benches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lab_benches_device_id"), ["device_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lab_benches_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lab_benches_session_id"), ["session_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lab_benches_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "lab_runs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("identifier", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("device_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("script_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("lease_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("parameters", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("exit_reason", sa.String(length=20), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column("began_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("share_key", sa.String(length=64), nullable=True),
        sa.CheckConstraint("kind IN ('script', 'call', 'panel')", name=op.f("ck_lab_runs_kind")),
        sa.CheckConstraint("status IN ('waiting', 'running', 'ended')", name=op.f("ck_lab_runs_status")),
        sa.ForeignKeyConstraint(
            ["device_id"], ["lab_devices.id"], name=op.f("fk_lab_runs_device_id_lab_devices"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["lease_id"], ["lab_leases.id"], name=op.f("fk_lab_runs_lease_id_lab_leases"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["script_version_id"],
            ["lab_script_versions.id"],
            name=op.f("fk_lab_runs_script_version_id_lab_script_versions"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_lab_runs_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lab_runs")),
        sa.UniqueConstraint("identifier", name=op.f("uq_lab_runs_identifier")),
        sa.UniqueConstraint("share_key", name=op.f("uq_lab_runs_share_key")),
    )
    with op.batch_alter_table("lab_runs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lab_runs_device_id"), ["device_id"], unique=False)
        batch_op.create_index("ix_lab_runs_lease_id_id", ["lease_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lab_runs_script_version_id"), ["script_version_id"], unique=False)
        batch_op.create_index("ix_lab_runs_status", ["status"], unique=False)
        batch_op.create_index(batch_op.f("ix_lab_runs_user_id"), ["user_id"], unique=False)
        batch_op.create_index(
            "uq_lab_runs_one_script",
            ["lease_id"],
            unique=True,
            sqlite_where=sa.text("status <> 'ended' AND kind = 'script'"),
            postgresql_where=sa.text("status <> 'ended' AND kind = 'script'"),
        )

    op.create_table(
        "lab_run_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("payload", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["lab_runs.id"], name=op.f("fk_lab_run_events_run_id_lab_runs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lab_run_events")),
        sa.UniqueConstraint("run_id", "number", name=op.f("uq_lab_run_events_run_id_number")),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER lab_log_no_update BEFORE UPDATE ON lab_log BEGIN SELECT RAISE(ABORT, 'rows "
            "of lab_log are written once'); END"
        )
        op.execute(
            "CREATE TRIGGER lab_log_no_delete BEFORE DELETE ON lab_log BEGIN SELECT RAISE(ABORT, 'rows "
            "of lab_log are written once'); END"
        )
    else:
        op.execute(
            "CREATE FUNCTION refuse_change_of_lab_log() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'rows of lab_log are written once' USING ERRCODE = "
            "'integrity_constraint_violation'; END $$"
        )
        op.execute(
            "CREATE TRIGGER lab_log_append_only BEFORE UPDATE OR DELETE ON lab_log FOR EACH ROW EXECUTE"
            " FUNCTION refuse_change_of_lab_log()"
        )
    # ### end Alembic commands ###


def downgrade() -> None:

    op.drop_table("lab_run_events")
    with op.batch_alter_table("lab_runs", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_lab_runs_one_script",
            sqlite_where=sa.text("status <> 'ended' AND kind = 'script'"),
            postgresql_where=sa.text("status <> 'ended' AND kind = 'script'"),
        )
        batch_op.drop_index(batch_op.f("ix_lab_runs_user_id"))
        batch_op.drop_index("ix_lab_runs_status")
        batch_op.drop_index(batch_op.f("ix_lab_runs_script_version_id"))
        batch_op.drop_index("ix_lab_runs_lease_id_id")
        batch_op.drop_index(batch_op.f("ix_lab_runs_device_id"))

    op.drop_table("lab_runs")
    with op.batch_alter_table("lab_benches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lab_benches_ticket_id"))
        batch_op.drop_index(batch_op.f("ix_lab_benches_session_id"))
        batch_op.drop_index(batch_op.f("ix_lab_benches_event_id"))
        batch_op.drop_index(batch_op.f("ix_lab_benches_device_id"))

    op.drop_table("lab_benches")
    op.drop_table("lab_script_versions")
    with op.batch_alter_table("lab_scripts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lab_scripts_user_id"))
        batch_op.drop_index(batch_op.f("ix_lab_scripts_forked_from_id"))
        batch_op.drop_index(batch_op.f("ix_lab_scripts_event_id"))

    op.drop_table("lab_scripts")
    with op.batch_alter_table("lab_leases", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_lab_leases_one_place",
            sqlite_where=sa.text("status <> 'ended'"),
            postgresql_where=sa.text("status <> 'ended'"),
        )
        batch_op.drop_index(
            "uq_lab_leases_one_holder",
            sqlite_where=sa.text("status = 'held'"),
            postgresql_where=sa.text("status = 'held'"),
        )
        batch_op.drop_index(batch_op.f("ix_lab_leases_user_id"))
        batch_op.drop_index("ix_lab_leases_device_id_status")
        batch_op.drop_index(batch_op.f("ix_lab_leases_booking_id"))

    op.drop_table("lab_leases")
    with op.batch_alter_table("lab_bookings", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_lab_bookings_one_start",
            sqlite_where=sa.text("status = 'booked'"),
            postgresql_where=sa.text("status = 'booked'"),
        )
        batch_op.drop_index(batch_op.f("ix_lab_bookings_user_id"))
        batch_op.drop_index("ix_lab_bookings_device_id_ends_at")

    op.drop_table("lab_bookings")
    with op.batch_alter_table("lab_log", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lab_log_user_id"))
        batch_op.drop_index("ix_lab_log_device_id_at")

    op.drop_table("lab_log")
    op.drop_table("lab_devices")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_change_of_lab_log()")
    # ### end Alembic commands ###
