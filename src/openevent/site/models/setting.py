"""The table of the installation's settings: one row."""

from sqlalchemy.orm import Mapped, mapped_column

from openevent.kit.db import Base, Keyed
from openevent.kit.vault import Encrypted

COOKIES = (
    "We keep what you are signed in with, and what you have chosen, in cookies. By staying here you agree to that; "
    "our cookie policy says more."
)


class Setting(Keyed, Base):
    """What admins set for the whole installation while it runs; the addresses of its parts are the operator's."""

    __tablename__ = "settings"

    # what the installation is called, and its house rules
    app_name: Mapped[str | None]
    # What the operator called it, where it stood, and how long orders keep seats, when these were taken over.
    operator_name: Mapped[str | None]
    operator_url: Mapped[str | None]
    operator_minutes: Mapped[int | None]
    tagline: Mapped[str | None]
    order_expiry_time: Mapped[int] = mapped_column(default=15)
    start_pg_event_id: Mapped[str | None]
    start_pg_enabled: Mapped[str | None] = mapped_column(default="default")
    max_complex_custom_fields: Mapped[int] = mapped_column(default=30)

    # where else it is to be found
    analytics_key: Mapped[str | None]
    fb_client_id: Mapped[str | None]
    google_url: Mapped[str | None]
    github_url: Mapped[str | None]
    twitter_url: Mapped[str | None]
    support_url: Mapped[str | None]
    facebook_url: Mapped[str | None]
    instagram_url: Mapped[str | None]
    patreon_url: Mapped[str | None]
    gitter_url: Mapped[str | None]
    telegram_url: Mapped[str | None]
    youtube_url: Mapped[str | None]
    weblate_url: Mapped[str | None]

    # addresses, and what visitors are told about cookies
    frontend_url: Mapped[str | None]
    rocket_chat_url: Mapped[str | None]
    cookie_policy: Mapped[str | None] = mapped_column(default=COOKIES)
    cookie_policy_link: Mapped[str | None]

    # payments: switches and public keys
    is_paytm_activated: Mapped[bool] = mapped_column(default=False)
    stripe_client_id: Mapped[str | None]
    stripe_publishable_key: Mapped[str | None]
    stripe_test_client_id: Mapped[str | None]
    stripe_test_publishable_key: Mapped[str | None]
    stripe_mode: Mapped[str | None]
    paypal_mode: Mapped[str | None]
    paypal_client: Mapped[str | None]
    paypal_sandbox_client: Mapped[str | None]
    omise_mode: Mapped[str | None]
    omise_test_public: Mapped[str | None]
    omise_live_public: Mapped[str | None]
    alipay_publishable_key: Mapped[str | None]
    paytm_mode: Mapped[str | None]
    paytm_live_merchant: Mapped[str | None]
    paytm_sandbox_merchant: Mapped[str | None]

    # who sends invoices for the platform
    admin_billing_contact_name: Mapped[str | None]
    admin_billing_phone: Mapped[str | None]
    admin_billing_email: Mapped[str | None]
    admin_billing_state: Mapped[str | None]
    admin_billing_country: Mapped[str | None]
    admin_billing_tax_info: Mapped[str | None]
    admin_company: Mapped[str | None]
    admin_billing_address: Mapped[str | None]
    admin_billing_city: Mapped[str | None]
    admin_billing_zip: Mapped[str | None]
    admin_billing_additional_info: Mapped[str | None]
    admin_billing_logo: Mapped[str | None]

    # largest uploads, in kilobytes
    logo_size: Mapped[int] = mapped_column(default=1000)
    image_size: Mapped[int] = mapped_column(default=10000)
    slide_size: Mapped[int] = mapped_column(default=20000)

    # apps
    android_app_url: Mapped[str | None]
    web_app_url: Mapped[str | None]

    # storage, and keys of outside services; secrets among them
    app_environment: Mapped[str] = mapped_column(default="production")
    static_domain: Mapped[str | None]
    storage_place: Mapped[str | None]
    aws_key: Mapped[str | None] = mapped_column(Encrypted)
    aws_secret: Mapped[str | None] = mapped_column(Encrypted)
    aws_bucket_name: Mapped[str | None]
    aws_region: Mapped[str | None]
    gs_key: Mapped[str | None] = mapped_column(Encrypted)
    gs_secret: Mapped[str | None] = mapped_column(Encrypted)
    gs_bucket_name: Mapped[str | None]
    is_google_recaptcha_enabled: Mapped[bool] = mapped_column(default=False)
    google_recaptcha_site: Mapped[str | None]
    google_recaptcha_secret: Mapped[str | None] = mapped_column(Encrypted)
    google_client_id: Mapped[str | None]
    google_client_secret: Mapped[str | None] = mapped_column(Encrypted)
    fb_client_secret: Mapped[str | None] = mapped_column(Encrypted)
    tw_consumer_key: Mapped[str | None]
    tw_consumer_secret: Mapped[str | None] = mapped_column(Encrypted)
    in_client_id: Mapped[str | None]
    in_client_secret: Mapped[str | None] = mapped_column(Encrypted)
    stripe_secret_key: Mapped[str | None] = mapped_column(Encrypted)
    stripe_test_secret_key: Mapped[str | None] = mapped_column(Encrypted)
    paypal_secret: Mapped[str | None] = mapped_column(Encrypted)
    paypal_sandbox_secret: Mapped[str | None] = mapped_column(Encrypted)
    stripe_webhook_secret: Mapped[str | None] = mapped_column(Encrypted)
    stripe_test_webhook_secret: Mapped[str | None] = mapped_column(Encrypted)
    paypal_webhook_id: Mapped[str | None] = mapped_column(Encrypted)  # notices are checked against it
    paypal_sandbox_webhook_id: Mapped[str | None] = mapped_column(Encrypted)
    omise_test_secret: Mapped[str | None] = mapped_column(Encrypted)
    omise_live_secret: Mapped[str | None] = mapped_column(Encrypted)
    alipay_secret_key: Mapped[str | None] = mapped_column(Encrypted)
    paytm_live_secret: Mapped[str | None] = mapped_column(Encrypted)
    paytm_sandbox_secret: Mapped[str | None] = mapped_column(Encrypted)

    # mail
    email_service: Mapped[str | None]
    email_from: Mapped[str | None]
    email_from_name: Mapped[str | None]
    sendgrid_key: Mapped[str | None] = mapped_column(Encrypted)
    smtp_host: Mapped[str | None]
    smtp_username: Mapped[str | None]
    smtp_password: Mapped[str | None] = mapped_column(Encrypted)
    smtp_port: Mapped[int | None]
    smtp_encryption: Mapped[str | None]
    rocket_chat_registration_secret: Mapped[str | None] = mapped_column(Encrypted)

    # invoices of the platform
    invoice_sending_day: Mapped[int] = mapped_column(default=1)
    invoice_sending_timezone: Mapped[str] = mapped_column(default="UTC")
    admin_billing_paypal_email: Mapped[str | None]
