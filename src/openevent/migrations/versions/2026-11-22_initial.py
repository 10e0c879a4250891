"""Every table of the first version."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_initial"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "audit_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_kind", sa.String(length=10), nullable=False),
        sa.Column("origin", sa.String(length=64), nullable=True),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("details", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entries_subject", ["subject"], unique=False)

    op.create_table(
        "custom_system_roles",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_system_roles")),
        sa.UniqueConstraint("name", name=op.f("uq_custom_system_roles_name")),
    )
    op.create_table(
        "event_image_sizes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("type", sa.String(), nullable=True),
        sa.Column("full_width", sa.Integer(), nullable=True),
        sa.Column("full_height", sa.Integer(), nullable=True),
        sa.Column("full_aspect", sa.Boolean(), nullable=False),
        sa.Column("full_quality", sa.Integer(), nullable=True),
        sa.Column("icon_width", sa.Integer(), nullable=True),
        sa.Column("icon_height", sa.Integer(), nullable=True),
        sa.Column("icon_aspect", sa.Boolean(), nullable=False),
        sa.Column("icon_quality", sa.Integer(), nullable=True),
        sa.Column("thumbnail_width", sa.Integer(), nullable=True),
        sa.Column("thumbnail_height", sa.Integer(), nullable=True),
        sa.Column("thumbnail_aspect", sa.Boolean(), nullable=False),
        sa.Column("thumbnail_quality", sa.Integer(), nullable=True),
        sa.Column("logo_width", sa.Integer(), nullable=True),
        sa.Column("logo_height", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_image_sizes")),
    )
    op.create_table(
        "event_topics",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("system_image_url", sa.String(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_topics")),
        sa.UniqueConstraint("slug", name=op.f("uq_event_topics_slug")),
    )
    op.create_table(
        "event_types",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_types")),
        sa.UniqueConstraint("slug", name=op.f("uq_event_types_slug")),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("payload", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column(
            "claimed_until", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
        ),
        sa.Column(
            "finished_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
        ),
        sa.Column("error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.create_index("ix_jobs_due", ["state", "run_at"], unique=False)

    op.create_table(
        "kept_answers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("route", sa.String(length=300), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column(
            "claimed_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_answers")),
        sa.UniqueConstraint("user_id", "key", "route", name=op.f("uq_kept_answers_user_id_key_route")),
    )
    with op.batch_alter_table("kept_answers", schema=None) as batch_op:
        batch_op.create_index("ix_kept_answers_claimed_at", ["claimed_at"], unique=False)

    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "mails",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
    )
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.create_index("ix_mails_about", ["about"], unique=False)
        batch_op.create_index("ix_mails_time", ["time"], unique=False)

    op.create_table(
        "message_settings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("email_subject", sa.String(), nullable=False),
        sa.Column("email_message", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_settings")),
        sa.UniqueConstraint("action", name=op.f("uq_message_settings_action")),
    )
    op.create_table(
        "modules",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ticket_include", sa.Boolean(), nullable=False),
        sa.Column("payment_include", sa.Boolean(), nullable=False),
        sa.Column("donation_include", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_modules")),
    )
    op.create_table(
        "named_places",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_named_places")),
        sa.UniqueConstraint("name", name=op.f("uq_named_places_name")),
    )
    op.create_table(
        "notification_settings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_settings")),
        sa.UniqueConstraint("type", name=op.f("uq_notification_settings_type")),
    )
    op.create_table(
        "pages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pages")),
    )
    op.create_table(
        "panel_permissions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("panel_name", sa.String(length=80), nullable=True),
        sa.Column("can_access", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_permissions")),
    )
    op.create_table(
        "rate_hits",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_hits")),
    )
    with op.batch_alter_table("rate_hits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rate_hits_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index("ix_rate_hits_key_at", ["key", "at"], unique=False)

    op.create_table(
        "roles",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("title_name", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roles")),
        sa.UniqueConstraint("name", name=op.f("uq_roles_name")),
    )
    op.create_table(
        "services",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_services")),
        sa.UniqueConstraint("name", name=op.f("uq_services_name")),
    )
    op.create_table(
        "settings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("app_name", sa.String(), nullable=True),
        sa.Column("operator_name", sa.String(), nullable=True),
        sa.Column("operator_url", sa.String(), nullable=True),
        sa.Column("tagline", sa.String(), nullable=True),
        sa.Column("order_expiry_time", sa.Integer(), nullable=False),
        sa.Column("start_pg_event_id", sa.String(), nullable=True),
        sa.Column("start_pg_enabled", sa.String(), nullable=True),
        sa.Column("max_complex_custom_fields", sa.Integer(), nullable=False),
        sa.Column("analytics_key", sa.String(), nullable=True),
        sa.Column("fb_client_id", sa.String(), nullable=True),
        sa.Column("google_url", sa.String(), nullable=True),
        sa.Column("github_url", sa.String(), nullable=True),
        sa.Column("twitter_url", sa.String(), nullable=True),
        sa.Column("support_url", sa.String(), nullable=True),
        sa.Column("facebook_url", sa.String(), nullable=True),
        sa.Column("instagram_url", sa.String(), nullable=True),
        sa.Column("patreon_url", sa.String(), nullable=True),
        sa.Column("gitter_url", sa.String(), nullable=True),
        sa.Column("telegram_url", sa.String(), nullable=True),
        sa.Column("youtube_url", sa.String(), nullable=True),
        sa.Column("weblate_url", sa.String(), nullable=True),
        sa.Column("frontend_url", sa.String(), nullable=True),
        sa.Column("rocket_chat_url", sa.String(), nullable=True),
        sa.Column("cookie_policy", sa.String(), nullable=True),
        sa.Column("cookie_policy_link", sa.String(), nullable=True),
        sa.Column("is_paytm_activated", sa.Boolean(), nullable=False),
        sa.Column("stripe_client_id", sa.String(), nullable=True),
        sa.Column("stripe_publishable_key", sa.String(), nullable=True),
        sa.Column("stripe_test_client_id", sa.String(), nullable=True),
        sa.Column("stripe_test_publishable_key", sa.String(), nullable=True),
        sa.Column("stripe_mode", sa.String(), nullable=True),
        sa.Column("paypal_mode", sa.String(), nullable=True),
        sa.Column("paypal_client", sa.String(), nullable=True),
        sa.Column("paypal_sandbox_client", sa.String(), nullable=True),
        sa.Column("omise_mode", sa.String(), nullable=True),
        sa.Column("omise_test_public", sa.String(), nullable=True),
        sa.Column("omise_live_public", sa.String(), nullable=True),
        sa.Column("alipay_publishable_key", sa.String(), nullable=True),
        sa.Column("paytm_mode", sa.String(), nullable=True),
        sa.Column("paytm_live_merchant", sa.String(), nullable=True),
        sa.Column("paytm_sandbox_merchant", sa.String(), nullable=True),
        sa.Column("admin_billing_contact_name", sa.String(), nullable=True),
        sa.Column("admin_billing_phone", sa.String(), nullable=True),
        sa.Column("admin_billing_email", sa.String(), nullable=True),
        sa.Column("admin_billing_state", sa.String(), nullable=True),
        sa.Column("admin_billing_country", sa.String(), nullable=True),
        sa.Column("admin_billing_tax_info", sa.String(), nullable=True),
        sa.Column("admin_company", sa.String(), nullable=True),
        sa.Column("admin_billing_address", sa.String(), nullable=True),
        sa.Column("admin_billing_city", sa.String(), nullable=True),
        sa.Column("admin_billing_zip", sa.String(), nullable=True),
        sa.Column("admin_billing_additional_info", sa.String(), nullable=True),
        sa.Column("admin_billing_logo", sa.String(), nullable=True),
        sa.Column("logo_size", sa.Integer(), nullable=False),
        sa.Column("image_size", sa.Integer(), nullable=False),
        sa.Column("slide_size", sa.Integer(), nullable=False),
        sa.Column("android_app_url", sa.String(), nullable=True),
        sa.Column("web_app_url", sa.String(), nullable=True),
        sa.Column("app_environment", sa.String(), nullable=False),
        sa.Column("static_domain", sa.String(), nullable=True),
        sa.Column("storage_place", sa.String(), nullable=True),
        sa.Column("aws_key", sa.Text(), nullable=True),
        sa.Column("aws_secret", sa.Text(), nullable=True),
        sa.Column("aws_bucket_name", sa.String(), nullable=True),
        sa.Column("aws_region", sa.String(), nullable=True),
        sa.Column("gs_key", sa.Text(), nullable=True),
        sa.Column("gs_secret", sa.Text(), nullable=True),
        sa.Column("gs_bucket_name", sa.String(), nullable=True),
        sa.Column("is_google_recaptcha_enabled", sa.Boolean(), nullable=False),
        sa.Column("google_recaptcha_site", sa.String(), nullable=True),
        sa.Column("google_recaptcha_secret", sa.Text(), nullable=True),
        sa.Column("google_client_id", sa.String(), nullable=True),
        sa.Column("google_client_secret", sa.Text(), nullable=True),
        sa.Column("fb_client_secret", sa.Text(), nullable=True),
        sa.Column("tw_consumer_key", sa.String(), nullable=True),
        sa.Column("tw_consumer_secret", sa.Text(), nullable=True),
        sa.Column("in_client_id", sa.String(), nullable=True),
        sa.Column("in_client_secret", sa.Text(), nullable=True),
        sa.Column("stripe_secret_key", sa.Text(), nullable=True),
        sa.Column("stripe_test_secret_key", sa.Text(), nullable=True),
        sa.Column("paypal_secret", sa.Text(), nullable=True),
        sa.Column("paypal_sandbox_secret", sa.Text(), nullable=True),
        sa.Column("omise_test_secret", sa.Text(), nullable=True),
        sa.Column("omise_live_secret", sa.Text(), nullable=True),
        sa.Column("alipay_secret_key", sa.Text(), nullable=True),
        sa.Column("paytm_live_secret", sa.Text(), nullable=True),
        sa.Column("paytm_sandbox_secret", sa.Text(), nullable=True),
        sa.Column("email_service", sa.String(), nullable=True),
        sa.Column("email_from", sa.String(), nullable=True),
        sa.Column("email_from_name", sa.String(), nullable=True),
        sa.Column("sendgrid_key", sa.Text(), nullable=True),
        sa.Column("smtp_host", sa.String(), nullable=True),
        sa.Column("smtp_username", sa.String(), nullable=True),
        sa.Column("smtp_password", sa.Text(), nullable=True),
        sa.Column("smtp_port", sa.Integer(), nullable=True),
        sa.Column("smtp_encryption", sa.String(), nullable=True),
        sa.Column("rocket_chat_registration_secret", sa.Text(), nullable=True),
        sa.Column("invoice_sending_day", sa.Integer(), nullable=False),
        sa.Column("invoice_sending_timezone", sa.String(), nullable=False),
        sa.Column("admin_billing_paypal_email", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settings")),
    )
    op.create_table(
        "speaker_image_sizes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("type", sa.String(), nullable=True),
        sa.Column("small_size_width_height", sa.Integer(), nullable=True),
        sa.Column("small_size_quality", sa.Integer(), nullable=True),
        sa.Column("thumbnail_size_width_height", sa.Integer(), nullable=True),
        sa.Column("thumbnail_size_quality", sa.Integer(), nullable=True),
        sa.Column("icon_size_width_height", sa.Integer(), nullable=True),
        sa.Column("icon_size_quality", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaker_image_sizes")),
    )
    op.create_table(
        "ticket_fees",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("country", sa.String(length=64), nullable=False),
        sa.Column("service_fee", sa.Float(), nullable=True),
        sa.Column("maximum_fee", sa.Float(), nullable=True),
        sa.CheckConstraint("maximum_fee >= 0", name=op.f("ck_ticket_fees_maximum_fee")),
        sa.CheckConstraint("service_fee >= 0 AND service_fee <= 100", name=op.f("ck_ticket_fees_service_fee")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_fees")),
        sa.UniqueConstraint("currency", "country", name=op.f("uq_ticket_fees_currency_country")),
    )
    op.create_table(
        "uploads",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column("look_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
    )
    with op.batch_alter_table("uploads", schema=None) as batch_op:
        batch_op.create_index("ix_uploads_look_at", ["look_at"], unique=False)

    op.create_table(
        "user_permissions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("unverified_user", sa.Boolean(), nullable=True),
        sa.Column("anonymous_user", sa.Boolean(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_permissions")),
        sa.UniqueConstraint("name", name=op.f("uq_user_permissions_name")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column(
            "tokens_valid_from", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
        ),
        sa.Column("spared_token", sa.String(length=64), nullable=True),
        sa.Column("avatar_url", sa.String(), nullable=True),
        sa.Column("first_name", sa.String(), nullable=True),
        sa.Column("last_name", sa.String(), nullable=True),
        sa.Column("public_name", sa.String(), nullable=True),
        sa.Column("is_profile_public", sa.Boolean(), nullable=False),
        sa.Column("original_image_url", sa.String(), nullable=True),
        sa.Column("thumbnail_image_url", sa.String(), nullable=True),
        sa.Column("small_image_url", sa.String(), nullable=True),
        sa.Column("icon_image_url", sa.String(), nullable=True),
        sa.Column("was_registered_with_order", sa.Boolean(), nullable=False),
        sa.Column("facebook_url", sa.String(), nullable=True),
        sa.Column("twitter_url", sa.String(), nullable=True),
        sa.Column("instagram_url", sa.String(), nullable=True),
        sa.Column("google_plus_url", sa.String(), nullable=True),
        sa.Column("is_super_admin", sa.Boolean(), nullable=False),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("facebook_id", sa.BigInteger(), nullable=True),
        sa.Column("is_sales_admin", sa.Boolean(), nullable=False),
        sa.Column("is_marketer", sa.Boolean(), nullable=False),
        sa.Column("is_verified", sa.Boolean(), nullable=False),
        sa.Column("is_blocked", sa.Boolean(), nullable=False),
        sa.Column(
            "last_accessed_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
        ),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column("details", sa.String(), nullable=True),
        sa.Column("language_prefrence", sa.String(), nullable=True),
        sa.Column("contact", sa.String(), nullable=True),
        sa.Column("billing_contact_name", sa.String(), nullable=True),
        sa.Column("billing_phone", sa.String(), nullable=True),
        sa.Column("billing_state", sa.String(), nullable=True),
        sa.Column("billing_country", sa.String(), nullable=True),
        sa.Column("billing_tax_info", sa.String(), nullable=True),
        sa.Column("company", sa.String(), nullable=True),
        sa.Column("billing_address", sa.String(), nullable=True),
        sa.Column("billing_city", sa.String(), nullable=True),
        sa.Column("billing_zip_code", sa.String(), nullable=True),
        sa.Column("billing_additional_info", sa.String(), nullable=True),
        sa.Column("is_rocket_chat_registered", sa.Boolean(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
        sa.UniqueConstraint("facebook_id", name=op.f("uq_users_facebook_id")),
    )
    op.create_table(
        "video_channels",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("provider", sa.String(length=60), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("api_url", sa.String(), nullable=True),
        sa.Column("api_key", sa.Text(), nullable=True),
        sa.Column("extra", sa.JSON(none_as_null=True), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column(
            "modified_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_video_channels")),
    )
    op.create_table(
        "webhook_receipts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("notice_id", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=120), nullable=False),
        sa.Column(
            "received_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_receipts")),
        sa.UniqueConstraint("provider", "notice_id", name=op.f("uq_webhook_receipts_provider_notice_id")),
    )
    with op.batch_alter_table("webhook_receipts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_webhook_receipts_received_at"), ["received_at"], unique=False)

    op.create_table(
        "event_role_permissions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("service_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("can_create", sa.Boolean(), nullable=False),
        sa.Column("can_read", sa.Boolean(), nullable=False),
        sa.Column("can_update", sa.Boolean(), nullable=False),
        sa.Column("can_delete", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["role_id"], ["roles.id"], name=op.f("fk_event_role_permissions_role_id_roles"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["services.id"],
            name=op.f("fk_event_role_permissions_service_id_services"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_role_permissions")),
        sa.UniqueConstraint("role_id", "service_id", name=op.f("uq_event_role_permissions_role_id_service_id")),
    )
    with op.batch_alter_table("event_role_permissions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_role_permissions_service_id"), ["service_id"], unique=False)

    op.create_table(
        "event_sub_topics",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("event_topic_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_topic_id"], ["event_topics.id"], name=op.f("fk_event_sub_topics_event_topic_id_event_topics")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_sub_topics")),
        sa.UniqueConstraint("event_topic_id", "slug", name=op.f("uq_event_sub_topics_event_topic_id_slug")),
    )
    op.create_table(
        "groups",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=True),
        sa.Column("social_links", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("logo_url", sa.String(), nullable=True),
        sa.Column("banner_url", sa.String(), nullable=True),
        sa.Column("thumbnail_image_url", sa.String(), nullable=True),
        sa.Column("is_promoted", sa.Boolean(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column("deleted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_groups_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groups")),
    )
    with op.batch_alter_table("groups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_groups_user_id"), ["user_id"], unique=False)

    op.create_table(
        "identities",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_identities_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identities")),
        sa.UniqueConstraint("provider", "subject", name=op.f("uq_identities_provider_subject")),
    )
    with op.batch_alter_table("identities", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_identities_user_id"), ["user_id"], unique=False)

    op.create_table(
        "import_jobs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task", sa.String(length=36), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("result_status", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_import_jobs_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_jobs")),
    )
    with op.batch_alter_table("import_jobs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_jobs_task"), ["task"], unique=False)
        batch_op.create_index(batch_op.f("ix_import_jobs_user_id"), ["user_id"], unique=False)

    op.create_table(
        "notifications",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_read", sa.Boolean(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_notifications_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
    )
    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.create_index("ix_notifications_user_id_is_read", ["user_id", "is_read"], unique=False)

    op.create_table(
        "one_time_tokens",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column(
            "expires_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column("used_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_one_time_tokens_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_tokens_token_hash")),
    )
    with op.batch_alter_table("one_time_tokens", schema=None) as batch_op:
        batch_op.create_index("ix_one_time_tokens_user_id_purpose", ["user_id", "purpose"], unique=False)

    op.create_table(
        "panel_permissions_custom_system_roles",
        sa.Column("panel_permission_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("custom_system_role_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["custom_system_role_id"],
            ["custom_system_roles.id"],
            name=op.f("fk_panel_permissions_custom_system_roles_custom_system_role_id_custom_system_roles"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["panel_permission_id"],
            ["panel_permissions.id"],
            name=op.f("fk_panel_permissions_custom_system_roles_panel_permission_id_panel_permissions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "panel_permission_id", "custom_system_role_id", name=op.f("pk_panel_permissions_custom_system_roles")
        ),
    )
    with op.batch_alter_table("panel_permissions_custom_system_roles", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_panel_permissions_custom_system_roles_custom_system_role_id"),
            ["custom_system_role_id"],
            unique=False,
        )

    op.create_table(
        "sign_ins",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column(
            "expires_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sign_ins_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_ins_token_hash")),
    )
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_ins_user_id"), ["user_id"], unique=False)

    op.create_table(
        "user_emails",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("email_address", sa.String(length=320), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.CheckConstraint("type IN ('home', 'work', 'business', 'office', 'other')", name=op.f("ck_user_emails_type")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_user_emails_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_emails")),
    )
    with op.batch_alter_table("user_emails", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_emails_user_id"), ["user_id"], unique=False)
        batch_op.create_index(
            "uq_user_emails_email_address_live",
            ["email_address"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )

    op.create_table(
        "custom_placeholders",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_sub_topic_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("original_image_url", sa.String(), nullable=False),
        sa.Column("thumbnail_image_url", sa.String(), nullable=False),
        sa.Column("large_image_url", sa.String(), nullable=False),
        sa.Column("icon_image_url", sa.String(), nullable=False),
        sa.Column("copyright", sa.String(), nullable=True),
        sa.Column("origin", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_sub_topic_id"],
            ["event_sub_topics.id"],
            name=op.f("fk_custom_placeholders_event_sub_topic_id_event_sub_topics"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_placeholders")),
    )
    with op.batch_alter_table("custom_placeholders", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_custom_placeholders_event_sub_topic_id"), ["event_sub_topic_id"], unique=False
        )

    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("identifier", sa.String(length=36), nullable=False),
        sa.Column("event_type_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("event_topic_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("event_sub_topic_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("external_event_url", sa.String(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("logo_url", sa.String(), nullable=True),
        sa.Column("location_name", sa.String(), nullable=True),
        sa.Column("searchable_location_name", sa.String(), nullable=True),
        sa.Column("public_stream_link", sa.String(), nullable=True),
        sa.Column("stream_loop", sa.Boolean(), nullable=False),
        sa.Column("stream_autoplay", sa.Boolean(), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("after_order_message", sa.String(), nullable=True),
        sa.Column("original_image_url", sa.String(), nullable=True),
        sa.Column("thumbnail_image_url", sa.String(), nullable=True),
        sa.Column("large_image_url", sa.String(), nullable=True),
        sa.Column("icon_image_url", sa.String(), nullable=True),
        sa.Column("show_remaining_tickets", sa.Boolean(), nullable=False),
        sa.Column("owner_name", sa.String(), nullable=True),
        sa.Column("is_map_shown", sa.Boolean(), nullable=False),
        sa.Column("is_oneclick_signup_enabled", sa.Boolean(), nullable=False),
        sa.Column("has_owner_info", sa.Boolean(), nullable=False),
        sa.Column("owner_description", sa.String(), nullable=True),
        sa.Column("is_sessions_speakers_enabled", sa.Boolean(), nullable=False),
        sa.Column("privacy", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("ticket_url", sa.String(), nullable=True),
        sa.Column("code_of_conduct", sa.String(), nullable=True),
        sa.Column(
            "schedule_published_on",
            sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"),
            nullable=True,
        ),
        sa.Column("is_featured", sa.Boolean(), nullable=False),
        sa.Column("is_promoted", sa.Boolean(), nullable=False),
        sa.Column("is_demoted", sa.Boolean(), nullable=False),
        sa.Column("is_announced", sa.Boolean(), nullable=False),
        sa.Column("is_ticket_form_enabled", sa.Boolean(), nullable=False),
        sa.Column("is_cfs_enabled", sa.Boolean(), nullable=False),
        sa.Column("payment_country", sa.String(), nullable=True),
        sa.Column("payment_currency", sa.String(), nullable=True),
        sa.Column("paypal_email", sa.String(), nullable=True),
        sa.Column("is_tax_enabled", sa.Boolean(), nullable=False),
        sa.Column("is_billing_info_mandatory", sa.Boolean(), nullable=False),
        sa.Column("is_donation_enabled", sa.Boolean(), nullable=False),
        sa.Column("is_chat_enabled", sa.Boolean(), nullable=False),
        sa.Column("is_videoroom_enabled", sa.Boolean(), nullable=False),
        sa.Column("is_document_enabled", sa.Boolean(), nullable=False),
        sa.Column("document_links", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("can_pay_by_paypal", sa.Boolean(), nullable=False),
        sa.Column("can_pay_by_stripe", sa.Boolean(), nullable=False),
        sa.Column("can_pay_by_cheque", sa.Boolean(), nullable=False),
        sa.Column("can_pay_by_bank", sa.Boolean(), nullable=False),
        sa.Column("can_pay_by_invoice", sa.Boolean(), nullable=False),
        sa.Column("can_pay_onsite", sa.Boolean(), nullable=False),
        sa.Column("can_pay_by_omise", sa.Boolean(), nullable=False),
        sa.Column("can_pay_by_alipay", sa.Boolean(), nullable=False),
        sa.Column("can_pay_by_paytm", sa.Boolean(), nullable=False),
        sa.Column("cheque_details", sa.String(), nullable=True),
        sa.Column("invoice_details", sa.String(), nullable=True),
        sa.Column("bank_details", sa.String(), nullable=True),
        sa.Column("onsite_details", sa.String(), nullable=True),
        sa.Column("is_sponsors_enabled", sa.Boolean(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column("refund_policy", sa.String(), nullable=True),
        sa.Column("is_badges_enabled", sa.Boolean(), nullable=False),
        sa.Column("pentabarf_url", sa.String(), nullable=True),
        sa.Column("ical_url", sa.String(), nullable=True),
        sa.Column("xcal_url", sa.String(), nullable=True),
        sa.Column("is_stripe_linked", sa.Boolean(), nullable=False),
        sa.Column("chat_room_name", sa.String(), nullable=True),
        sa.Column("ticket_color", sa.String(length=7), nullable=True),
        sa.Column("ticket_paper_color", sa.String(length=7), nullable=True),
        sa.Column("ticket_note", sa.String(), nullable=True),
        sa.Column("language", sa.String(length=20), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.CheckConstraint("state IN ('draft', 'published')", name=op.f("ck_events_state")),
        sa.ForeignKeyConstraint(
            ["event_sub_topic_id"],
            ["event_sub_topics.id"],
            name=op.f("fk_events_event_sub_topic_id_event_sub_topics"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["event_topic_id"],
            ["event_topics.id"],
            name=op.f("fk_events_event_topic_id_event_topics"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["event_type_id"], ["event_types.id"], name=op.f("fk_events_event_type_id_event_types"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_events_group_id_groups"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("identifier", name=op.f("uq_events_identifier")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_events_group_id"), ["group_id"], unique=False)
        batch_op.create_index("ix_events_location_name", ["location_name"], unique=False)
        batch_op.create_index("ix_events_state_ends_at", ["state", "ends_at"], unique=False)

    op.create_table(
        "user_follow_groups",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_user_follow_groups_group_id_groups"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_user_follow_groups_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_follow_groups")),
        sa.UniqueConstraint("group_id", "user_id", name=op.f("uq_user_follow_groups_group_id_user_id")),
    )
    with op.batch_alter_table("user_follow_groups", schema=None) as batch_op:
        batch_op.create_index("ix_user_follow_groups_user_id", ["user_id"], unique=False)

    op.create_table(
        "users_groups_roles",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("role_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role_name", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_users_groups_roles_group_id_groups"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["role_id"], ["roles.id"], name=op.f("fk_users_groups_roles_role_id_roles")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_users_groups_roles_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users_groups_roles")),
        sa.UniqueConstraint("group_id", "email", "role_id", name=op.f("uq_users_groups_roles_group_id_email_role_id")),
        sa.UniqueConstraint("token", name=op.f("uq_users_groups_roles_token")),
    )
    with op.batch_alter_table("users_groups_roles", schema=None) as batch_op:
        batch_op.create_index("ix_users_groups_roles_user_id", ["user_id", "group_id"], unique=False)

    op.create_table(
        "access_codes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("marketer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("code", sa.String(length=255), nullable=False),
        sa.Column("code_folded", sa.String(length=600), nullable=False),
        sa.Column("access_url", sa.String(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("tickets_number", sa.Integer(), nullable=True),
        sa.Column("min_quantity", sa.Integer(), nullable=True),
        sa.Column("max_quantity", sa.Integer(), nullable=True),
        sa.Column(
            "valid_from", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column("valid_till", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "used >= 0 AND (tickets_number IS NULL OR used <= tickets_number)", name=op.f("ck_access_codes_used")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_access_codes_event_id_events"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["marketer_id"], ["users.id"], name=op.f("fk_access_codes_marketer_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_codes")),
    )
    with op.batch_alter_table("access_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_codes_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_access_codes_marketer_id"), ["marketer_id"], unique=False)
        batch_op.create_index(
            "uq_access_codes_event_id_code_live",
            ["event_id", "code_folded"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )

    op.create_table(
        "badge_forms",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("badge_id", sa.String(length=64), nullable=False),
        sa.Column("badge_size", sa.String(length=60), nullable=True),
        sa.Column("badge_color", sa.String(length=40), nullable=True),
        sa.Column("badge_image_url", sa.String(), nullable=True),
        sa.Column("badge_orientation", sa.String(length=20), nullable=True),
        sa.Column("badge_fields", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_badge_forms_event_id_events"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badge_forms")),
        sa.UniqueConstraint("event_id", "badge_id", name=op.f("uq_badge_forms_event_id_badge_id")),
    )
    op.create_table(
        "custom_forms",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("field_identifier", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("is_included", sa.Boolean(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_complex", sa.Boolean(), nullable=False),
        sa.Column("is_fixed", sa.Boolean(), nullable=False),
        sa.Column("form_id", sa.String(), nullable=True),
        sa.Column("min", sa.Integer(), nullable=True),
        sa.Column("max", sa.Integer(), nullable=True),
        sa.Column("main_language", sa.String(), nullable=True),
        sa.Column("is_allow_edit", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_custom_forms_event_id_events"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_forms")),
    )
    with op.batch_alter_table("custom_forms", schema=None) as batch_op:
        batch_op.create_index(
            "uq_custom_forms_general",
            ["event_id", "form", "field_identifier"],
            unique=True,
            sqlite_where=sa.text("form_id IS NULL"),
            postgresql_where=sa.text("form_id IS NULL"),
        )
        batch_op.create_index(
            "uq_custom_forms_own",
            ["event_id", "form", "field_identifier", "form_id"],
            unique=True,
            sqlite_where=sa.text("form_id IS NOT NULL"),
            postgresql_where=sa.text("form_id IS NOT NULL"),
        )

    op.create_table(
        "discount_codes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("marketer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("used_for", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=255), nullable=False),
        sa.Column("code_folded", sa.String(length=600), nullable=False),
        sa.Column("discount_url", sa.String(), nullable=True),
        sa.Column("type", sa.String(length=10), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("tickets_number", sa.Integer(), nullable=True),
        sa.Column("min_quantity", sa.Integer(), nullable=True),
        sa.Column("max_quantity", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.Column("valid_till", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.CheckConstraint("type IN ('amount', 'percent')", name=op.f("ck_discount_codes_type")),
        sa.CheckConstraint("used_for IN ('event', 'ticket')", name=op.f("ck_discount_codes_used_for")),
        sa.CheckConstraint(
            "used >= 0 AND (tickets_number IS NULL OR used <= tickets_number)", name=op.f("ck_discount_codes_used")
        ),
        sa.CheckConstraint("value >= 0", name=op.f("ck_discount_codes_value")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_discount_codes_event_id_events"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["marketer_id"], ["users.id"], name=op.f("fk_discount_codes_marketer_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discount_codes")),
    )
    with op.batch_alter_table("discount_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_discount_codes_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_discount_codes_marketer_id"), ["marketer_id"], unique=False)
        batch_op.create_index(
            "uq_discount_codes_event_id_code_live",
            ["event_id", "code_folded"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )

    op.create_table(
        "email_notifications",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("next_event", sa.Boolean(), nullable=True),
        sa.Column("new_paper", sa.Boolean(), nullable=True),
        sa.Column("session_accept_reject", sa.Boolean(), nullable=True),
        sa.Column("session_schedule", sa.Boolean(), nullable=True),
        sa.Column("after_ticket_purchase", sa.Boolean(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_email_notifications_event_id_events"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_email_notifications_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_notifications")),
        sa.UniqueConstraint("user_id", "event_id", name=op.f("uq_email_notifications_user_id_event_id")),
    )
    with op.batch_alter_table("email_notifications", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_email_notifications_event_id"), ["event_id"], unique=False)

    op.create_table(
        "event_copyrights",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("holder", sa.String(), nullable=True),
        sa.Column("holder_url", sa.String(), nullable=True),
        sa.Column("licence", sa.String(), nullable=False),
        sa.Column("licence_url", sa.String(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("logo_url", sa.String(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_event_copyrights_event_id_events"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_copyrights")),
    )
    with op.batch_alter_table("event_copyrights", schema=None) as batch_op:
        batch_op.create_index(
            "uq_event_copyrights_event_id_live",
            ["event_id"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )

    op.create_table(
        "event_invoices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("identifier", sa.String(length=40), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("revenue", sa.BigInteger(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column("issued_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column(
            "completed_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
        ),
        sa.Column("transaction_id", sa.String(), nullable=True),
        sa.Column("paid_via", sa.String(), nullable=True),
        sa.Column("payment_mode", sa.String(), nullable=True),
        sa.Column("brand", sa.String(), nullable=True),
        sa.Column("exp_month", sa.Integer(), nullable=True),
        sa.Column("exp_year", sa.Integer(), nullable=True),
        sa.Column("last4", sa.String(length=4), nullable=True),
        sa.Column("stripe_token", sa.String(length=255), nullable=True),
        sa.Column("paypal_token", sa.String(length=255), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "status IN ('paid', 'due', 'refunding', 'refunded', 'failed', 'resolved')",
            name=op.f("ck_event_invoices_status"),
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_event_invoices_amount")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_event_invoices_event_id_events")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_event_invoices_user_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_invoices")),
        sa.UniqueConstraint("identifier", name=op.f("uq_event_invoices_identifier")),
    )
    with op.batch_alter_table("event_invoices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_invoices_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_invoices_user_id"), ["user_id"], unique=False)

    op.create_table(
        "event_reminders",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=False),
        sa.Column(
            "written_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_event_reminders_event_id_events"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_reminders")),
        sa.UniqueConstraint("event_id", "kind", "about_id", name=op.f("uq_event_reminders_event_id_kind_about_id")),
    )
    op.create_table(
        "exhibitors",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("logo_url", sa.String(), nullable=True),
        sa.Column("banner_url", sa.String(), nullable=True),
        sa.Column("thumbnail_image_url", sa.String(), nullable=True),
        sa.Column("enable_video_room", sa.Boolean(), nullable=False),
        sa.Column("video_url", sa.String(), nullable=True),
        sa.Column("slides_url", sa.String(), nullable=True),
        sa.Column("contact_email", sa.String(), nullable=True),
        sa.Column("contact_link", sa.String(), nullable=True),
        sa.Column("social_links", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint("status IN ('pending', 'accepted')", name=op.f("ck_exhibitors_status")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_exhibitors_event_id_events"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exhibitors")),
    )
    with op.batch_alter_table("exhibitors", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exhibitors_event_id"), ["event_id"], unique=False)

    op.create_table(
        "faq_types",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_faq_types_event_id_events"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_faq_types")),
    )
    with op.batch_alter_table("faq_types", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_faq_types_event_id"), ["event_id"], unique=False)

    op.create_table(
        "microlocations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chat_room_name", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("floor", sa.Integer(), nullable=True),
        sa.Column("hidden_in_scheduler", sa.Boolean(), nullable=False),
        sa.Column("is_chat_enabled", sa.Boolean(), nullable=False),
        sa.Column("is_global_event_room", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("room", sa.String(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_microlocations_event_id_events"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_microlocations")),
    )
    with op.batch_alter_table("microlocations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_microlocations_event_id"), ["event_id"], unique=False)

    op.create_table(
        "payments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("provider_account", sa.String(length=320), nullable=False),
        sa.Column("provider_reference", sa.String(length=255), nullable=True),
        sa.Column("capture_reference", sa.String(length=255), nullable=True),
        sa.Column("is_hosted", sa.Boolean(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("fault", sa.String(length=255), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column("settled_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.Column(
            "next_check_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
        ),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.Column("payer", sa.String(length=320), nullable=True),
        sa.Column("brand", sa.String(length=40), nullable=True),
        sa.Column("last4", sa.String(length=4), nullable=True),
        sa.Column("exp_month", sa.String(length=2), nullable=True),
        sa.Column("exp_year", sa.String(length=4), nullable=True),
        sa.CheckConstraint("provider IN ('stripe', 'paypal', 'play')", name=op.f("ck_payments_provider")),
        sa.CheckConstraint("status IN ('open', 'settled', 'failed', 'abandoned')", name=op.f("ck_payments_status")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payments_amount")),
        sa.CheckConstraint("refunded >= 0 AND refunded <= amount", name=op.f("ck_payments_refunded")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_payments_event_id_events")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sa.UniqueConstraint("key", name=op.f("uq_payments_key")),
        sa.UniqueConstraint("provider", "provider_reference", name=op.f("uq_payments_provider_provider_reference")),
    )
    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payments_capture_reference"), ["capture_reference"], unique=False)
        batch_op.create_index(batch_op.f("ix_payments_event_id"), ["event_id"], unique=False)
        batch_op.create_index("ix_payments_next_check_at", ["next_check_at"], unique=False)
        batch_op.create_index(
            "ix_payments_one_open",
            ["subject"],
            unique=True,
            sqlite_where=sa.text("status = 'open'"),
            postgresql_where=sa.text("status = 'open'"),
        )
        batch_op.create_index("ix_payments_subject", ["subject"], unique=False)

    op.create_table(
        "revoked_codes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("attendee_id", sa.BigInteger(), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column(
            "revoked_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_revoked_codes_event_id_events"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revoked_codes")),
        sa.UniqueConstraint(
            "event_id", "attendee_id", "issue", name=op.f("uq_revoked_codes_event_id_attendee_id_issue")
        ),
    )
    op.create_table(
        "role_invites",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("role_name", sa.String(length=40), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column("sent_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column("sent_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("status IN ('pending', 'accepted', 'declined')", name=op.f("ck_role_invites_status")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_role_invites_event_id_events"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["role_id"], ["roles.id"], name=op.f("fk_role_invites_role_id_roles")),
        sa.ForeignKeyConstraint(
            ["sent_by"], ["users.id"], name=op.f("fk_role_invites_sent_by_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_invites")),
        sa.UniqueConstraint("event_id", "email", name=op.f("uq_role_invites_event_id_email")),
        sa.UniqueConstraint("hash", name=op.f("uq_role_invites_hash")),
    )
    with op.batch_alter_table("role_invites", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_invites_role_id"), ["role_id"], unique=False)

    op.create_table(
        "session_types",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("length", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_session_types_event_id_events"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_types")),
    )
    with op.batch_alter_table("session_types", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_types_event_id"), ["event_id"], unique=False)

    op.create_table(
        "social_links",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("identifier", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_social_links_event_id_events"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_social_links")),
    )
    with op.batch_alter_table("social_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_social_links_event_id"), ["event_id"], unique=False)

    op.create_table(
        "speakers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("photo_url", sa.String(), nullable=True),
        sa.Column("thumbnail_image_url", sa.String(), nullable=True),
        sa.Column("small_image_url", sa.String(), nullable=True),
        sa.Column("icon_image_url", sa.String(), nullable=True),
        sa.Column("short_biography", sa.String(), nullable=True),
        sa.Column("long_biography", sa.String(), nullable=True),
        sa.Column("speaking_experience", sa.String(), nullable=True),
        sa.Column("mobile", sa.String(), nullable=True),
        sa.Column("website", sa.String(), nullable=True),
        sa.Column("twitter", sa.String(), nullable=True),
        sa.Column("facebook", sa.String(), nullable=True),
        sa.Column("github", sa.String(), nullable=True),
        sa.Column("mastodon", sa.String(), nullable=True),
        sa.Column("linkedin", sa.String(), nullable=True),
        sa.Column("instagram", sa.String(), nullable=True),
        sa.Column("organisation", sa.String(), nullable=True),
        sa.Column("is_featured", sa.Boolean(), nullable=False),
        sa.Column("is_email_overridden", sa.Boolean(), nullable=False),
        sa.Column("position", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("city", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("gender", sa.String(), nullable=True),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.Column("heard_from", sa.String(), nullable=True),
        sa.Column("sponsorship_required", sa.String(), nullable=True),
        sa.Column("complex_field_values", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("speaker_positions", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_speakers_event_id_events"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_speakers_user_id_users"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speakers")),
    )
    with op.batch_alter_table("speakers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_speakers_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_speakers_user_id"), ["user_id"], unique=False)
        batch_op.create_index(
            "uq_speakers_event_id_email_live",
            ["event_id", "email"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )

    op.create_table(
        "speakers_calls",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("announcement", sa.String(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column(
            "soft_ends_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
        ),
        sa.Column("ends_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column("hash", sa.String(), nullable=True),
        sa.Column("privacy", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_speakers_calls_event_id_events"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speakers_calls")),
    )
    with op.batch_alter_table("speakers_calls", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_speakers_calls_event_id"), ["event_id"], unique=False)
        batch_op.create_index(
            "uq_speakers_calls_event_id_live",
            ["event_id"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )

    op.create_table(
        "sponsors",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("logo_url", sa.String(), nullable=True),
        sa.Column("type", sa.String(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_sponsors_event_id_events"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsors")),
    )
    with op.batch_alter_table("sponsors", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sponsors_event_id"), ["event_id"], unique=False)

    op.create_table(
        "stripe_authorizations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stripe_publishable_key", sa.String(length=255), nullable=False),
        sa.Column("stripe_user_id", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_stripe_authorizations_event_id_events"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stripe_authorizations")),
        sa.UniqueConstraint("event_id", name=op.f("uq_stripe_authorizations_event_id")),
    )
    op.create_table(
        "tags",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("color", sa.String(), nullable=True),
        sa.Column("is_read_only", sa.Boolean(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_tags_event_id_events"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tags")),
    )
    with op.batch_alter_table("tags", schema=None) as batch_op:
        batch_op.create_index(
            "uq_tags_event_id_name_live",
            ["event_id", "name"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )

    op.create_table(
        "tasks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("identifier", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("options", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("content_type", sa.String(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column(
            "finished_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
        ),
        sa.CheckConstraint("state IN ('WAITING', 'SUCCESS', 'FAILURE')", name=op.f("ck_tasks_state")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_tasks_event_id_events"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_tasks_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("identifier", name=op.f("uq_tasks_identifier")),
    )
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.create_index("ix_tasks_created_at", ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_tasks_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tasks_user_id"), ["user_id"], unique=False)

    op.create_table(
        "taxes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("rate", sa.Float(), nullable=False),
        sa.Column("is_tax_included_in_price", sa.Boolean(), nullable=False),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("tax_id", sa.String(), nullable=True),
        sa.Column("should_send_invoice", sa.Boolean(), nullable=False),
        sa.Column("is_invoice_sent", sa.Boolean(), nullable=False),
        sa.Column("registered_company", sa.String(), nullable=True),
        sa.Column("contact_name", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("city", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=True),
        sa.Column("zip", sa.String(), nullable=True),
        sa.Column("invoice_footer", sa.String(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.CheckConstraint("rate >= 0 AND rate <= 100", name=op.f("ck_taxes_rate")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_taxes_event_id_events"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taxes")),
    )
    with op.batch_alter_table("taxes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_taxes_event_id"), ["event_id"], unique=False)
        batch_op.create_index(
            "uq_taxes_event_id_live",
            ["event_id"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )

    op.create_table(
        "ticket_keys",
        sa.Column(
            "event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("private_key", sa.Text(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_ticket_keys_event_id_events"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_ticket_keys")),
    )
    op.create_table(
        "ticket_tags",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_ticket_tags_event_id_events"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_tags")),
    )
    with op.batch_alter_table("ticket_tags", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_tags_event_id"), ["event_id"], unique=False)
        batch_op.create_index(
            "uq_ticket_tags_event_id_name_live",
            ["event_id", "name"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )

    op.create_table(
        "tickets",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("min_price", sa.BigInteger(), nullable=False),
        sa.Column("max_price", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("is_description_visible", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_fee_absorbed", sa.Boolean(), nullable=False),
        sa.Column(
            "sales_starts_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column(
            "sales_ends_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column("is_hidden", sa.Boolean(), nullable=False),
        sa.Column("min_order", sa.Integer(), nullable=False),
        sa.Column("max_order", sa.Integer(), nullable=False),
        sa.Column("is_checkin_restricted", sa.Boolean(), nullable=False),
        sa.Column("auto_checkin_enabled", sa.Boolean(), nullable=False),
        sa.Column("form_id", sa.String(), nullable=True),
        sa.Column("badge_id", sa.String(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "price >= 0 AND min_price >= 0 AND (max_price IS NULL OR max_price >= 0)", name=op.f("ck_tickets_prices")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_tickets_event_id_events"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
    )
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tickets_event_id"), ["event_id"], unique=False)
        batch_op.create_index(
            "uq_tickets_event_id_name_live",
            ["event_id", "name"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )

    op.create_table(
        "tracks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("color", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("font_color", sa.String(length=7), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_tracks_event_id_events"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tracks")),
    )
    with op.batch_alter_table("tracks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tracks_event_id"), ["event_id"], unique=False)

    op.create_table(
        "user_favourite_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_user_favourite_events_event_id_events"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_user_favourite_events_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_favourite_events")),
        sa.UniqueConstraint("event_id", "user_id", name=op.f("uq_user_favourite_events_event_id_user_id")),
    )
    with op.batch_alter_table("user_favourite_events", schema=None) as batch_op:
        batch_op.create_index("ix_user_favourite_events_user_id", ["user_id"], unique=False)

    op.create_table(
        "users_events_roles",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role_name", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_users_events_roles_event_id_events"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["role_id"], ["roles.id"], name=op.f("fk_users_events_roles_role_id_roles")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_users_events_roles_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users_events_roles")),
        sa.UniqueConstraint(
            "user_id", "event_id", "role_id", name=op.f("uq_users_events_roles_user_id_event_id_role_id")
        ),
    )
    with op.batch_alter_table("users_events_roles", schema=None) as batch_op:
        batch_op.create_index("ix_users_events_roles_event_id", ["event_id"], unique=False)

    op.create_table(
        "video_streams",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("main_event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("channel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("bg_img_url", sa.String(), nullable=True),
        sa.Column("password", sa.String(), nullable=True),
        sa.Column("additional_information", sa.String(), nullable=True),
        sa.Column("extra", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("meeting", sa.Text(), nullable=True),
        sa.Column("is_chat_enabled", sa.Boolean(), nullable=True),
        sa.Column("is_global_event_room", sa.Boolean(), nullable=True),
        sa.Column("chat_room_name", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["channel_id"],
            ["video_channels.id"],
            name=op.f("fk_video_streams_channel_id_video_channels"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_video_streams_event_id_events"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["main_event_id"], ["events.id"], name=op.f("fk_video_streams_main_event_id_events"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_video_streams")),
        sa.UniqueConstraint("main_event_id", name=op.f("uq_video_streams_main_event_id")),
    )
    with op.batch_alter_table("video_streams", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_video_streams_channel_id"), ["channel_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_video_streams_event_id"), ["event_id"], unique=False)

    op.create_table(
        "access_code_look_ups",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("access_code_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["access_code_id"],
            ["access_codes.id"],
            name=op.f("fk_access_code_look_ups_access_code_id_access_codes"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_access_code_look_ups_event_id_events"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_access_code_look_ups_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_code_look_ups")),
        sa.UniqueConstraint("user_id", "access_code_id", name=op.f("uq_access_code_look_ups_user_id_access_code_id")),
    )
    with op.batch_alter_table("access_code_look_ups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_code_look_ups_access_code_id"), ["access_code_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_access_code_look_ups_event_id"), ["event_id"], unique=False)

    op.create_table(
        "access_codes_tickets",
        sa.Column("access_code_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["access_code_id"],
            ["access_codes.id"],
            name=op.f("fk_access_codes_tickets_access_code_id_access_codes"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_access_codes_tickets_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("access_code_id", "ticket_id", name=op.f("pk_access_codes_tickets")),
    )
    with op.batch_alter_table("access_codes_tickets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_codes_tickets_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "badge_field_forms",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("badge_form_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("badge_id", sa.String(length=64), nullable=False),
        sa.Column("field_identifier", sa.String(length=120), nullable=True),
        sa.Column("custom_field", sa.String(length=120), nullable=True),
        sa.Column("sample_text", sa.String(), nullable=True),
        sa.Column("font_size", sa.Integer(), nullable=True),
        sa.Column("font_name", sa.String(length=120), nullable=True),
        sa.Column("font_weight", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("font_color", sa.String(length=40), nullable=True),
        sa.Column("text_rotation", sa.Integer(), nullable=True),
        sa.Column("text_alignment", sa.String(length=20), nullable=True),
        sa.Column("text_type", sa.String(length=40), nullable=True),
        sa.Column("is_deleted", sa.Boolean(), nullable=True),
        sa.Column("margin_top", sa.Integer(), nullable=True),
        sa.Column("margin_bottom", sa.Integer(), nullable=True),
        sa.Column("margin_left", sa.Integer(), nullable=True),
        sa.Column("margin_right", sa.Integer(), nullable=True),
        sa.Column("qr_custom_field", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("is_field_expanded", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["badge_form_id"],
            ["badge_forms.id"],
            name=op.f("fk_badge_field_forms_badge_form_id_badge_forms"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_badge_field_forms_event_id_events"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badge_field_forms")),
    )
    with op.batch_alter_table("badge_field_forms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_badge_field_forms_badge_form_id"), ["badge_form_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_badge_field_forms_event_id"), ["event_id"], unique=False)

    op.create_table(
        "custom_form_options",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("custom_form_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["custom_form_id"],
            ["custom_forms.id"],
            name=op.f("fk_custom_form_options_custom_form_id_custom_forms"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_custom_form_options_event_id_events"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_form_options")),
    )
    with op.batch_alter_table("custom_form_options", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_custom_form_options_custom_form_id"), ["custom_form_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_custom_form_options_event_id"), ["event_id"], unique=False)

    op.create_table(
        "custom_form_translates",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("custom_form_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language_code", sa.String(), nullable=False),
        sa.Column("form_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["custom_form_id"],
            ["custom_forms.id"],
            name=op.f("fk_custom_form_translates_custom_form_id_custom_forms"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_custom_form_translates_event_id_events"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_form_translates")),
    )
    with op.batch_alter_table("custom_form_translates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_custom_form_translates_custom_form_id"), ["custom_form_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_custom_form_translates_event_id"), ["event_id"], unique=False)

    op.create_table(
        "discount_codes_events",
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("discount_code_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["discount_code_id"],
            ["discount_codes.id"],
            name=op.f("fk_discount_codes_events_discount_code_id_discount_codes"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_discount_codes_events_event_id_events"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_discount_codes_events")),
    )
    with op.batch_alter_table("discount_codes_events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_discount_codes_events_discount_code_id"), ["discount_code_id"], unique=False
        )

    op.create_table(
        "discount_codes_invoices",
        sa.Column("event_invoice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("discount_code_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["discount_code_id"],
            ["discount_codes.id"],
            name=op.f("fk_discount_codes_invoices_discount_code_id_discount_codes"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["event_invoice_id"],
            ["event_invoices.id"],
            name=op.f("fk_discount_codes_invoices_event_invoice_id_event_invoices"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("event_invoice_id", name=op.f("pk_discount_codes_invoices")),
    )
    with op.batch_alter_table("discount_codes_invoices", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_discount_codes_invoices_discount_code_id"), ["discount_code_id"], unique=False
        )

    op.create_table(
        "discount_codes_tickets",
        sa.Column("discount_code_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["discount_code_id"],
            ["discount_codes.id"],
            name=op.f("fk_discount_codes_tickets_discount_code_id_discount_codes"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_discount_codes_tickets_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("discount_code_id", "ticket_id", name=op.f("pk_discount_codes_tickets")),
    )
    with op.batch_alter_table("discount_codes_tickets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_discount_codes_tickets_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "faqs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("faq_type_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_faqs_event_id_events"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["faq_type_id"], ["faq_types.id"], name=op.f("fk_faqs_faq_type_id_faq_types"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_faqs")),
    )
    with op.batch_alter_table("faqs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_faqs_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_faqs_faq_type_id"), ["faq_type_id"], unique=False)

    op.create_table(
        "orders",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("identifier", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("marketer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("discount_code_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("access_code_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("event_invoice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("tax_name", sa.String(), nullable=True),
        sa.Column("tax_rate", sa.Float(), nullable=True),
        sa.Column("is_tax_included", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("city", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("zipcode", sa.String(), nullable=True),
        sa.Column("company", sa.String(), nullable=True),
        sa.Column("tax_business_info", sa.String(), nullable=True),
        sa.Column(
            "completed_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
        ),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column("transaction_id", sa.String(), nullable=True),
        sa.Column("payment_mode", sa.String(), nullable=True),
        sa.Column("payment_url", sa.String(), nullable=True),
        sa.Column("paid_via", sa.String(), nullable=True),
        sa.Column("is_billing_enabled", sa.Boolean(), nullable=False),
        sa.Column("brand", sa.String(), nullable=True),
        sa.Column("exp_month", sa.String(), nullable=True),
        sa.Column("exp_year", sa.String(), nullable=True),
        sa.Column("last4", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("cancel_note", sa.String(), nullable=True),
        sa.Column("order_notes", sa.String(), nullable=True),
        sa.Column("pdf_key", sa.String(), nullable=True),
        sa.Column("tickets_pdf_url", sa.String(), nullable=True),
        sa.CheckConstraint(
            "status IN ('initializing', 'pending', 'placed', 'completed', 'cancelled', 'expired')",
            name=op.f("ck_orders_status"),
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_orders_amount")),
        sa.ForeignKeyConstraint(
            ["access_code_id"],
            ["access_codes.id"],
            name=op.f("fk_orders_access_code_id_access_codes"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["discount_code_id"],
            ["discount_codes.id"],
            name=op.f("fk_orders_discount_code_id_discount_codes"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_orders_event_id_events")),
        sa.ForeignKeyConstraint(
            ["event_invoice_id"],
            ["event_invoices.id"],
            name=op.f("fk_orders_event_invoice_id_event_invoices"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["marketer_id"], ["users.id"], name=op.f("fk_orders_marketer_id_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_orders_user_id_users"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("identifier", name=op.f("uq_orders_identifier")),
    )
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_orders_access_code_id"), ["access_code_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_orders_discount_code_id"), ["discount_code_id"], unique=False)
        batch_op.create_index("ix_orders_event_id_created_at", ["event_id", "created_at"], unique=False)
        batch_op.create_index("ix_orders_event_id_status", ["event_id", "status"], unique=False)
        batch_op.create_index(batch_op.f("ix_orders_event_invoice_id"), ["event_invoice_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_orders_marketer_id"), ["marketer_id"], unique=False)
        batch_op.create_index("ix_orders_status_expires_at", ["status", "expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_orders_user_id"), ["user_id"], unique=False)

    op.create_table(
        "refunds",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("payment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("provider_reference", sa.String(length=255), nullable=True),
        sa.Column("fault", sa.String(length=255), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column("settled_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.Column(
            "next_check_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
        ),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.CheckConstraint("status IN ('requested', 'settled', 'failed')", name=op.f("ck_refunds_status")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_refunds_amount")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_refunds_event_id_events")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_refunds_payment_id_payments")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("key", name=op.f("uq_refunds_key")),
    )
    with op.batch_alter_table("refunds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refunds_event_id"), ["event_id"], unique=False)
        batch_op.create_index("ix_refunds_next_check_at", ["next_check_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_refunds_payment_id"), ["payment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_refunds_provider_reference"), ["provider_reference"], unique=False)

    op.create_table(
        "sessions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("track_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("microlocation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("session_type_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("subtitle", sa.String(), nullable=True),
        sa.Column("level", sa.String(), nullable=True),
        sa.Column("short_abstract", sa.String(), nullable=False),
        sa.Column("long_abstract", sa.String(), nullable=False),
        sa.Column("comments", sa.String(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("slides_url", sa.String(), nullable=True),
        sa.Column("slides", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("website", sa.String(), nullable=True),
        sa.Column("twitter", sa.String(), nullable=True),
        sa.Column("facebook", sa.String(), nullable=True),
        sa.Column("github", sa.String(), nullable=True),
        sa.Column("linkedin", sa.String(), nullable=True),
        sa.Column("instagram", sa.String(), nullable=True),
        sa.Column("gitlab", sa.String(), nullable=True),
        sa.Column("mastodon", sa.String(), nullable=True),
        sa.Column("video_url", sa.String(), nullable=True),
        sa.Column("audio_url", sa.String(), nullable=True),
        sa.Column("signup_url", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column(
            "submitted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
        ),
        sa.Column("is_mail_sent", sa.Boolean(), nullable=False),
        sa.Column("is_locked", sa.Boolean(), nullable=False),
        sa.Column(
            "last_modified_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column("complex_field_values", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["users.id"], name=op.f("fk_sessions_creator_id_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_sessions_event_id_events"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["microlocation_id"],
            ["microlocations.id"],
            name=op.f("fk_sessions_microlocation_id_microlocations"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["session_type_id"],
            ["session_types.id"],
            name=op.f("fk_sessions_session_type_id_session_types"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["track_id"], ["tracks.id"], name=op.f("fk_sessions_track_id_tracks"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sessions_creator_id"), ["creator_id"], unique=False)
        batch_op.create_index("ix_sessions_event_id_state", ["event_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_sessions_microlocation_id"), ["microlocation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sessions_session_type_id"), ["session_type_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sessions_track_id"), ["track_id"], unique=False)

    op.create_table(
        "stations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("microlocation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("station_name", sa.String(), nullable=False),
        sa.Column("station_type", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "station_type IN ('registration', 'daily', 'check in', 'check out')", name=op.f("ck_stations_station_type")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_stations_event_id_events"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["microlocation_id"],
            ["microlocations.id"],
            name=op.f("fk_stations_microlocation_id_microlocations"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stations")),
    )
    with op.batch_alter_table("stations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stations_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stations_microlocation_id"), ["microlocation_id"], unique=False)

    op.create_table(
        "ticket_stock",
        sa.Column(
            "ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("sold", sa.Integer(), nullable=False),
        sa.CheckConstraint("held >= 0", name=op.f("ck_ticket_stock_held")),
        sa.CheckConstraint("sold + held <= quantity", name=op.f("ck_ticket_stock_not_oversold")),
        sa.CheckConstraint("sold >= 0", name=op.f("ck_ticket_stock_sold")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_ticket_stock_event_id_events"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_stock_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_ticket_stock")),
    )
    with op.batch_alter_table("ticket_stock", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_stock_event_id"), ["event_id"], unique=False)

    op.create_table(
        "ticket_taggings",
        sa.Column("ticket_tag_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_taggings_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_tag_id"],
            ["ticket_tags.id"],
            name=op.f("fk_ticket_taggings_ticket_tag_id_ticket_tags"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("ticket_tag_id", "ticket_id", name=op.f("pk_ticket_taggings")),
    )
    with op.batch_alter_table("ticket_taggings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_taggings_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "translation_channels",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("video_stream_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"],
            ["video_channels.id"],
            name=op.f("fk_translation_channels_channel_id_video_channels"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_translation_channels_event_id_events"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["video_stream_id"],
            ["video_streams.id"],
            name=op.f("fk_translation_channels_video_stream_id_video_streams"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_translation_channels")),
    )
    with op.batch_alter_table("translation_channels", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_translation_channels_video_stream_id"), ["video_stream_id"], unique=False)

    op.create_table(
        "video_recordings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("video_stream_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bbb_record_id", sa.String(length=255), nullable=True),
        sa.Column("participants", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column(
            "start_time", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column("end_time", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_video_recordings_event_id_events"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["video_stream_id"],
            ["video_streams.id"],
            name=op.f("fk_video_recordings_video_stream_id_video_streams"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_video_recordings")),
        sa.UniqueConstraint(
            "video_stream_id", "bbb_record_id", name=op.f("uq_video_recordings_video_stream_id_bbb_record_id")
        ),
    )
    with op.batch_alter_table("video_recordings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_video_recordings_event_id"), ["event_id"], unique=False)

    op.create_table(
        "video_stream_moderators",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("video_stream_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_video_stream_moderators_event_id_events"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["video_stream_id"],
            ["video_streams.id"],
            name=op.f("fk_video_stream_moderators_video_stream_id_video_streams"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_video_stream_moderators")),
        sa.UniqueConstraint("video_stream_id", "email", name=op.f("uq_video_stream_moderators_video_stream_id_email")),
    )
    with op.batch_alter_table("video_stream_moderators", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_video_stream_moderators_email"), ["email"], unique=False)
        batch_op.create_index(batch_op.f("ix_video_stream_moderators_event_id"), ["event_id"], unique=False)

    op.create_table(
        "video_stream_rooms",
        sa.Column("video_stream_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("microlocation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["microlocation_id"],
            ["microlocations.id"],
            name=op.f("fk_video_stream_rooms_microlocation_id_microlocations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["video_stream_id"],
            ["video_streams.id"],
            name=op.f("fk_video_stream_rooms_video_stream_id_video_streams"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("video_stream_id", "microlocation_id", name=op.f("pk_video_stream_rooms")),
        sa.UniqueConstraint("microlocation_id", name=op.f("uq_video_stream_rooms_microlocation_id")),
    )
    op.create_table(
        "virtual_check_ins",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("microlocation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("check_in_type", sa.String(length=20), nullable=False),
        sa.Column("ticket_holder_ids", sa.JSON(none_as_null=True), nullable=False),
        sa.Column(
            "check_in_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column(
            "check_out_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_virtual_check_ins_event_id_events"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["microlocation_id"],
            ["microlocations.id"],
            name=op.f("fk_virtual_check_ins_microlocation_id_microlocations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_virtual_check_ins_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_virtual_check_ins")),
    )
    with op.batch_alter_table("virtual_check_ins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_virtual_check_ins_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_virtual_check_ins_user_id"), ["user_id"], unique=False)

    op.create_table(
        "attendees",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.Column("identifier", sa.String(length=12), nullable=False),
        sa.Column("code_issue", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("tag_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("pdf_key", sa.String(), nullable=True),
        sa.Column("firstname", sa.String(), nullable=True),
        sa.Column("lastname", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("city", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("job_title", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("tax_business_info", sa.String(), nullable=True),
        sa.Column("billing_address", sa.String(), nullable=True),
        sa.Column("home_address", sa.String(), nullable=True),
        sa.Column("shipping_address", sa.String(), nullable=True),
        sa.Column("company", sa.String(), nullable=True),
        sa.Column("work_address", sa.String(), nullable=True),
        sa.Column("work_phone", sa.String(), nullable=True),
        sa.Column("website", sa.String(), nullable=True),
        sa.Column("blog", sa.String(), nullable=True),
        sa.Column("twitter", sa.String(), nullable=True),
        sa.Column("facebook", sa.String(), nullable=True),
        sa.Column("github", sa.String(), nullable=True),
        sa.Column("instagram", sa.String(), nullable=True),
        sa.Column("linkedin", sa.String(), nullable=True),
        sa.Column("gender", sa.String(), nullable=True),
        sa.Column("accept_video_recording", sa.Boolean(), nullable=True),
        sa.Column("accept_share_details", sa.Boolean(), nullable=True),
        sa.Column("accept_receive_emails", sa.Boolean(), nullable=True),
        sa.Column("age_group", sa.String(), nullable=True),
        sa.Column("home_wiki", sa.String(), nullable=True),
        sa.Column("wiki_scholarship", sa.String(), nullable=True),
        sa.Column("birth_date", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.Column("is_checked_in", sa.Boolean(), nullable=False),
        sa.Column("device_name_checkin", sa.String(), nullable=True),
        sa.Column("checkin_times", sa.String(), nullable=True),
        sa.Column("checkout_times", sa.String(), nullable=True),
        sa.Column("attendee_notes", sa.String(), nullable=True),
        sa.Column("is_checked_out", sa.Boolean(), nullable=False),
        sa.Column("is_registered", sa.Boolean(), nullable=False),
        sa.Column("register_times", sa.String(), nullable=True),
        sa.Column("pdf_url", sa.String(), nullable=True),
        sa.Column("complex_field_values", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("is_consent_form_field", sa.Boolean(), nullable=False),
        sa.Column("is_consent_of_refund_policy", sa.Boolean(), nullable=False),
        sa.Column("native_language", sa.String(), nullable=True),
        sa.Column("fluent_language", sa.String(), nullable=True),
        sa.Column("is_consent_form_field_photo", sa.Boolean(), nullable=False),
        sa.Column("is_consent_form_field_email", sa.Boolean(), nullable=False),
        sa.Column("is_badge_printed", sa.Boolean(), nullable=False),
        sa.Column(
            "badge_printed_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
        ),
        sa.Column("is_discount_applied", sa.Boolean(), nullable=False),
        sa.Column("is_access_code_applied", sa.Boolean(), nullable=False),
        sa.Column(
            "cancelled_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
        ),
        sa.Column("deleted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["users.id"], name=op.f("fk_attendees_creator_id_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_attendees_event_id_events")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_attendees_order_id_orders"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name=op.f("fk_attendees_tag_id_tags"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_attendees_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendees")),
        sa.UniqueConstraint("order_id", "identifier", name=op.f("uq_attendees_order_id_identifier")),
    )
    with op.batch_alter_table("attendees", schema=None) as batch_op:
        batch_op.create_index("ix_attendees_email", ["email"], unique=False)
        batch_op.create_index("ix_attendees_event_id", ["event_id"], unique=False)
        batch_op.create_index(
            "ix_attendees_loose",
            ["created_at"],
            unique=False,
            sqlite_where=sa.text("order_id IS NULL"),
            postgresql_where=sa.text("order_id IS NULL"),
        )
        batch_op.create_index(
            "ix_attendees_tag_id",
            ["tag_id"],
            unique=False,
            sqlite_where=sa.text("tag_id IS NOT NULL"),
            postgresql_where=sa.text("tag_id IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_attendees_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "exhibitors_sessions",
        sa.Column("exhibitor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["exhibitor_id"],
            ["exhibitors.id"],
            name=op.f("fk_exhibitors_sessions_exhibitor_id_exhibitors"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_exhibitors_sessions_session_id_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("exhibitor_id", "session_id", name=op.f("pk_exhibitors_sessions")),
    )
    with op.batch_alter_table("exhibitors_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exhibitors_sessions_session_id"), ["session_id"], unique=False)

    op.create_table(
        "feedbacks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rated_event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rating", sa.Float(), nullable=False),
        sa.Column("comment", sa.String(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.CheckConstraint("(session_id IS NULL) <> (rated_event_id IS NULL)", name=op.f("ck_feedbacks_subject")),
        sa.CheckConstraint("rating >= 1 AND rating <= 5", name=op.f("ck_feedbacks_rating")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_feedbacks_event_id_events"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["rated_event_id"], ["events.id"], name=op.f("fk_feedbacks_rated_event_id_events"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_feedbacks_session_id_sessions"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_feedbacks_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedbacks")),
        sa.UniqueConstraint("rated_event_id", "user_id", name=op.f("uq_feedbacks_rated_event_id_user_id")),
        sa.UniqueConstraint("session_id", "user_id", name=op.f("uq_feedbacks_session_id_user_id")),
    )
    with op.batch_alter_table("feedbacks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feedbacks_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_feedbacks_user_id"), ["user_id"], unique=False)

    op.create_table(
        "ledger_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("payment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("refund_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("debit", sa.String(length=80), nullable=False),
        sa.Column("credit", sa.String(length=80), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.CheckConstraint("(kind = 'refund') = (refund_id IS NOT NULL)", name=op.f("ck_ledger_entries_refund")),
        sa.CheckConstraint("kind IN ('payment', 'refund', 'fee')", name=op.f("ck_ledger_entries_kind")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_ledger_entries_amount")),
        sa.CheckConstraint("debit <> credit", name=op.f("ck_ledger_entries_sides")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_ledger_entries_event_id_events")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_ledger_entries_payment_id_payments")),
        sa.ForeignKeyConstraint(["refund_id"], ["refunds.id"], name=op.f("fk_ledger_entries_refund_id_refunds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entries")),
        info={"append_only": True},
    )
    with op.batch_alter_table("ledger_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_entries_credit"), ["credit"], unique=False)
        batch_op.create_index(batch_op.f("ix_ledger_entries_debit"), ["debit"], unique=False)
        batch_op.create_index(batch_op.f("ix_ledger_entries_event_id"), ["event_id"], unique=False)
        batch_op.create_index(
            "ix_ledger_entries_one_payment",
            ["payment_id"],
            unique=True,
            sqlite_where=sa.text("kind = 'payment'"),
            postgresql_where=sa.text("kind = 'payment'"),
        )
        batch_op.create_index(
            "ix_ledger_entries_one_refund",
            ["refund_id"],
            unique=True,
            sqlite_where=sa.text("kind = 'refund'"),
            postgresql_where=sa.text("kind = 'refund'"),
        )
        batch_op.create_index(batch_op.f("ix_ledger_entries_payment_id"), ["payment_id"], unique=False)

    op.create_table(
        "order_lines",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("price >= 0", name=op.f("ck_order_lines_price")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_lines_quantity")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_order_lines_event_id_events")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_order_lines_order_id_orders"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_order_lines_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_lines")),
    )
    with op.batch_alter_table("order_lines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_lines_order_id"), ["order_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_order_lines_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "speaker_invites",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_speaker_invites_event_id_events"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_speaker_invites_session_id_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaker_invites")),
    )
    with op.batch_alter_table("speaker_invites", schema=None) as batch_op:
        batch_op.create_index("ix_speaker_invites_email_status", ["email", "status"], unique=False)
        batch_op.create_index(batch_op.f("ix_speaker_invites_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_speaker_invites_session_id"), ["session_id"], unique=False)

    op.create_table(
        "speakers_sessions",
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("speaker_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_speakers_sessions_session_id_sessions"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["speaker_id"], ["speakers.id"], name=op.f("fk_speakers_sessions_speaker_id_speakers"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", "speaker_id", name=op.f("pk_speakers_sessions")),
    )
    with op.batch_alter_table("speakers_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_speakers_sessions_speaker_id"), ["speaker_id"], unique=False)

    op.create_table(
        "station_store_paxs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("station_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("current_pax", sa.Integer(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column(
            "modified_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_station_store_paxs_event_id_events"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_station_store_paxs_session_id_sessions"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["station_id"], ["stations.id"], name=op.f("fk_station_store_paxs_station_id_stations"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station_store_paxs")),
    )
    with op.batch_alter_table("station_store_paxs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_station_store_paxs_session_id"), ["session_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_station_store_paxs_station_id"), ["station_id"], unique=False)

    op.create_table(
        "user_favourite_sessions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_user_favourite_sessions_event_id_events"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["sessions.id"],
            name=op.f("fk_user_favourite_sessions_session_id_sessions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_user_favourite_sessions_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_favourite_sessions")),
        sa.UniqueConstraint("session_id", "user_id", name=op.f("uq_user_favourite_sessions_session_id_user_id")),
    )
    with op.batch_alter_table("user_favourite_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_favourite_sessions_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_user_favourite_sessions_user_id"), ["user_id"], unique=False)

    op.create_table(
        "user_check_ins",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("station_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ticket_holder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("track_name", sa.String(), nullable=True),
        sa.Column("session_name", sa.String(), nullable=True),
        sa.Column("speaker_name", sa.String(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_user_check_ins_event_id_events"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_user_check_ins_session_id_sessions"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["station_id"], ["stations.id"], name=op.f("fk_user_check_ins_station_id_stations"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_holder_id"],
            ["attendees.id"],
            name=op.f("fk_user_check_ins_ticket_holder_id_attendees"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_check_ins")),
    )
    with op.batch_alter_table("user_check_ins", schema=None) as batch_op:
        batch_op.create_index("ix_user_check_ins_event_id_day", ["event_id", "day"], unique=False)
        batch_op.create_index(batch_op.f("ix_user_check_ins_session_id"), ["session_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_user_check_ins_station_id"), ["station_id"], unique=False)
        batch_op.create_index("ix_user_check_ins_ticket_holder_id_day", ["ticket_holder_id", "day"], unique=False)

    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER ledger_entries_no_update BEFORE UPDATE ON ledger_entries BEGIN SELECT "
            "RAISE(ABORT, 'rows of ledger_entries are written once'); END"
        )
        op.execute(
            "CREATE TRIGGER ledger_entries_no_delete BEFORE DELETE ON ledger_entries BEGIN SELECT "
            "RAISE(ABORT, 'rows of ledger_entries are written once'); END"
        )
    else:
        op.execute(
            "CREATE FUNCTION refuse_change_of_ledger_entries() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE EXCEPTION 'rows of ledger_entries are written once' USING ERRCODE = "
            "'integrity_constraint_violation'; END $$"
        )
        op.execute(
            "CREATE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE ON ledger_entries FOR "
            "EACH ROW EXECUTE FUNCTION refuse_change_of_ledger_entries()"
        )
    # ### end Alembic commands ###


def downgrade() -> None:

    with op.batch_alter_table("user_check_ins", schema=None) as batch_op:
        batch_op.drop_index("ix_user_check_ins_ticket_holder_id_day")
        batch_op.drop_index(batch_op.f("ix_user_check_ins_station_id"))
        batch_op.drop_index(batch_op.f("ix_user_check_ins_session_id"))
        batch_op.drop_index("ix_user_check_ins_event_id_day")

    op.drop_table("user_check_ins")
    with op.batch_alter_table("user_favourite_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_favourite_sessions_user_id"))
        batch_op.drop_index(batch_op.f("ix_user_favourite_sessions_event_id"))

    op.drop_table("user_favourite_sessions")
    with op.batch_alter_table("station_store_paxs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_station_store_paxs_station_id"))
        batch_op.drop_index(batch_op.f("ix_station_store_paxs_session_id"))

    op.drop_table("station_store_paxs")
    with op.batch_alter_table("speakers_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_speakers_sessions_speaker_id"))

    op.drop_table("speakers_sessions")
    with op.batch_alter_table("speaker_invites", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_speaker_invites_session_id"))
        batch_op.drop_index(batch_op.f("ix_speaker_invites_event_id"))
        batch_op.drop_index("ix_speaker_invites_email_status")

    op.drop_table("speaker_invites")
    with op.batch_alter_table("order_lines", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_order_lines_ticket_id"))
        batch_op.drop_index(batch_op.f("ix_order_lines_order_id"))

    op.drop_table("order_lines")
    with op.batch_alter_table("ledger_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_entries_payment_id"))
        batch_op.drop_index(
            "ix_ledger_entries_one_refund",
            sqlite_where=sa.text("kind = 'refund'"),
            postgresql_where=sa.text("kind = 'refund'"),
        )
        batch_op.drop_index(
            "ix_ledger_entries_one_payment",
            sqlite_where=sa.text("kind = 'payment'"),
            postgresql_where=sa.text("kind = 'payment'"),
        )
        batch_op.drop_index(batch_op.f("ix_ledger_entries_event_id"))
        batch_op.drop_index(batch_op.f("ix_ledger_entries_debit"))
        batch_op.drop_index(batch_op.f("ix_ledger_entries_credit"))

    op.drop_table("ledger_entries")
    with op.batch_alter_table("feedbacks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feedbacks_user_id"))
        batch_op.drop_index(batch_op.f("ix_feedbacks_event_id"))

    op.drop_table("feedbacks")
    with op.batch_alter_table("exhibitors_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exhibitors_sessions_session_id"))

    op.drop_table("exhibitors_sessions")
    with op.batch_alter_table("attendees", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendees_ticket_id"))
        batch_op.drop_index(
            "ix_attendees_tag_id",
            sqlite_where=sa.text("tag_id IS NOT NULL"),
            postgresql_where=sa.text("tag_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_attendees_loose", sqlite_where=sa.text("order_id IS NULL"), postgresql_where=sa.text("order_id IS NULL")
        )
        batch_op.drop_index("ix_attendees_event_id")
        batch_op.drop_index("ix_attendees_email")

    op.drop_table("attendees")
    with op.batch_alter_table("virtual_check_ins", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_virtual_check_ins_user_id"))
        batch_op.drop_index(batch_op.f("ix_virtual_check_ins_event_id"))

    op.drop_table("virtual_check_ins")
    op.drop_table("video_stream_rooms")
    with op.batch_alter_table("video_stream_moderators", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_video_stream_moderators_event_id"))
        batch_op.drop_index(batch_op.f("ix_video_stream_moderators_email"))

    op.drop_table("video_stream_moderators")
    with op.batch_alter_table("video_recordings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_video_recordings_event_id"))

    op.drop_table("video_recordings")
    with op.batch_alter_table("translation_channels", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_translation_channels_video_stream_id"))

    op.drop_table("translation_channels")
    with op.batch_alter_table("ticket_taggings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticket_taggings_ticket_id"))

    op.drop_table("ticket_taggings")
    with op.batch_alter_table("ticket_stock", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticket_stock_event_id"))

    op.drop_table("ticket_stock")
    with op.batch_alter_table("stations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stations_microlocation_id"))
        batch_op.drop_index(batch_op.f("ix_stations_event_id"))

    op.drop_table("stations")
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sessions_track_id"))
        batch_op.drop_index(batch_op.f("ix_sessions_session_type_id"))
        batch_op.drop_index(batch_op.f("ix_sessions_microlocation_id"))
        batch_op.drop_index("ix_sessions_event_id_state")
        batch_op.drop_index(batch_op.f("ix_sessions_creator_id"))

    op.drop_table("sessions")
    with op.batch_alter_table("refunds", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_refunds_provider_reference"))
        batch_op.drop_index(batch_op.f("ix_refunds_payment_id"))
        batch_op.drop_index("ix_refunds_next_check_at")
        batch_op.drop_index(batch_op.f("ix_refunds_event_id"))

    op.drop_table("refunds")
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_orders_user_id"))
        batch_op.drop_index("ix_orders_status_expires_at")
        batch_op.drop_index(batch_op.f("ix_orders_marketer_id"))
        batch_op.drop_index(batch_op.f("ix_orders_event_invoice_id"))
        batch_op.drop_index("ix_orders_event_id_status")
        batch_op.drop_index("ix_orders_event_id_created_at")
        batch_op.drop_index(batch_op.f("ix_orders_discount_code_id"))
        batch_op.drop_index(batch_op.f("ix_orders_access_code_id"))

    op.drop_table("orders")
    with op.batch_alter_table("faqs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_faqs_faq_type_id"))
        batch_op.drop_index(batch_op.f("ix_faqs_event_id"))

    op.drop_table("faqs")
    with op.batch_alter_table("discount_codes_tickets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_discount_codes_tickets_ticket_id"))

    op.drop_table("discount_codes_tickets")
    with op.batch_alter_table("discount_codes_invoices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_discount_codes_invoices_discount_code_id"))

    op.drop_table("discount_codes_invoices")
    with op.batch_alter_table("discount_codes_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_discount_codes_events_discount_code_id"))

    op.drop_table("discount_codes_events")
    with op.batch_alter_table("custom_form_translates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_custom_form_translates_event_id"))
        batch_op.drop_index(batch_op.f("ix_custom_form_translates_custom_form_id"))

    op.drop_table("custom_form_translates")
    with op.batch_alter_table("custom_form_options", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_custom_form_options_event_id"))
        batch_op.drop_index(batch_op.f("ix_custom_form_options_custom_form_id"))

    op.drop_table("custom_form_options")
    with op.batch_alter_table("badge_field_forms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_badge_field_forms_event_id"))
        batch_op.drop_index(batch_op.f("ix_badge_field_forms_badge_form_id"))

    op.drop_table("badge_field_forms")
    with op.batch_alter_table("access_codes_tickets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_access_codes_tickets_ticket_id"))

    op.drop_table("access_codes_tickets")
    with op.batch_alter_table("access_code_look_ups", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_access_code_look_ups_event_id"))
        batch_op.drop_index(batch_op.f("ix_access_code_look_ups_access_code_id"))

    op.drop_table("access_code_look_ups")
    with op.batch_alter_table("video_streams", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_video_streams_event_id"))
        batch_op.drop_index(batch_op.f("ix_video_streams_channel_id"))

    op.drop_table("video_streams")
    with op.batch_alter_table("users_events_roles", schema=None) as batch_op:
        batch_op.drop_index("ix_users_events_roles_event_id")

    op.drop_table("users_events_roles")
    with op.batch_alter_table("user_favourite_events", schema=None) as batch_op:
        batch_op.drop_index("ix_user_favourite_events_user_id")

    op.drop_table("user_favourite_events")
    with op.batch_alter_table("tracks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tracks_event_id"))

    op.drop_table("tracks")
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_tickets_event_id_name_live",
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_tickets_event_id"))

    op.drop_table("tickets")
    with op.batch_alter_table("ticket_tags", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_ticket_tags_event_id_name_live",
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_ticket_tags_event_id"))

    op.drop_table("ticket_tags")
    op.drop_table("ticket_keys")
    with op.batch_alter_table("taxes", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_taxes_event_id_live",
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_taxes_event_id"))

    op.drop_table("taxes")
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tasks_user_id"))
        batch_op.drop_index(batch_op.f("ix_tasks_event_id"))
        batch_op.drop_index("ix_tasks_created_at")

    op.drop_table("tasks")
    with op.batch_alter_table("tags", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_tags_event_id_name_live",
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )

    op.drop_table("tags")
    op.drop_table("stripe_authorizations")
    with op.batch_alter_table("sponsors", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sponsors_event_id"))

    op.drop_table("sponsors")
    with op.batch_alter_table("speakers_calls", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_speakers_calls_event_id_live",
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_speakers_calls_event_id"))

    op.drop_table("speakers_calls")
    with op.batch_alter_table("speakers", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_speakers_event_id_email_live",
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_speakers_user_id"))
        batch_op.drop_index(batch_op.f("ix_speakers_event_id"))

    op.drop_table("speakers")
    with op.batch_alter_table("social_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_social_links_event_id"))

    op.drop_table("social_links")
    with op.batch_alter_table("session_types", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_types_event_id"))

    op.drop_table("session_types")
    with op.batch_alter_table("role_invites", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_invites_role_id"))

    op.drop_table("role_invites")
    op.drop_table("revoked_codes")
    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.drop_index("ix_payments_subject")
        batch_op.drop_index(
            "ix_payments_one_open", sqlite_where=sa.text("status = 'open'"), postgresql_where=sa.text("status = 'open'")
        )
        batch_op.drop_index("ix_payments_next_check_at")
        batch_op.drop_index(batch_op.f("ix_payments_event_id"))
        batch_op.drop_index(batch_op.f("ix_payments_capture_reference"))

    op.drop_table("payments")
    with op.batch_alter_table("microlocations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_microlocations_event_id"))

    op.drop_table("microlocations")
    with op.batch_alter_table("faq_types", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_faq_types_event_id"))

    op.drop_table("faq_types")
    with op.batch_alter_table("exhibitors", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exhibitors_event_id"))

    op.drop_table("exhibitors")
    op.drop_table("event_reminders")
    with op.batch_alter_table("event_invoices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_invoices_user_id"))
        batch_op.drop_index(batch_op.f("ix_event_invoices_event_id"))

    op.drop_table("event_invoices")
    with op.batch_alter_table("event_copyrights", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_event_copyrights_event_id_live",
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )

    op.drop_table("event_copyrights")
    with op.batch_alter_table("email_notifications", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_email_notifications_event_id"))

    op.drop_table("email_notifications")
    with op.batch_alter_table("discount_codes", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_discount_codes_event_id_code_live",
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_discount_codes_marketer_id"))
        batch_op.drop_index(batch_op.f("ix_discount_codes_event_id"))

    op.drop_table("discount_codes")
    with op.batch_alter_table("custom_forms", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_custom_forms_own",
            sqlite_where=sa.text("form_id IS NOT NULL"),
            postgresql_where=sa.text("form_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "uq_custom_forms_general",
            sqlite_where=sa.text("form_id IS NULL"),
            postgresql_where=sa.text("form_id IS NULL"),
        )

    op.drop_table("custom_forms")
    op.drop_table("badge_forms")
    with op.batch_alter_table("access_codes", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_access_codes_event_id_code_live",
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_access_codes_marketer_id"))
        batch_op.drop_index(batch_op.f("ix_access_codes_event_id"))

    op.drop_table("access_codes")
    with op.batch_alter_table("users_groups_roles", schema=None) as batch_op:
        batch_op.drop_index("ix_users_groups_roles_user_id")

    op.drop_table("users_groups_roles")
    with op.batch_alter_table("user_follow_groups", schema=None) as batch_op:
        batch_op.drop_index("ix_user_follow_groups_user_id")

    op.drop_table("user_follow_groups")
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_index("ix_events_state_ends_at")
        batch_op.drop_index("ix_events_location_name")
        batch_op.drop_index(batch_op.f("ix_events_group_id"))

    op.drop_table("events")
    with op.batch_alter_table("custom_placeholders", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_custom_placeholders_event_sub_topic_id"))

    op.drop_table("custom_placeholders")
    with op.batch_alter_table("user_emails", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_user_emails_email_address_live",
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_user_emails_user_id"))

    op.drop_table("user_emails")
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_ins_user_id"))

    op.drop_table("sign_ins")
    with op.batch_alter_table("panel_permissions_custom_system_roles", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_panel_permissions_custom_system_roles_custom_system_role_id"))

    op.drop_table("panel_permissions_custom_system_roles")
    with op.batch_alter_table("one_time_tokens", schema=None) as batch_op:
        batch_op.drop_index("ix_one_time_tokens_user_id_purpose")

    op.drop_table("one_time_tokens")
    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.drop_index("ix_notifications_user_id_is_read")

    op.drop_table("notifications")
    with op.batch_alter_table("import_jobs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_jobs_user_id"))
        batch_op.drop_index(batch_op.f("ix_import_jobs_task"))

    op.drop_table("import_jobs")
    with op.batch_alter_table("identities", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_identities_user_id"))

    op.drop_table("identities")
    with op.batch_alter_table("groups", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_groups_user_id"))

    op.drop_table("groups")
    op.drop_table("event_sub_topics")
    with op.batch_alter_table("event_role_permissions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_role_permissions_service_id"))

    op.drop_table("event_role_permissions")
    with op.batch_alter_table("webhook_receipts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_webhook_receipts_received_at"))

    op.drop_table("webhook_receipts")
    op.drop_table("video_channels")
    op.drop_table("users")
    op.drop_table("user_permissions")
    with op.batch_alter_table("uploads", schema=None) as batch_op:
        batch_op.drop_index("ix_uploads_look_at")

    op.drop_table("uploads")
    op.drop_table("ticket_fees")
    op.drop_table("speaker_image_sizes")
    op.drop_table("settings")
    op.drop_table("services")
    op.drop_table("roles")
    with op.batch_alter_table("rate_hits", schema=None) as batch_op:
        batch_op.drop_index("ix_rate_hits_key_at")
        batch_op.drop_index(batch_op.f("ix_rate_hits_expires_at"))

    op.drop_table("rate_hits")
    op.drop_table("panel_permissions")
    op.drop_table("pages")
    op.drop_table("notification_settings")
    op.drop_table("named_places")
    op.drop_table("modules")
    op.drop_table("message_settings")
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.drop_index("ix_mails_time")
        batch_op.drop_index("ix_mails_about")

    op.drop_table("mails")
    op.drop_table("leases")
    with op.batch_alter_table("kept_answers", schema=None) as batch_op:
        batch_op.drop_index("ix_kept_answers_claimed_at")

    op.drop_table("kept_answers")
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.drop_index("ix_jobs_due")

    op.drop_table("jobs")
    op.drop_table("event_types")
    op.drop_table("event_topics")
    op.drop_table("event_image_sizes")
    op.drop_table("custom_system_roles")
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entries_subject")

    op.drop_table("audit_entries")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_change_of_ledger_entries()")
    # ### end Alembic commands ###
