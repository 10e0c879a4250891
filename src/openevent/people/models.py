"""Tables of people: accounts, browser sign-ins, one-time tokens."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from openevent.kit.db import Base, Keyed, SoftDeleted


class User(Keyed, SoftDeleted, Base):
    """An account. The e-mail is stored in lower case; a deleted account's gets a `.deleted` suffix."""

    __tablename__ = "users"

    email: Mapped[str] = mapped_column(String(320), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    tokens_valid_from: Mapped[datetime | None]  # tokens issued before this moment are refused,
    spared_token: Mapped[str | None] = mapped_column(String(64))  # but for this one (its jti): it changed the password
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
    facebook_id: Mapped[int | None]
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
    """A mailed secret that works once and not for long: to verify an address or to reset a password."""

    __tablename__ = "one_time_tokens"
    __table_args__ = (Index("ix_one_time_tokens_user_id_purpose", "user_id", "purpose"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(String(20))  # verify, reset
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    address: Mapped[str] = mapped_column(String(320))  # where it was sent: void when the account's address differs
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
