"""Owns the JSON shapes that only programs read: periods, roster, lights, reports; money in 万元 texts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tracker import clock
from tracker.core.figures import LineFigures
from tracker.core.figures_json import line_to_json
from tracker.core.lines import Line
from tracker.core.money import wan_text
from tracker.core.said import FIELDS, MILESTONE, Said
from tracker.intake.typed import typed_of
from tracker.services.owed import OwedReport, RevisionInfo
from tracker.services.periods import PeriodInfo
from tracker.services.projects import WorkEntry
from tracker.services.roster_list import RosterList

#: What the list of lights tells of each line; the words are those of the figures.
LIGHT_FIELDS = (
    "code", "name", "programme", "key_project", "lead", "district", "cohort", "status", "light",
    "months_in_a_row", "progress", "schedule", "vs_schedule", "lagging", "behind", "needed_per_month",
    "start_overdue_months", "reasons",
)  # fmt: skip


def moment(told: datetime) -> str:
    """Return a moment in the office's time, with its offset."""
    return told.astimezone(clock.ZONE).isoformat()


def period_to_json(info: PeriodInfo) -> dict[str, Any]:
    """Return a period and its moments, null where there is none."""
    return {
        "period": str(info.period),
        "state": info.state.value,
        "opened_at": None if info.opened_at is None else moment(info.opened_at),
        "deadline": None if info.deadline is None else moment(info.deadline),
        "closed_at": None if info.closed_at is None else moment(info.closed_at),
    }


def roster_to_json(roster: RosterList) -> dict[str, Any]:
    """Return the year's lines and works, each saying whether the unit reports it."""
    return {
        "year": roster.year,
        "as_of": str(roster.as_of),
        "lines": [_line(line, own=line.id in roster.own_lines) for line in roster.lines],
        "works": [_work(work, own=work.code in roster.own_works) for work in roster.works],
    }


def light_to_json(figures: LineFigures) -> dict[str, Any]:
    """Return a line's light with its reasons and the figures behind it."""
    told = line_to_json(figures)
    return {name: told[name] for name in LIGHT_FIELDS}


def report_to_json(report: OwedReport) -> dict[str, Any]:
    """Return where a report stands, what it says and what is known beside it; never a draft."""
    newest = report.newest
    return {
        "code": report.about.code,
        "name": report.about.name,
        "kind": "work" if report.about.work else "line",
        "key_project": report.key_project,
        "programme": report.programme,
        "lead": report.lead,
        "district": report.district,
        "target": report.target,
        "status": report.status.value,
        "exempt_reason": report.exempt_reason,
        "state": None if report.state is None else report.state.value,
        "revision": report.number,
        "counted": report.counted,
        "returned_reason": report.returned,
        "reopened": report.reopened,
        "newest": None if newest is None else revision_to_json(newest),
        "last_month": None if report.last is None else said_to_json(report.last),
        "planned": None if report.planned is None else wan_text(report.planned),
        "figures": None if report.figures is None else line_to_json(report.figures),
        "milestones": [
            {
                "id": step.id,
                "name": step.name,
                "due_on": step.due_on.isoformat(),
                "done_on": None if step.done_on is None else step.done_on.isoformat(),
            }
            for step in report.milestones
        ],
        "problems": list(report.problems),
    }


def revision_to_json(revision: RevisionInfo) -> dict[str, Any]:
    """Return what was handed in once: its words, who, when, by which way."""
    return {
        "revision": revision.number,
        "said": said_to_json(revision.said),
        "late": revision.late,
        "made_by": revision.made_by,
        "made_at": moment(revision.made_at),
        "source": revision.source,
        "doubts": list(revision.doubts),
    }


def said_to_json(said: Said) -> dict[str, Any]:
    """Return a report's words as a program hands them in, so that what was read can be sent again."""
    typed = typed_of(said)
    steps = {name.removeprefix(MILESTONE): day for name, day in typed.items() if name.startswith(MILESTONE)}
    return {name: typed[name] for name in FIELDS} | {"milestones": steps}


def _line(line: Line, *, own: bool) -> dict[str, Any]:
    return {
        "code": line.code,
        "name": line.name,
        "front": line.front,
        "programme": line.programme,
        "key_project": line.key_project,
        "lead": line.lead,
        "responsible": list(line.responsible),
        "district": line.district,
        "category": line.category.value,
        "planned_start": None if line.planned_start is None else str(line.planned_start),
        "annual_plan": wan_text(line.annual_plan),
        "own": own,
    }


def _work(work: WorkEntry, *, own: bool) -> dict[str, Any]:
    return {
        "code": work.code,
        "name": work.name,
        "programme": work.programme,
        "lead": work.lead,
        "responsible": list(work.responsible),
        "target": work.target,
        "own": own,
    }
