"""Owns the office's own settings and the days on which the official calendar is overruled."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.base import Base, Name


class OfficeSetting(Base):
    """One setting of the office; the known keys and their defaults stand in services.office."""

    __tablename__ = "office_setting"

    key: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(sa.JSON)


class CalendarDay(Base):
    """A day that the office declares to be a workday or not, above the official calendar."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    workday: Mapped[bool]
    name: Mapped[Name] = mapped_column(default="")
