"""Owns the draft of a month's reports: what units say they completed, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tracker.core.errors import Severity
from tracker.core.periods import Period
from tracker.intake import cells
from tracker.intake.claims import Layout
from tracker.intake.drafts import Gathering, Position, Reading
from tracker.intake.months import read_actual_start
from tracker.intake.reading import Workbook
from tracker.intake.sheets import duplicate_rows, gather
from tracker.intake.tables import Table
from tracker.intake.texts import key
from tracker.intake.totals import compare_totals
from tracker.intake.unknown import check_unknown_money

_TEXTS = (
    "physical_progress",
    "problem_text",
    "help_needed",
    "next_intention",
    "target_reached",
    "explanation",
    "correction_reason",
)
_MONEY = ("month_completed", "ytd_completed", "since_start", "annual_plan")
#: What a row is there to tell: its amount, the month's before the year's; of a work, which has none, its words.
TELLING = (*_MONEY[:2], "target_reached", "physical_progress")
LAYOUT = Layout(
    called="月报",
    looked_for="“子项目”（或“项目名称”“编码”），还要有“本月完成投资”或“1—N月累计完成投资”",
    identity=("subproject", "key_project", "code"),
    needs=frozenset((*_MONEY[:2], *_TEXTS[:5], "actual_start")),
    fields=frozenset(
        (
            *_MONEY,
            *_TEXTS,
            "number",
            "code",
            "row_mark",
            "key_project",
            "subproject",
            "actual_start",
            "progress",
            "front",
            "programme",
        )
    ),
    aliases={"name": ("subproject", "key_project"), "start": ("actual_start",)},
    group="key_project",
    member="subproject",
)
#: A reported percentage may differ by what two printed decimals leave open.
_PERCENT_SLACK = Decimal("0.0006")


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One line of a month's reports. Money is whole yuan; None was not said, and text not said is ""."""

    position: Position
    code: str | None
    name: str
    key_project: str | None
    month_completed: int | None
    ytd_completed: int | None
    since_start: int | None
    annual_plan: int | None
    actual_start: Period | None
    physical_progress: str
    problem_text: str
    help_needed: str
    next_intention: str
    target_reached: str = ""
    explanation: str = ""
    correction_reason: str = ""

    @property
    def found_at(self) -> str:
        """Return sheet and cell of what the row tells, such as "月报!F7"."""
        return found_at(self.position, [name for name in TELLING if getattr(self, name) not in (None, "")])


def found_at(position: Position, said: Sequence[str]) -> str:
    """Return where the first of the `said` fields stands that the table has a column for."""
    return position.found_at(*said, *TELLING)


def read_reports(source: Workbook, period: Period) -> Reading[ReportRow]:
    """Return the reports for `period` in a workbook; what is wrong with a row is a problem, no exception."""
    gathering: Gathering[ReportRow] = Gathering(source.name)
    named: list[tuple[Position, str, str | None, tuple[str, ...]]] = []
    for table in gather(source, LAYOUT, period.year, period.month, gathering):
        rows = _rows(table, period)
        gathering.rows += rows
        around = _around(table)
        named += [
            (row.position, "subproject", row.code, (*around[row.position.row], *_names(row)))
            for row in rows
            if row.name or row.code
        ]
        check_unknown_money(table, _MONEY, period)
        amounts = {name: table.money(name) for name in _MONEY if table.has(name)}
        gathering.totals += compare_totals(table, amounts)
    gathering.problems += duplicate_rows(named)
    return gathering.finished()


def _names(row: ReportRow) -> tuple[str, str]:
    return key(row.key_project or ""), key(row.name)


def _around(table: Table) -> dict[int, tuple[str, str]]:
    """Return the front and the programme beside each line: not imported, they still tell namesakes apart."""
    beside = zip(table.raw("front"), table.raw("programme"), strict=True)
    return {
        row: (key(cells.as_text(front)), key(cells.as_text(programme)))
        for row, (front, programme) in enumerate(beside, table.first + 1)
    }


def _rows(table: Table, period: Period) -> list[ReportRow]:
    groups = table.read("key_project", cells.read_name, "")
    columns: tuple[Sequence[Any], ...] = (
        table.positions(range(len(table.body))),
        table.read("code", cells.read_code, ""),
        table.read("row_mark", cells.read_code, ""),
        table.read("subproject", cells.read_name, ""),
        groups,
        *(table.money(name) for name in _MONEY),
        table.read("actual_start", lambda cell: read_actual_start(cell, period), None),
        *(table.read(name, cells.read_text, "") for name in _TEXTS),
        table.read("progress", cells.read_percent, None),
    )
    rows = []
    silent = 0
    for line in table.only_lines(columns):
        (position, code, mark, subproject, group, month, ytd, since, plan, start, *texts, percent) = line
        if (
            month is None
            and ytd is None
            and start is None
            and not any(texts)
            and position.row not in table.faulted
        ):
            silent += 1
            continue
        name = subproject or group
        row = ReportRow(position, code or None, name, group or None, month, ytd, since, plan, start, *texts)
        if ytd is not None:
            _check(table, row, percent)
        if mark and code != mark:
            what = f"这一行的编码与行尾的核对码“{mark}”不一致，可能只移动或排序了一部分列"
            table.problems.append(position.problem("code", what, "请恢复整行后再填，或重新下载填报表", code))
        rows.append(row)
    if silent:
        table.notes.append(f"工作表“{table.sheet.name}”有 {silent} 行什么也没填，按未报送处理。")
    return rows


def _check(table: Table, row: ReportRow, percent: Decimal | None) -> None:
    at, ytd = row.position, row.ytd_completed or 0
    if row.month_completed is not None and ytd < row.month_completed:
        table.problems.append(at.problem("ytd_completed", "年初至今累计小于本月完成", "请核对本月数和累计数"))
    if row.since_start is not None and row.since_start < ytd:
        table.problems.append(at.problem("since_start", "自开工以来累计小于年初至今累计", "请核对两个累计数"))
    if percent is not None and row.annual_plan:
        exact = Decimal(ytd) / row.annual_plan
        if abs(exact - percent) > _PERCENT_SLACK:
            what = f"表里的进度是{percent * 100:.2f}%，按金额算是{exact * 100:.2f}%"
            mend = "系统按金额计算进度，请核对金额"
            table.problems.append(at.problem("progress", what, mend, severity=Severity.WARNING))
