"""Owns what the objects of the audit trail are called by people: the line and the month behind a row's number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.periods import Period
from tracker.store.audit import AuditEntry
from tracker.store.meetings import Action, Instruction
from tracker.store.notices import Notice
from tracker.store.periods import PeriodRow
from tracker.store.plans import PlanProposal
from tracker.store.problems import ProblemRow
from tracker.store.reports import Evidence
from tracker.store.roster import Front, KeyProject, Subproject
from tracker.store.snapshots import Snapshot

_OBJECT_CODE = sa.func.coalesce(Subproject.code, KeyProject.code)
#: Per kind of object: its id, and a selection of id, the code and name that people know it by, and its month.
_NUMBERED: dict[str, tuple[Any, sa.Select[*tuple[Any, ...]]]] = {
    "evidence": (
        Evidence.id,
        sa.select(
            Evidence.id,
            _OBJECT_CODE,
            sa.func.coalesce(Subproject.name, KeyProject.name),
            PeriodRow.year,
            PeriodRow.month,
        )
        .join(PeriodRow, PeriodRow.id == Evidence.period_id)
        .outerjoin(Subproject, Subproject.id == Evidence.subproject_id)
        .outerjoin(KeyProject, KeyProject.id == Evidence.key_project_id),
    ),
    "problem": (
        ProblemRow.id,
        sa.select(
            ProblemRow.id,
            _OBJECT_CODE,
            sa.func.coalesce(Subproject.name, KeyProject.name),
            sa.null(),
            sa.null(),
        )
        .outerjoin(Subproject, Subproject.id == ProblemRow.subproject_id)
        .outerjoin(KeyProject, KeyProject.id == ProblemRow.key_project_id),
    ),
    "notice": (
        Notice.id,
        sa.select(Notice.id, _OBJECT_CODE, Notice.number, sa.null(), sa.null())
        .outerjoin(Subproject, Subproject.id == Notice.subproject_id)
        .outerjoin(KeyProject, KeyProject.id == Notice.key_project_id),
    ),
    "instruction": (
        Instruction.id,
        sa.select(
            Instruction.id,
            _OBJECT_CODE,
            sa.func.coalesce(Subproject.name, KeyProject.name),
            sa.null(),
            sa.null(),
        )
        .outerjoin(Subproject, Subproject.id == Instruction.subproject_id)
        .outerjoin(KeyProject, KeyProject.id == Instruction.key_project_id),
    ),
    "action": (
        Action.id,
        # One about no line and no work goes by its number, as a meeting does: whoever reads the trail need not be
        # admitted to what either says.
        sa.select(
            Action.id,
            _OBJECT_CODE,
            sa.func.coalesce(Subproject.name, KeyProject.name),
            sa.null(),
            sa.null(),
        )
        .outerjoin(Subproject, Subproject.id == Action.subproject_id)
        .outerjoin(KeyProject, KeyProject.id == Action.key_project_id),
    ),
    "plan_proposal": (
        PlanProposal.id,
        sa.select(PlanProposal.id, Subproject.code, Subproject.name, sa.null(), sa.null()).join(
            Subproject, Subproject.id == PlanProposal.subproject_id
        ),
    ),
    "snapshot": (
        Snapshot.id,
        sa.select(Snapshot.id, sa.literal(""), Front.name, PeriodRow.year, PeriodRow.month)
        .join(Front, Front.id == Snapshot.front_id)
        .join(PeriodRow, PeriodRow.id == Snapshot.period_id),
    ),
}

#: Kinds whose ids are the month or the year, and the code of a line or work.
_PLACED = ("report", "line", "work")


def labels_of(session: Session, objects: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return "month code name" of every (kind, id) that has a better name than its id; others are left out."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for kind, object_id in objects:
        if kind in _NUMBERED and object_id.isdecimal():
            wanted[kind].add(int(object_id))
    found = _placed(session, [pair for pair in objects if pair[0] in _PLACED])
    for kind, ids in wanted.items():
        column, statement = _NUMBERED[kind]
        for row_id, code, name, year, month in session.execute(statement.where(column.in_(ids))):
            parts = ["" if year is None else str(Period(year, month)), code, name]
            if label := " ".join(part for part in parts if part):
                found[kind, str(row_id)] = label
    return found


def named_object(code: str) -> list[sa.ColumnElement[bool]]:
    """Return conditions under which an entry is about the line or work with this code, in any year."""
    return [
        sa.and_(
            AuditEntry.object_kind.in_(_PLACED), AuditEntry.object_id.endswith(f" {code}", autoescape=True)
        ),
        *(
            sa.and_(
                AuditEntry.object_kind == kind,
                AuditEntry.object_id.in_(
                    _NUMBERED[kind][1]
                    .where(code_column == code)
                    .with_only_columns(sa.cast(_NUMBERED[kind][0], sa.String))
                ),
            )
            for kind, code_column in (
                ("evidence", _OBJECT_CODE),
                ("problem", _OBJECT_CODE),
                ("notice", _OBJECT_CODE),
                ("instruction", _OBJECT_CODE),
                ("action", _OBJECT_CODE),
                ("plan_proposal", Subproject.code),
            )
        ),
    ]


def _placed(session: Session, objects: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return the ids that are a month or year and a code, with the name of the line or work behind them."""
    places: dict[tuple[str, str], tuple[int, str]] = {}
    for kind, object_id in objects:
        when, _, code = object_id.partition(" ")
        if code and when[:4].isdecimal():
            places[kind, object_id] = (int(when[:4]), code)
    names: dict[tuple[int, str], str] = {}
    for table in (KeyProject, Subproject) if places else ():
        rows = session.execute(
            sa.select(table.year, table.code, table.name).where(
                table.year.in_({year for year, _ in places.values()}),
                table.code.in_({code for _, code in places.values()}),
            )
        )
        names |= {(year, code): name for year, code, name in rows}
    return {pair: f"{pair[1]} {names[place]}" for pair, place in places.items() if place in names}
