"""Owns the columns of 项目明细, its words, and how the other sheets' formulas point at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.briefing.cells import (
    Cell,
    label,
)
from tracker.briefing.layout import Column, Layout
from tracker.core.cohorts import Cohort
from tracker.core.figures import LineFigures, MonthFigures
from tracker.core.lights import Light
from tracker.core.periods import Period
from tracker.core.words import cohort_name, light_name, span_name

SHEET = "项目明细"
HEADER = 2
FIRST = HEADER + 1

#: A light is told by its word and a sign; the colour only repeats it, since offices print in black and white.
LIGHT_SIGN = {Light.RED: "●", Light.YELLOW: "▲", Light.GREEN: "○", Light.GREY: "－"}
LIGHT_TONE = {Light.RED: "red", Light.YELLOW: "yellow", Light.GREEN: "green", Light.GREY: "muted"}


def light_cell(light: Light) -> Cell:
    """Return the light as sign, word and colour."""
    return label(f"{LIGHT_SIGN[light]}{light_name(light)}", LIGHT_TONE[light])


def cohort_word(cohort: Cohort) -> str:
    """Return the cohort as it stands in the column 类别."""
    return cohort_name(cohort).removesuffix("项目")


def unit_word(is_district: bool) -> str:
    """Return which kind of unit leads."""
    return "板块" if is_district else "部门"


def quarter_word(quarter: int) -> str:
    """Return the quarter of a planned start; 0 is none."""
    return f"{'一二三四'[quarter - 1]}季度" if quarter else "未定"


def start_word(figures: LineFigures) -> str:
    """Return where the start of a new project stands."""
    if figures.started:
        return "已开工"
    return "应开未开" if figures.start_overdue_months else "未到期"


def quoted(word: str) -> str:
    """Return a word as a formula writes it; only for words of this program, which have no quotes."""
    return f'"{word}"'


#: A column's key and what its cells must equal, as a formula writes it: a cell or a quoted word.
Condition = tuple[str, str]


#: The lines below schedule.
LAGGING: Condition = ("lagging", quoted("是"))
#: The lines whose schedule is a monthly plan rather than elapsed time.
BY_MONTHLY_PLAN: Condition = ("basis", quoted("月计划"))


@dataclass(frozen=True)
class Detail:
    """Where the lines stand, for the formulas of the other sheets."""

    layout: Layout
    period: Period
    lines: Sequence[LineFigures]

    @property
    def last(self) -> int:
        """Return the index of the last row of lines; a sheet without lines keeps one row for the ranges."""
        return FIRST + max(len(self.lines), 1) - 1

    def span(self, key: str) -> str:
        """Return the range of one column's lines."""
        return self.layout.far_span(key, FIRST, self.last)

    def cell(self, key: str, index: int) -> str:
        """Return one line's cell; `index` counts the lines from 0."""
        return self.layout.far_cell(key, FIRST + index)

    def count(self, *conditions: Condition, exact: bool = False) -> str:
        """Return the expression of how many lines meet the conditions.

        `exact` compares letter by letter: COUNTIFS would read a name such as "=1" or "A*" as a rule.
        """
        if exact:
            return f"SUMPRODUCT({self._exact(conditions)})"
        return f"COUNTIFS({self._criteria(conditions)})"

    def sum(self, key: str, *conditions: Condition, exact: bool = False) -> str:
        """Return the expression of a column's sum over the lines that meet the conditions."""
        if not conditions:
            return f"SUM({self.span(key)})"
        if exact:
            return f"SUMPRODUCT({self._exact(conditions)},{self.span(key)})"
        return f"SUMIFS({self.span(key)},{self._criteria(conditions)})"

    def _criteria(self, conditions: Sequence[Condition]) -> str:
        return ",".join(f"{self.span(key)},{criterion}" for key, criterion in conditions)

    def _exact(self, conditions: Sequence[Condition]) -> str:
        return "1*" + "*".join(f"EXACT({self.span(key)},{criterion})" for key, criterion in conditions)


def detail_of(figures: MonthFigures) -> Detail:
    """Return where the lines of `figures` will stand."""
    period = figures.summary.period
    span = span_name(period)
    months = [Column(f"m{i}", f"{i}月", 6 if i <= period.month else 3.2) for i in range(1, 13)]
    columns = [
        Column("code", "编码", 8),
        Column("programme", "工程", 11),
        Column("key_project", "重点项目", 12),
        Column("name", "子项目", 14),
        Column("category", "建设性质", 4.5),
        Column("cohort", "类别", 6),
        Column("district", "板块", 7),
        Column("lead_kind", "牵头类型", 4.5),
        Column("lead", "牵头单位", 9),
        Column("plan", "年度计划投资", 8),
        *months,
        Column("completed", f"{span}\n累计完成", 8),
        Column("scheduled", "累计计划\n（序时）", 8),
        Column("basis", "序时依据", 5),
        Column("progress", "投资进度", 7.5),
        Column("schedule", "序时进度", 7),
        Column("gap", "较序时\n（百分点）", 7.5),
        Column("lagging", "低于序时", 4.5),
        Column("light", "灯", 6.5),
        Column("planned_start", "计划开工", 7),
        Column("quarter", "计划季度", 6),
        Column("actual_start", "实际开工", 7),
        Column("start", "开工情况", 7),
        Column("status", "月报", 4.5),
        Column("due", "应报数", 4.5),
        Column("reported", "已报数", 4.5),
        Column("trend", "各月走势", 8),
    ]
    return Detail(Layout(SHEET, columns), period, figures.lines)
