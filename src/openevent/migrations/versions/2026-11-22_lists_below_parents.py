"""Index the links that lists below parents follow."""

from alembic import op

revision = "2026_11_22_lists_below_parents"
down_revision = "2026_11_22_initial"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("custom_forms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_custom_forms_event_id"), ["event_id"], unique=False)

    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_events_event_sub_topic_id"), ["event_sub_topic_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_events_event_topic_id"), ["event_topic_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_events_event_type_id"), ["event_type_id"], unique=False)

    with op.batch_alter_table("translation_channels", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_translation_channels_channel_id"), ["channel_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_translation_channels_event_id"), ["event_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("translation_channels", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_translation_channels_event_id"))
        batch_op.drop_index(batch_op.f("ix_translation_channels_channel_id"))

    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_events_event_type_id"))
        batch_op.drop_index(batch_op.f("ix_events_event_topic_id"))
        batch_op.drop_index(batch_op.f("ix_events_event_sub_topic_id"))

    with op.batch_alter_table("custom_forms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_custom_forms_event_id"))
