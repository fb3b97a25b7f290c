"""Owns turning an uploaded table into reports: what each row says about a line or work of the reporter's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from string import ascii_uppercase

from tracker.core.cohorts import Category
from tracker.core.errors import Problem
from tracker.core.said import FIELDS, MILESTONE, Said
from tracker.intake.drafts import Position, Reading
from tracker.intake.matching import Matcher
from tracker.intake.milestone_days import MilestoneDay
from tracker.intake.reports import TELLING, ReportRow, found_at
from tracker.intake.typed import typed_of
from tracker.services.owed import OwedReport
from tracker.services.reported import Reported, matched, plan_warning

_MONEY = ("month_completed", "ytd_completed")


@dataclass(frozen=True, slots=True)
class ToldRow:
    """What a file says about one report: the typed texts by field, and where each of them stands."""

    report: OwedReport
    typed: Mapping[str, str]
    place: Position
    places: Mapping[str, Position]
    broken: bool

    @property
    def found_at(self) -> str:
        """Return sheet and cell of what the row tells, as `ReportRow.found_at` does."""
        return found_at(self.place, [name for name in TELLING if self.typed.get(name)])

    def problem(self, found: Problem) -> Problem:
        """Return a problem of a typed report at the cell that it is about."""
        at = self.places.get(found.field, self.place)
        mend = found.mend
        if found.field in ("explanation", "correction_reason") and found.field not in at.columns:
            column = "情况说明" if found.field == "explanation" else "更正原因"
            mend = f"{mend}；表里没有“{column}”这一列，请加上"
        return replace(found, mend=mend, file=at.file, sheet=at.sheet, cell=at.cell(found.field))


@dataclass(slots=True)
class Telling:
    """A file's rows sorted by the report they are about, and what is wrong with them."""

    rows: dict[str, ToldRow] = field(default_factory=dict)
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def told_in(
    matcher: Matcher[Reported],
    reading: Reading[ReportRow],
    days: list[MilestoneDay],
    own: Mapping[str, OwedReport],
) -> Telling:
    """Return what a file says about the reports of `own`, by code; a row about any other is refused."""
    telling = Telling(errors=list(reading.errors), warnings=list(reading.warnings))
    faulty = {(found.sheet, found.cell) for found in reading.errors}
    drafts = _own_drafts(matcher, reading, own, telling)
    by_code: dict[str, list[MilestoneDay]] = {}
    for day in days:
        by_code.setdefault(day.code, []).append(day)
    for code in by_code.keys() - own.keys():
        if any(day.typed for day in by_code[code]):
            telling.errors.append(_not_own(by_code[code][0].position, code))
    for code, report in own.items():
        row = _told(report, drafts.get(code), by_code.get(code, []), faulty)
        if row is not None:
            telling.rows[code] = row
    return telling


def _own_drafts(
    matcher: Matcher[Reported],
    reading: Reading[ReportRow],
    own: Mapping[str, OwedReport],
    telling: Telling,
) -> dict[str, ReportRow]:
    drafts: dict[str, ReportRow] = {}
    at_fault = {(error.sheet, error.cell.lstrip(ascii_uppercase)) for error in reading.errors}
    for draft in reading.rows:
        found, problem = matched(matcher, draft)
        if problem is not None:
            (telling.errors if found is None else telling.warnings).append(problem)
        if found is None:
            continue
        if found.code not in own:
            telling.errors.append(_not_own(draft.position, found.name, found.category))
        elif found.code in drafts and (draft.position.sheet, str(draft.position.row)) in at_fault:
            continue
        elif found.code in drafts:
            first = drafts[found.code].position
            what = f"“{found.name}”出现两次（另见工作表“{first.sheet}”第 {first.row} 行）"
            telling.errors.append(draft.position.problem("name", what, "请只保留一行"))
        else:
            drafts[found.code] = draft
            if (other := plan_warning(draft, found.name, _plan(own[found.code]))) is not None:
                telling.warnings.append(other)
    return drafts


def _plan(report: OwedReport) -> int | None:
    return None if report.figures is None else report.figures.line.annual_plan


def _not_own(at: Position, name: str, category: Category | None = None) -> Problem:
    if category is Category.PREPARATORY:
        return at.problem("name", f"“{name}”是预备项目，不需要报送", "请删去这一行")
    return at.problem("name", f"“{name}”不是本单位填报的项目或工作", "请删去这一行，由责任单位报送")


def _told(
    report: OwedReport,
    draft: ReportRow | None,
    days: list[MilestoneDay],
    faulty: set[tuple[str, str]],
) -> ToldRow | None:
    """Return what is said about a report; None when nothing is."""
    newest = Said() if report.newest is None else report.newest.said
    reached = _milestones(report, newest, days)
    before = {name: text for name, text in typed_of(newest).items() if name.startswith(MILESTONE)}
    if draft is None and reached == before:
        return None
    said = newest if draft is None else _said(draft, newest)
    typed = {name: text for name, text in typed_of(said).items() if name in FIELDS} | reached
    places = {day.field: day.position for day in days}
    if draft is not None:
        places |= dict.fromkeys(draft.position.columns, draft.position)
    place = days[0].position if draft is None else draft.position
    broken = draft is not None and any((place.sheet, cell) in faulty for cell in place.cells.values())
    return ToldRow(report, typed, place, places, broken)


def _said(draft: ReportRow, newest: Said) -> Said:
    """Return what a row says; what its table has no column for stays as it was reported.

    The two amounts are one statement: a table with either says both. A blank cell does say something,
    namely nothing.
    """
    columns = draft.position.columns
    with_money = any(name in columns for name in _MONEY)
    said = {
        name: getattr(draft, name) for name in FIELDS if name in columns or (name in _MONEY and with_money)
    }
    return replace(newest, **{"correction_reason": "", **said})


def _milestones(report: OwedReport, newest: Said, days: list[MilestoneDay]) -> dict[str, str]:
    """Return the reached days that the report names: those of the file's sheet, else those reported before.

    A day that an earlier month reported stands in the file too, to be looked at.
    """
    known = {f"{MILESTONE}{step}": day.isoformat() for step, day in newest.milestones}
    earlier = {
        f"{MILESTONE}{step.id}": step.done_on.isoformat() for step in report.milestones if step.done_on
    }
    told = {day.field: day.typed for day in days}
    kept = {name: day for name, day in known.items() if name not in told}
    return kept | {
        name: day for name, day in told.items() if day and (name in known or earlier.get(name) != day)
    }
