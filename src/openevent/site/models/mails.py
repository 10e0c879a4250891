"""Tables of the switches of mails, of the mails that were handed over, and of uploads."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from openevent.kit.db import Base, Keyed


class MessageSetting(Keyed, Base):
    """Whether mails of one kind are sent, and what they say; the texts are the program's own."""

    __tablename__ = "message_settings"

    action: Mapped[str] = mapped_column(unique=True)
    enabled: Mapped[bool] = mapped_column(default=True)
    recipient: Mapped[str] = mapped_column(default="")
    email_subject: Mapped[str] = mapped_column(default="")
    email_message: Mapped[str] = mapped_column(default="")


class Mail(Keyed, Base):
    """A mail that was handed over to be sent, without the secrets that stood in its links."""

    __tablename__ = "mails"
    __table_args__ = (Index("ix_mails_time", "time"), Index("ix_mails_about", "about"))

    recipient: Mapped[str]
    time: Mapped[datetime]
    action: Mapped[str]
    subject: Mapped[str]
    message: Mapped[str]
    about: Mapped[str] = mapped_column(String(40), default="")  # such as order:7
    job_id: Mapped[int | None] = mapped_column(BigInteger)  # what sends it; no foreign key: the log outlives jobs


class Upload(Keyed, Base):
    """A file that somebody has brought, or that was copied, until no row names it any more; with its other sizes."""

    __tablename__ = "uploads"
    __table_args__ = (Index("ix_uploads_look_at", "look_at"),)

    place: Mapped[str] = mapped_column(String(80))  # in the storage, without the file's own name
    created_at: Mapped[datetime]
    look_at: Mapped[datetime]  # when to see again whether a row names it
