"""Owns the roster of a year: fronts, programmes, key projects, subprojects and the units behind them.

The roster belongs to its year. Next year's import writes new rows, so that a renamed or moved project
leaves last year's figures as they were; units and fronts stay the same rows throughout.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.cohorts import Category
from tracker.core.periods import Period
from tracker.store.base import Base, Name, PrimaryKey, Words, choice


class UnitKind(StrEnum):
    """A municipal department (部门) or a district (板块)."""

    DEPARTMENT = "department"
    DISTRICT = "district"


class Kind(StrEnum):
    """What a key project is: a project with investment, or a work with milestones or a target."""

    PROJECT = "project"
    WORK = "work"


class PlanYear(Base):
    """A year that has a roster."""

    __tablename__ = "plan_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class Front(Base):
    """One of the city's fronts (领域)."""

    __tablename__ = "front"

    id: Mapped[PrimaryKey]
    name: Mapped[Name] = mapped_column(unique=True)


class Unit(Base):
    """A department or district that leads, is responsible or hosts."""

    __tablename__ = "unit"

    id: Mapped[PrimaryKey]
    name: Mapped[Name] = mapped_column(unique=True)
    kind: Mapped[UnitKind] = mapped_column(choice(UnitKind))
    position: Mapped[int] = mapped_column(default=0)


class Programme(Base):
    """A group of key projects inside a front (工程)."""

    __tablename__ = "programme"
    __table_args__ = (sa.UniqueConstraint("year", "front_id", "name"),)

    id: Mapped[PrimaryKey]
    year: Mapped[int] = mapped_column(sa.ForeignKey("plan_year.year"))
    front_id: Mapped[int] = mapped_column(sa.ForeignKey("front.id"))
    name: Mapped[Name]
    position: Mapped[int] = mapped_column(default=0)


class KeyProject(Base):
    """What a lead unit answers for; `target` describes a work's figure or outcome."""

    __tablename__ = "key_project"
    __table_args__ = (sa.UniqueConstraint("year", "code"), sa.UniqueConstraint("programme_id", "name"))

    id: Mapped[PrimaryKey]
    year: Mapped[int] = mapped_column(sa.ForeignKey("plan_year.year"))
    programme_id: Mapped[int] = mapped_column(sa.ForeignKey("programme.id"), index=True)
    code: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[Name]
    kind: Mapped[Kind] = mapped_column(choice(Kind))
    lead_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    target: Mapped[Words] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)


class Subproject(Base):
    """A line on which money is planned and reported; leaves the figures after `withdrawn_after`."""

    __tablename__ = "subproject"
    __table_args__ = (sa.UniqueConstraint("year", "code"), sa.UniqueConstraint("key_project_id", "name"))

    id: Mapped[PrimaryKey]
    year: Mapped[int] = mapped_column(sa.ForeignKey("plan_year.year"))
    key_project_id: Mapped[int] = mapped_column(sa.ForeignKey("key_project.id"), index=True)
    code: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[Name]
    category: Mapped[Category] = mapped_column(choice(Category))
    district_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    planned_start: Mapped[Period | None] = mapped_column(default=None)
    total_investment: Mapped[int | None] = mapped_column(sa.BigInteger, default=None)
    completed_before_year: Mapped[int | None] = mapped_column(sa.BigInteger, default=None)
    withdrawn_after: Mapped[Period | None] = mapped_column(default=None)
    position: Mapped[int] = mapped_column(default=0)


class Responsibility(Base):
    """A responsible unit (责任单位) of a line or of a work; the lead unit stands on the key project."""

    __tablename__ = "responsibility"
    __table_args__ = (
        sa.UniqueConstraint("subproject_id", "unit_id"),
        sa.UniqueConstraint("key_project_id", "unit_id"),
        sa.CheckConstraint("(subproject_id IS NULL) <> (key_project_id IS NULL)", name="one_object"),
    )

    id: Mapped[PrimaryKey]
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    subproject_id: Mapped[int | None] = mapped_column(sa.ForeignKey("subproject.id"), default=None)
    key_project_id: Mapped[int | None] = mapped_column(sa.ForeignKey("key_project.id"), default=None)


class MilestoneRow(Base):
    """A dated step of a line or of a work (节点)."""

    __tablename__ = "milestone"
    __table_args__ = (
        sa.CheckConstraint("(subproject_id IS NULL) <> (key_project_id IS NULL)", name="one_object"),
    )

    id: Mapped[PrimaryKey]
    name: Mapped[Name]
    due_on: Mapped[date]
    done_on: Mapped[date | None] = mapped_column(default=None)
    subproject_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("subproject.id"), index=True, default=None
    )
    key_project_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("key_project.id"), index=True, default=None
    )
