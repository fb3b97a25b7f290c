"""Owns the draft of the fronts' totals: count, plan and completed investment of each front's cohorts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tracker.core.errors import Problem, Severity
from tracker.core.periods import Period
from tracker.intake import cells, words
from tracker.intake.claims import Layout
from tracker.intake.drafts import Gathering, Position, Reading
from tracker.intake.reading import Workbook
from tracker.intake.sheets import duplicates, gather
from tracker.intake.tables import Table
from tracker.intake.texts import key
from tracker.intake.totals import compare_totals

COHORTS = ("continuing", "newly_started")
LAYOUT = Layout(
    called="领域汇总",
    looked_for="“领域”（或“责任单位”）、“项目数”、“年度计划投资”和“累计完成投资”",
    identity=("front_name",),
    needs=frozenset(("annual_plan", "ytd_completed")),
    fields=frozenset(("number", "category", "count", "annual_plan", "ytd_completed")),
    aliases={
        "front": ("front_name",),
        "lead_or_responsible": ("front_name",),
        "responsible": ("front_name",),
        "unit_name": ("front_name",),
        "lead": ("front_name",),
        "completed": ("ytd_completed",),
        "kind": ("category",),
    },
    group="front_name",
    member="category",
    wide=True,
)


@dataclass(frozen=True, slots=True)
class FrontRow:
    """The totals of one cohort of one front. Money is whole yuan."""

    position: Position
    name: str
    cohort: str
    count: int
    annual_plan: int
    completed: int


def read_fronts(source: Workbook, period: Period) -> Reading[FrontRow]:
    """Return the fronts' totals for `period` in a workbook; what is wrong with a row is a problem."""
    gathering: Gathering[FrontRow] = Gathering(source.name)
    for table in gather(source, LAYOUT, period.year, period.month, gathering):
        for prefix, cohorts in _parts(table):
            gathering.rows += _rows(table, prefix, cohorts)
        names = [n for n in table.letters if n.endswith(("annual_plan", "ytd_completed"))]
        # A citywide row may count a front that the file does not list, so it is only compared, never binding.
        gathering.totals += compare_totals(table, {n: table.money(n) for n in names}, Severity.WARNING)
    gathering.problems += duplicates(
        (row.position, "front_name", (key(row.name), row.cohort)) for row in gathering.rows
    )
    return gathering.finished()


def _parts(table: Table) -> list[tuple[str, Sequence[str | None]]]:
    """Return the prefix of each cohort's columns with the cohort of every row."""
    wide = [cohort for cohort in COHORTS if any(name.startswith(f"{cohort}.") for name in table.letters)]
    if wide:
        return [(f"{cohort}.", [cohort] * len(table.body)) for cohort in wide]
    around: Sequence[str | None] = table.context(
        words.cohort_of, words.cohort_of(table.title_category() or "")
    )
    if table.has("category"):
        own = table.read("category", words.read_cohort, None)
        around = [said or context for said, context in zip(own, around, strict=True)]
    elif not any(around):
        what, mend = "看不出是续建项目还是新开工项目", "请加一列“建设性质”，或在工作表名、标题里写明"
        table.problems.append(Problem(what, mend, None, table.file, table.sheet.name))
        return []
    return [("", around)]


def _rows(table: Table, prefix: str, cohorts: Sequence[str | None]) -> list[FrontRow]:
    fields = ("count", "annual_plan", "ytd_completed")
    columns: tuple[Sequence[Any], ...] = (
        table.positions(range(len(table.body))),
        table.read("front_name", cells.read_name, ""),
        cohorts,
        table.read(f"{prefix}count", cells.read_count, None),
        *(table.money(f"{prefix}{name}") for name in fields[1:]),
    )
    rows = []
    for position, name, cohort, *amounts in table.only_lines(columns):
        if not name or all(amount is None for amount in amounts) or position.row in table.faulted:
            continue
        missing = [field for field, amount in zip(fields, amounts, strict=True) if amount is None]
        if cohort is None:
            table.problems.append(
                position.problem("category", "没有写续建还是新开工", "请填“续建”或“新开工”", name)
            )
        elif missing:
            spoken = {"count": "项目数", "annual_plan": "年度计划投资", "ytd_completed": "累计完成投资"}[
                missing[0]
            ]
            table.problems.append(
                position.problem(f"{prefix}{missing[0]}", f"没有写{spoken}", f"请补上{spoken}", name)
            )
        else:
            rows.append(FrontRow(position, name, cohort, *amounts))
    return rows
