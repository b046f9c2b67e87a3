"""The people of the shop who sign in, their sessions, one-time links and failed tries."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import ID, Base


class StaffMember(Base):
    """One person. ``role``: agent, supervisor, analyst, administrator. Who is disabled signs in no more.

    ``languages`` are those that the person answers in, ``capacity`` how many conversations at once.
    ``demo``: an account of the demonstration, of no use without it. ``sso_subject``: who the identity provider says
    this is. ``totp_secret`` is encrypted; ``totp_step`` is the last time step a code was used for.
    """

    __tablename__ = "staff"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    login: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(16))
    password_hash: Mapped[str] = mapped_column(default="")
    locale: Mapped[str] = mapped_column(String(8), default="")
    languages: Mapped[list[Any]] = mapped_column(default=list)
    capacity: Mapped[int] = mapped_column(default=5)
    demo: Mapped[bool] = mapped_column(default=False)
    sso_subject: Mapped[str | None] = mapped_column(unique=True)
    totp_secret: Mapped[str] = mapped_column(default="")
    totp_step: Mapped[int] = mapped_column(default=0)
    recovery_hashes: Mapped[list[Any]] = mapped_column(default=list)
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class StaffSession(Base):
    """A browser that is signed in. Only a hash of its token is kept.

    ``pending``: the password was right, the code from the telephone is still to come.
    """

    __tablename__ = "staff_sessions"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    pending: Mapped[bool] = mapped_column(default=False)
    address: Mapped[str] = mapped_column(String(64), default="")
    browser: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class StaffLink(Base):
    """A link that lets somebody choose a password once. Without ``staff_id`` it makes the first administrator."""

    __tablename__ = "staff_links"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    staff_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInFailure(Base):
    """A try to sign in that failed. ``counted_as`` names what it counts against: a login, an address, both."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (Index("ix_sign_in_failures_counted", "counted_as", "at"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    counted_as: Mapped[str] = mapped_column(String(240))
    at: Mapped[datetime] = mapped_column(index=True)
