"""Owns 红黄灯清单: every yellow and red light with its reasons, who must act and what is missing."""

from __future__ import annotations

from tracker.briefing import rates
from tracker.briefing.book import Book
from tracker.briefing.cells import Cell, count, label, money, name, percent, text
from tracker.briefing.detail import Detail, cohort_word, light_cell
from tracker.briefing.layout import Column, Layout
from tracker.core.figures import LineFigures, MonthFigures
from tracker.core.lights import Light
from tracker.core.reasons import reason_text
from tracker.core.sentences import lights_sentence
from tracker.core.words import light_name

SHEET = "红黄灯清单"

_LAYOUT = Layout(
    SHEET,
    [
        Column("number", "序号", 4.5),
        Column("light", "灯", 8),
        Column("code", "编码", 8.5),
        Column("name", "项目", 18),
        Column("cohort", "类别", 8),
        Column("district", "板块", 7.5),
        Column("reasons", "亮灯原因", 50),
        Column("months", "连续\n月数", 6),
        Column("before", "上月", 6),
        Column("who", "责任单位", 15),
        Column("progress", "投资进度", 8),
        Column("schedule", "序时进度", 8),
        Column("behind", "滞后金额", 9),
        Column("needed", "后续月均\n需完成", 9.5),
        Column("best", "最高单月\n完成", 8),
    ],
)


def write_flags(book: Book, detail: Detail, figures: MonthFigures) -> None:
    """Write the list, red first, then the largest amount behind."""
    period = figures.summary.period
    page = book.page(SHEET, _LAYOUT.widths)
    page.title(
        f"{period.year}年{period.month}月红黄灯清单",
        f"单位：万元。{lights_sentence(figures)}先红后黄，再按滞后金额从大到小；灰灯见“未报送清单”。",
    )
    page.header(_LAYOUT.labels, freeze=4)
    flagged = [(index, line) for index, line in enumerate(figures.lines) if line.light.flagged]
    flagged.sort(key=lambda entry: (-entry[1].light.severity, -entry[1].behind, entry[1].line.code))
    for number, (index, line) in enumerate(flagged, 1):
        page.row(_row(detail, number, index, line))
    if not flagged:
        page.empty("本月无红灯、黄灯项目")
        return
    page.sheet.autofilter(2, 0, page.next - 1, len(_LAYOUT.columns) - 1)


def _row(detail: Detail, number: int, index: int, figures: LineFigures) -> list[Cell]:
    line, remaining = figures.line, 12 - detail.period.month

    def at(key: str) -> str:
        return detail.cell(key, index)

    needed = rates.needed(at("plan"), at("completed"), remaining)
    known = [amount for amount in figures.amounts if amount is not None]
    months = f"{at('m1')}:{at('m12').split('!')[1]}"
    return [
        count(number),
        light_cell(figures.light),
        name(line.code),
        text(line.name if line.name == line.key_project else f"{line.name}\n（{line.key_project}）"),
        label(cohort_word(figures.cohort)),
        name(line.district),
        text(reasons(figures)),
        count(figures.flagged_months),
        label(_before(figures.previous_light)),
        text(who_acts(figures)),
        percent(figures.progress, f"={at('progress')}"),
        percent(figures.schedule, f"={at('schedule')}"),
        money(figures.behind, rates.behind(at("completed"), at("scheduled")))
        if figures.lagging is not None
        else label("未报"),
        money(figures.needed_per_month, needed if remaining else ""),
        # An amount that covers several months is not the best of one.
        money(figures.best_month, f"=MAX({months},0)" if max(known, default=0) == figures.best_month else ""),
    ]


def reasons(figures: LineFigures) -> str:
    """Return the reasons numbered, one to a line."""
    told = [reason_text(reason) for reason in figures.reasons]
    return (
        told[0] if len(told) == 1 else "\n".join(f"{number}. {text}" for number, text in enumerate(told, 1))
    )


def who_acts(figures: LineFigures) -> str:
    """Return the lead unit and the responsible ones."""
    others = "、".join(figures.line.responsible)
    lead = f"牵头：{figures.line.lead}"
    return f"{lead}\n责任：{others}" if others else lead


def _before(light: Light | None) -> str:
    return "—" if light is None else light_name(light)
