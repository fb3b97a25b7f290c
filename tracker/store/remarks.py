"""Owns remarks: what is said about a problem, notice, action, line or work as it goes on, with its files."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.base import Base, Name, PrimaryKey, Words, choice


class RemarkKind(StrEnum):
    """What a remark is about; `object_id` is the id in the table of that kind (line: subproject, work: key project)."""

    PROBLEM = "problem"
    NOTICE = "notice"
    ACTION = "action"
    LINE = "line"
    WORK = "work"


class Remark(Base):
    """A progress entry, a reply or a comment; written once. `unit_id` is the unit that speaks, None for the office."""

    __tablename__ = "remark"
    __table_args__ = (sa.Index("ix_remark_object", "kind", "object_id"),)

    id: Mapped[PrimaryKey]
    kind: Mapped[RemarkKind] = mapped_column(choice(RemarkKind))
    object_id: Mapped[int]
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), default=None)
    text: Mapped[Words]
    made_by: Mapped[str] = mapped_column(sa.String(100))
    made_at: Mapped[datetime]


class RemarkFile(Base):
    """A picture or PDF that came with a remark; the bytes lie in the instance under `sha256`, as evidence does."""

    __tablename__ = "remark_file"

    id: Mapped[PrimaryKey]
    remark_id: Mapped[int] = mapped_column(sa.ForeignKey("remark.id"), index=True)
    file_name: Mapped[Name]
    media_type: Mapped[str] = mapped_column(sa.String(60))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
