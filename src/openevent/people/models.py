"""Tables of people: accounts, their other addresses, how they sign in, what they are told, who may open what."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from openevent.kit.db import Base, BigKey, Keyed, SoftDeleted, check, live_unique


class User(Keyed, SoftDeleted, Base):
    """An account. The e-mail is stored in lower case; a deleted account's gets a `.deleted` suffix."""

    __tablename__ = "users"
    __table_args__ = ({"sqlite_autoincrement": True},)  # a token names its account by its key: none is given again

    email: Mapped[str] = mapped_column(String(320), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    tokens_valid_from: Mapped[datetime | None]  # tokens issued before this moment are refused,
    spared_token: Mapped[str | None] = mapped_column(String(64))  # but for this one (its jti): it changed the password
    refresh_valid_from: Mapped[datetime | None]  # and refresh tokens before this one, while access tokens go on
    avatar_url: Mapped[str | None]
    first_name: Mapped[str | None]
    last_name: Mapped[str | None]
    public_name: Mapped[str | None]
    is_profile_public: Mapped[bool] = mapped_column(default=False)
    original_image_url: Mapped[str | None]
    thumbnail_image_url: Mapped[str | None]
    small_image_url: Mapped[str | None]
    icon_image_url: Mapped[str | None]
    was_registered_with_order: Mapped[bool] = mapped_column(default=False)
    facebook_url: Mapped[str | None]
    twitter_url: Mapped[str | None]
    instagram_url: Mapped[str | None]
    google_plus_url: Mapped[str | None]
    is_super_admin: Mapped[bool] = mapped_column(default=False)
    is_admin: Mapped[bool] = mapped_column(default=False)
    facebook_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    is_sales_admin: Mapped[bool] = mapped_column(default=False)
    is_marketer: Mapped[bool] = mapped_column(default=False)
    is_verified: Mapped[bool] = mapped_column(default=False)
    is_blocked: Mapped[bool] = mapped_column(default=False)
    last_accessed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    details: Mapped[str | None]
    language_prefrence: Mapped[str | None]
    contact: Mapped[str | None]
    billing_contact_name: Mapped[str | None]
    billing_phone: Mapped[str | None]
    billing_state: Mapped[str | None]
    billing_country: Mapped[str | None]
    billing_tax_info: Mapped[str | None]
    company: Mapped[str | None]
    billing_address: Mapped[str | None]
    billing_city: Mapped[str | None]
    billing_zip_code: Mapped[str | None]
    billing_additional_info: Mapped[str | None]
    is_rocket_chat_registered: Mapped[bool] = mapped_column(default=False)


class SignIn(Keyed, Base):
    """A browser that is signed in; its cookie holds the token, this row only the token's hash."""

    __tablename__ = "sign_ins"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class OneTimeToken(Keyed, Base):
    """A secret that works once and not for long: to verify an address, to reset a password, to sign in."""

    __tablename__ = "one_time_tokens"
    __table_args__ = (Index("ix_one_time_tokens_user_id_purpose", "user_id", "purpose"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(String(20))  # verify, reset, social
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    address: Mapped[str] = mapped_column(String(320))  # where it was sent: void when the account's address differs
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Identity(Keyed, Base):
    """An account elsewhere that its owner signs in with: the subject is what the provider calls it."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("provider", "subject"),)

    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    provider: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime]


class UserEmail(Keyed, SoftDeleted, Base):
    """Another address of an account, in lower case."""

    __tablename__ = "user_emails"
    __table_args__ = (
        live_unique("uq_user_emails_email_address_live", "email_address"),
        check("type", "type IN ('home', 'work', 'business', 'office', 'other')"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    email_address: Mapped[str] = mapped_column(String(320))
    type: Mapped[str] = mapped_column(String(20))


class UserPermission(Keyed, SoftDeleted, Base):
    """What an account may do before its address is verified."""

    __tablename__ = "user_permissions"

    name: Mapped[str] = mapped_column(String(80), unique=True)
    description: Mapped[str | None]
    unverified_user: Mapped[bool | None] = mapped_column(default=False)
    anonymous_user: Mapped[bool | None] = mapped_column(default=False)


class PanelPermission(Keyed, Base):
    """A panel of the administrators' client."""

    __tablename__ = "panel_permissions"

    panel_name: Mapped[str | None] = mapped_column(String(80))
    can_access: Mapped[bool | None] = mapped_column(default=True)


class CustomSystemRole(Keyed, Base):
    """A part that people play in running the installation, such as Sales Admin."""

    __tablename__ = "custom_system_roles"

    name: Mapped[str] = mapped_column(String(80), unique=True)


panels_roles = Table(
    "panel_permissions_custom_system_roles",
    Base.metadata,
    Column("panel_permission_id", BigKey, ForeignKey(PanelPermission.id, ondelete="CASCADE"), primary_key=True),
    Column(
        "custom_system_role_id",
        BigKey,
        ForeignKey(CustomSystemRole.id, ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
)


class NotificationSetting(Keyed, Base):
    """Whether the installation sends a kind of notification."""

    __tablename__ = "notification_settings"

    type: Mapped[str] = mapped_column(String(60), unique=True)
    enabled: Mapped[bool] = mapped_column(default=True)


class Notification(Keyed, Base):
    """Something that an account is told inside the product. `content` says what, as clients show it."""

    __tablename__ = "notifications"
    __table_args__ = (Index("ix_notifications_user_id_is_read", "user_id", "is_read"),)

    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    is_read: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    content: Mapped[dict[str, Any]]
