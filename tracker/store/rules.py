"""Owns the versions of the light rules; a version is never changed, only followed by another."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.periods import Period
from tracker.store.base import Base, PrimaryKey, Words


class RuleVersion(Base):
    """Rules that hold from `effective_from` on; `rules` as `core.rules.rules_to_json` writes them."""

    __tablename__ = "rule_version"

    id: Mapped[PrimaryKey]
    version: Mapped[int] = mapped_column(unique=True)
    effective_from: Mapped[Period]
    rules: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    reason: Mapped[Words] = mapped_column(default="")
    made_by: Mapped[str] = mapped_column(sa.String(100))
    made_at: Mapped[datetime]
