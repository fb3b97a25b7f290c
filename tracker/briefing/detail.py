"""Owns 项目明细: one row per line, which every other sheet's formulas add up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker.briefing import rates
from tracker.briefing.book import INK, Book, Page
from tracker.briefing.cells import (
    BLANK,
    NONE,
    UNDEFINED,
    Cell,
    count,
    label,
    money,
    money_twelfths,
    month,
    name,
    percent,
    points,
)
from tracker.briefing.layout import Column, Layout
from tracker.core.cohorts import Category, Cohort
from tracker.core.figures import LineFigures, MonthFigures, sums_of
from tracker.core.lights import Light
from tracker.core.periods import Period
from tracker.core.sentences import category_name, cohort_name, light_name, month_mark, span_name, status_name

SHEET = "项目明细"
_HEADER = 2
_FIRST = _HEADER + 1

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
        return _FIRST + max(len(self.lines), 1) - 1

    def span(self, key: str) -> str:
        """Return the range of one column's lines."""
        return self.layout.far_span(key, _FIRST, self.last)

    def cell(self, key: str, index: int) -> str:
        """Return one line's cell; `index` counts the lines from 0."""
        return self.layout.far_cell(key, _FIRST + index)

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


def write_detail(book: Book, detail: Detail) -> None:
    """Write every line, the subtotals of the cohorts and the total."""
    layout = detail.layout
    page = book.page(SHEET, layout.widths, size=9)
    page.title(
        f"{detail.period.year}年{span_name(detail.period)}重点项目明细",
        "单位：万元。各月为当月完成投资；“未报”表示该月没有月报，不等于零。",
    )
    page.header(layout.labels, freeze=4)
    for row, figures in enumerate(detail.lines, _FIRST):
        page.row(_line(layout, figures, detail.period, row))
    if not detail.lines:
        page.row([label("本月没有项目"), *[BLANK] * (len(layout.columns) - 1)], "muted")
    page.sheet.autofilter(_HEADER, 0, detail.last, len(layout.columns) - 1)
    page.sheet.ignore_errors({"number_stored_as_text": f"A{_FIRST + 1}:I{detail.last + 1}"})
    for cohort in Cohort:
        members = [figures for figures in detail.lines if figures.cohort is cohort]
        word = cohort_word(cohort)
        _total(page, detail, f"{word}小计", members, ("cohort", quoted(word)))
    _total(page, detail, "合计", detail.lines)
    if detail.lines:
        _trends(page, detail)


def _line(layout: Layout, figures: LineFigures, period: Period, row: int) -> Iterator[Cell]:
    line, letters, at = figures.line, layout.letters, row + 1
    new = line.category is Category.NEW
    plan, completed = f"{letters['plan']}{at}", f"{letters['completed']}{at}"
    scheduled, progress = f"{letters['scheduled']}{at}", f"{letters['progress']}{at}"
    yield name(line.code)
    yield name(line.programme)
    yield name(line.key_project)
    yield name(line.name)
    yield label(category_name(line.category))
    yield label(cohort_word(figures.cohort))
    yield name(line.district)
    yield label(unit_word(line.lead_is_district))
    yield name(line.lead)
    yield money(line.annual_plan)
    for number, amount in enumerate(figures.amounts, 1):
        yield money(amount) if amount is not None else label(month_mark(figures, number, period), "muted")
    # A year to date that was stated over missing months is no sum of what is known here.
    adds_up = sum(amount or 0 for amount in figures.amounts) == figures.completed
    formula = f"=ROUND(SUM({letters['m1']}{at}:{letters['m12']}{at}),4)"
    yield money(figures.completed, formula if adds_up else "")
    if line.monthly_plan is None:
        formula = f"=ROUND({plan}*{period.month}/12,10)"
        yield money_twelfths(figures.scheduled, 10, formula)
        yield label("时间进度")
    else:
        yield money_twelfths(figures.scheduled, 10)
        yield label("月计划")
    yield percent(figures.progress, rates.progress(completed, plan))
    yield percent(figures.schedule, rates.schedule(scheduled, plan))
    yield points(figures.vs_schedule, rates.gap(progress, f"{letters['schedule']}{at}"))
    if figures.lagging is None:
        yield NONE
    else:
        yield Cell("label", "是" if figures.lagging else "否", rates.lagging(completed, scheduled))
    yield light_cell(figures.light)
    yield month(line.planned_start)
    yield label(quarter_word(line.planned_start.quarter if line.planned_start else 0) if new else UNDEFINED)
    yield month(line.actual_start)
    yield label(start_word(figures) if new else UNDEFINED, "strong" if figures.start_overdue_months else "")
    yield label(status_name(figures.status), "" if figures.status.reported else "strong")
    yield count(int(figures.status.due))
    yield count(int(figures.status.reported))
    yield BLANK


def _total(
    page: Page, detail: Detail, title: str, members: Sequence[LineFigures], *conditions: Condition
) -> None:
    sums, letters, at = sums_of(members), detail.layout.letters, page.next + 1
    plan, completed = f"{letters['plan']}{at}", f"{letters['completed']}{at}"
    scheduled, progress = f"{letters['scheduled']}{at}", f"{letters['progress']}{at}"
    cells = dict.fromkeys(letters, BLANK)
    cells["code"] = label(title)
    cells["plan"] = money(sums.annual_plan, f"=ROUND({detail.sum('plan', *conditions)},4)")
    for number in range(1, detail.period.month + 1):
        known = [amount for figures in members if (amount := figures.amounts[number - 1]) is not None]
        if known:
            formula = f"=ROUND({detail.sum(f'm{number}', *conditions)},4)"
            cells[f"m{number}"] = money(sum(known), formula)
    cells["completed"] = money(sums.completed, f"=ROUND({detail.sum('completed', *conditions)},4)")
    formula = f"=ROUND({detail.sum('scheduled', *conditions)},6)"
    cells["scheduled"] = money_twelfths(sums.scheduled, 6, formula)
    cells["progress"] = percent(sums.progress, rates.progress(completed, plan))
    cells["schedule"] = percent(sums.schedule, rates.schedule(scheduled, plan))
    cells["gap"] = points(sums.vs_schedule, rates.gap(progress, f"{letters['schedule']}{at}"))
    cells["lagging"] = count(sums.lagging, f"={detail.count(*conditions, LAGGING)}")
    cells["due"] = count(sums.due, f"={detail.sum('due', *conditions)}")
    cells["reported"] = count(sums.reported, f"={detail.sum('reported', *conditions)}")
    page.row(cells.values(), "total")


def _trends(page: Page, detail: Detail) -> None:
    """Draw the months known so far beside each line, all with one look."""
    letters, last = detail.layout.letters, detail.period.month
    rows = range(_FIRST + 1, detail.last + 2)
    page.sheet.add_sparkline(
        _FIRST,
        len(letters) - 1,
        {
            "location": [f"{letters['trend']}{row}" for row in rows],
            "range": [f"'{SHEET}'!{letters['m1']}{row}:{letters[f'm{last}']}{row}" for row in rows],
            "type": "column",
            "series_color": INK,
            "min": 0,
            "negative_points": True,
        },
    )
