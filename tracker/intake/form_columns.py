"""Owns the columns of a form's sheets: what stands in them, who fills them, how wide they are.

Their headers are words that tracker.intake.vocabulary knows, or words that mean nothing there: the form is
read like any other table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.core.money import Unit
from tracker.intake.cells import Cell, read_money
from tracker.intake.form import Form, FormMilestone, FormRow

MARK = "核对码"
MILESTONE_NAME, MILESTONE_ID, MILESTONE_DAY = "节点", "节点编号", "实际完成日期"


class Part(StrEnum):
    """Whose a column is: known and locked, open, last month's and locked, or the row's hidden mark."""

    KNOWN = "已知情况（不用填）"
    OPEN = "请填写"
    LAST = "上月所报等（供参考，不打印）"
    MARK = "mark"


class Kind(StrEnum):
    """What a column's cells hold."""

    TEXT = "text"
    MONEY = "money"
    MONTH = "month"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header, its part, what it holds and its width in characters."""

    header: str
    part: Part
    kind: Kind
    width: float


@dataclass(frozen=True, slots=True)
class RowColumn(Column):
    """A column of the lines or of the works."""

    value: Callable[[FormRow], Cell | None]


@dataclass(frozen=True, slots=True)
class MilestoneColumn(Column):
    """A column of the milestones, whose rows are milestones and what they belong to."""

    value: Callable[[FormRow, FormMilestone], Cell | date | None]


def line_columns(form: Form) -> tuple[RowColumn, ...]:
    """Return the columns of the sheet of lines."""
    month = form.period.month
    to_date = "1月累计完成投资" if month == 1 else f"1—{month}月累计完成投资"
    return (
        _known("编码", 9, lambda row: row.code),
        _known("子项目", 18, lambda row: row.name),
        _known("重点项目", 14, lambda row: row.key_project),
        _known("板块", 8, lambda row: row.district),
        _amount("年度计划投资", lambda row: row.annual_plan),
        _amount("本月计划", lambda row: row.planned),
        _amount("上月完成", lambda row: row.last_completed),
        _amount("至上月累计", lambda row: row.total_before),
        _open("本月完成投资", "month_completed", 11, Kind.MONEY),
        _open(to_date, "ytd_completed", 12, Kind.MONEY),
        _open("实际开工", "actual_start", 9, Kind.MONTH),
        *_texts(form),
        _last("已报开工", 9, lambda row: str(row.started or "")),
        *_aside(form),
    )


def work_columns(form: Form) -> tuple[RowColumn, ...]:
    """Return the columns of the sheet of works."""
    return (
        _known("编码", 9, lambda row: row.code),
        _known("重点工作", 22, lambda row: row.name),
        _known("工作目标", 24, lambda row: row.target),
        _open("目标完成情况", "target_reached", 24),
        *_texts(form),
        _last("上月目标完成情况", 20, lambda row: row.last.get("target_reached", "")),
        *_aside(form),
    )


MILESTONE_COLUMNS = (
    MilestoneColumn("编码", Part.KNOWN, Kind.TEXT, 10, lambda row, _: row.code),
    MilestoneColumn("项目或工作名称", Part.KNOWN, Kind.TEXT, 30, lambda row, _: row.name),
    MilestoneColumn(MILESTONE_NAME, Part.KNOWN, Kind.TEXT, 34, lambda _, step: step.name),
    MilestoneColumn("计划完成日期", Part.KNOWN, Kind.DAY, 15, lambda _, step: step.due_on),
    MilestoneColumn(MILESTONE_DAY, Part.OPEN, Kind.DAY, 17, lambda _, step: _day(step)),
    MilestoneColumn(MILESTONE_ID, Part.MARK, Kind.TEXT, 9, lambda _, step: str(step.id)),
)


def _day(step: FormMilestone) -> Cell | date | None:
    if step.reached is not None:
        return step.reached
    try:
        return date.fromisoformat(step.typed)
    except ValueError:
        return step.typed


def _texts(form: Form) -> Iterator[RowColumn]:
    yield _open("形象进度", "physical_progress", 20)
    yield _open("存在问题", "problem_text", 18)
    yield _open("需协调事项", "help_needed", 16)
    yield _open("下月计划", "next_intention", 18)
    yield _open("情况说明", "explanation", 16)
    if form.closed:
        yield _open("更正原因", "correction_reason", 16)


def _aside(form: Form) -> Iterable[RowColumn]:
    yield _last("上月形象进度", 20, lambda row: row.last.get("physical_progress", ""))
    yield _last("上月存在问题", 20, lambda row: row.last.get("problem_text", ""))
    yield _last("上月所定的本月计划", 20, lambda row: row.last.get("next_intention", ""))
    yield _last("未销号问题", 20, lambda row: "\n".join(row.problems))
    if any(row.returned for row in form.rows):
        yield _last("督查室退回原因", 20, lambda row: row.returned)
    yield RowColumn(MARK, Part.MARK, Kind.TEXT, 9, lambda row: row.code)


def _known(header: str, width: float, value: Callable[[FormRow], str]) -> RowColumn:
    return RowColumn(header, Part.KNOWN, Kind.TEXT, width, value)


def _amount(header: str, value: Callable[[FormRow], int | None]) -> RowColumn:
    return RowColumn(header, Part.KNOWN, Kind.MONEY, 10, lambda row: _wan(value(row)))


def _last(header: str, width: float, value: Callable[[FormRow], str]) -> RowColumn:
    return RowColumn(header, Part.LAST, Kind.TEXT, width, value)


def _open(header: str, field: str, width: float, kind: Kind = Kind.TEXT) -> RowColumn:
    def value(row: FormRow) -> Cell | None:
        text = row.typed.get(field, "")
        # A draft may hold what is no number yet: it is shown as it was typed.
        amount = read_money(text, Unit.WAN) if kind is Kind.MONEY else None
        return _wan(amount) if isinstance(amount, int) else text

    return RowColumn(header, Part.OPEN, kind, width, value)


def _wan(yuan: int | None) -> float | int | None:
    """Return an amount in 万元 as a spreadsheet keeps it; four decimals of a float are exact enough to come back."""
    if yuan is None:
        return None
    return yuan // Unit.WAN if yuan % Unit.WAN == 0 else yuan / Unit.WAN
