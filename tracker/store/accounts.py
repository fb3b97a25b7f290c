"""Owns accounts, the units that a reporter answers for, failed sign-ins, and tokens for programs."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.base import Base, Name, PrimaryKey, choice


class Role(StrEnum):
    """What an account may do (domain.md, "Roles")."""

    REPORTER = "reporter"
    OFFICE = "office"
    LEADER = "leader"
    ADMINISTRATOR = "administrator"


class Account(Base):
    """A person who signs in. `generation` counts up to end every session that is under way."""

    __tablename__ = "account"

    id: Mapped[PrimaryKey]
    username: Mapped[str] = mapped_column(sa.String(64), unique=True)
    display_name: Mapped[Name]
    role: Mapped[Role] = mapped_column(choice(Role))
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    must_change_password: Mapped[bool] = mapped_column(default=True)
    disabled: Mapped[bool] = mapped_column(default=False)
    generation: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    password_changed_at: Mapped[datetime | None] = mapped_column(default=None)
    last_sign_in_at: Mapped[datetime | None] = mapped_column(default=None)


class AccountUnit(Base):
    """A unit whose lines a reporter reports."""

    __tablename__ = "account_unit"

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), primary_key=True)


class SignInFailure(Base):
    """A failed attempt to sign in, under the name as it was typed; shared by all processes and nodes."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (sa.Index("ix_sign_in_failure_name", "username", "at"),)

    id: Mapped[PrimaryKey]
    username: Mapped[str] = mapped_column(sa.String(64))
    address: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(index=True)


class ApiToken(Base):
    """A unit's token for programs; only its hash is kept."""

    __tablename__ = "api_token"

    id: Mapped[PrimaryKey]
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    name: Mapped[Name]
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)
    made_by: Mapped[str] = mapped_column(sa.String(100))
    made_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None] = mapped_column(default=None)


class IdempotentAnswer(Base):
    """What a program was answered under an idempotency key, so that asking again does nothing again.

    `request_hash` is the SHA-256 of what was asked: the same key with another question is refused.
    """

    __tablename__ = "idempotent_answer"

    token_id: Mapped[int] = mapped_column(sa.ForeignKey("api_token.id"), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    request_hash: Mapped[str] = mapped_column(sa.String(64))
    status: Mapped[int]
    body: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    made_at: Mapped[datetime]
