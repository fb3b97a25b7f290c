"""Owns the roster's draft: key projects, subprojects and their plans as a workbook lists them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tracker.core.errors import Severity
from tracker.core.periods import Period
from tracker.intake import cells, words
from tracker.intake.claims import Layout
from tracker.intake.drafts import Gathering, Position, Reading
from tracker.intake.months import read_planned_start
from tracker.intake.plans import MONTHS, monthly_plans
from tracker.intake.reading import Workbook
from tracker.intake.sheets import duplicate_rows, gather
from tracker.intake.tables import Table
from tracker.intake.texts import key
from tracker.intake.totals import compare_totals

LAYOUT = Layout(
    called="名册",
    looked_for="“重点项目（工作）”或“子项目”，还要有“年度计划投资”“建设性质”“牵头部门”中的一项",
    identity=("subproject", "key_project"),
    needs=frozenset(("annual_plan", "total_investment", "plan_month", "plan_cumulative", "category", "lead", "kind")),
    fields=frozenset(
        (
            "number", "code", "front", "programme", "key_no", "key_project", "kind", "subproject", "category", "district",
            "lead", "responsible", "total_investment", "completed_before_year", "annual_plan", "planned_start",
            "plan_month", "plan_cumulative", "note",
        )
    ),
    aliases={
        "name": ("subproject", "key_project"),
        "lead_or_responsible": ("lead", "responsible"),
        "start": ("planned_start",),
    },
    group="key_project",
    member="subproject",
)  # fmt: skip
_MONEY = ("total_investment", "completed_before_year", "annual_plan")


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One line of a roster. Money is whole yuan; a work has no subproject and no money."""

    position: Position
    code: str | None
    front: str | None
    programme: str | None
    key_no: str | None
    key_project: str
    kind: str
    subproject: str | None
    category: str | None
    district: str | None
    lead: str | None
    responsible: tuple[str, ...]
    total_investment: int | None
    completed_before_year: int | None
    annual_plan: int | None
    planned_start: Period | None
    monthly_plan: tuple[int, ...] | None
    note: str


def read_roster(source: Workbook, year: int) -> Reading[RosterRow]:
    """Return the roster of `year` in a workbook; what is wrong with a row is a problem, never an exception."""
    gathering: Gathering[RosterRow] = Gathering(source.name)
    for table in gather(source, LAYOUT, year, None, gathering):
        gathering.rows += _rows(table, year)
        gathering.totals += compare_totals(table, _amounts(table))
    gathering.problems += duplicate_rows(
        (
            row.position,
            "subproject" if row.subproject else "key_project",
            row.code,
            tuple(key(name or "") for name in (row.front, row.programme, row.key_project, row.subproject)),
        )
        for row in gathering.rows
    )
    return gathering.finished()


def _amounts(table: Table) -> dict[str, list[int | None]]:
    names = [
        *_MONEY,
        *(f"plan_month_{month}" for month in MONTHS),
        *(f"plan_cumulative_{month}" for month in MONTHS),
    ]
    return {name: table.money(name) for name in names if table.has(name)}


def _rows(table: Table, year: int) -> list[RosterRow]:
    subprojects = table.read("subproject", cells.read_name, "")
    groups = table.read("key_project", cells.read_name, "") if table.has("key_project") else subprojects
    totals, befores, annual = (table.money(name) for name in _MONEY)
    plans = monthly_plans(table, annual)
    no_units: tuple[str, ...] = ()
    columns: tuple[Sequence[Any], ...] = (
        table.positions(range(len(table.body))),
        table.read("code", cells.read_code, ""),
        table.read("front", cells.read_name, ""),
        _programmes(table),
        table.read("key_no", cells.read_name, ""),
        groups,
        table.read("kind", words.read_kind, None),
        subprojects,
        _categories(table),
        table.read("district", cells.read_name, ""),
        table.read("lead", cells.read_units, no_units),
        table.read("responsible", cells.read_units, no_units),
        totals,
        befores,
        annual,
        table.read("planned_start", lambda cell: read_planned_start(cell, year), None),
        plans,
        table.read("note", cells.read_text, ""),
    )
    rows = []
    for line in table.only_lines(columns):
        (position, code, front, programme, number, group, kind, subproject, category, district, leads,
         responsible, total, before, plan, start, months, note) = line  # fmt: skip
        money = (total, before, plan)
        if kind is None:
            bare = not subproject and category is None and months is None and not any(money)
            kind = "work" if bare else "project"
        if kind == "project" and group and not subproject and (any(money) or months):
            subproject = group
        if not leads and not table.has("lead"):
            leads = responsible[:1]
        if len(leads) > 1:
            responsible = tuple(dict.fromkeys((*leads[1:], *responsible)))
        if kind == "work":
            subproject, category, total, before, plan = (
                "" if subproject == group else subproject,
                None,
                None,
                None,
                None,
            )
        row = RosterRow(
            position, code or None, front or None, programme or None, number or None, group, kind,
            subproject or None, category, district or None, leads[0] if leads else None, responsible,
            total, before, plan, start, months, note,
        )  # fmt: skip
        _check(table, row, year, money)
        rows.append(row)
    return rows


def _programmes(table: Table) -> Sequence[str | None]:
    """Return each line's programme: its own column's, else the heading's that it stands under."""
    if table.has("programme"):
        return table.read("programme", cells.read_name, "")
    return table.context(lambda text: None if words.category_of(text) else text)


def _categories(table: Table) -> Sequence[str | None]:
    """Return each line's category: its own, else its heading's, else the one in the sheet's name or title."""
    around = table.context(words.category_of, table.title_category())
    if not table.has("category"):
        return around
    own = table.read("category", words.read_category, None)
    return [said or context for said, context in zip(own, around, strict=True)]


def _check(table: Table, row: RosterRow, year: int, money: tuple[int | None, ...]) -> None:
    """Add a problem for everything about a line that cannot be or should be looked at."""
    add = table.problems.append
    at = row.position
    if not row.key_project:
        add(at.problem("key_project", "没有写重点项目", "请补上所属的重点项目（工作）", row.subproject))
    if row.kind == "work":
        if any(money):
            add(at.problem("annual_plan", "工作没有投资，这一行却填了金额", "请把类型改成“项目”，或删去金额"))
        if row.subproject:
            add(
                at.problem("subproject", "工作不分子项目", "请把类型改成“项目”，或删去子项目", row.subproject)
            )
        return
    if not row.subproject:
        add(
            at.problem(
                "subproject",
                "项目没有写子项目",
                "请补上子项目；如果是工作，请在“类型”里写“工作”",
                row.key_project,
            )
        )
    if row.category is None and at.row not in table.faulted:
        add(at.problem("category", "没有写建设性质", "请填“续建”或“新建”", row.subproject))
    if row.category == "new" and table.has("planned_start"):
        _check_start(table, row, year)
    if row.annual_plan is None and row.category in ("continuing", "new") and at.row not in table.faulted:
        add(
            at.problem(
                "annual_plan", "没有年度计划投资，算不出进度", "请补上年度计划投资", "", Severity.WARNING
            )
        )


def _check_start(table: Table, row: RosterRow, year: int) -> None:
    at, start = row.position, row.planned_start
    if start is None:
        if at.row not in table.faulted:
            text = "新建项目没有计划开工的月份，不会判断应开未开"
            table.problems.append(at.problem("planned_start", text, "请补上计划开工", "", Severity.WARNING))
    elif start.year != year:
        near = abs(start.year - year) == 1
        what = f"新建项目的计划开工是{cells.stated_period(start)}，不在{year}年"
        severity = Severity.WARNING if near else Severity.ERROR
        table.problems.append(
            at.problem("planned_start", what, "请核对计划开工和建设性质", str(start), severity)
        )
