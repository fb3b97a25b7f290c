"""Owns the red-flag list as the workbook that the office hands round: titled, totalled, ready to print and to sign."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from tracker import clock
from tracker.briefing.book import Book, Page
from tracker.briefing.cells import BLANK, Cell, count, label, money, month, percent, text
from tracker.briefing.layout import Column, Layout
from tracker.core.coverage import Coverage
from tracker.core.lights import Light
from tracker.core.progress import published
from tracker.services.flags import FlagList, FlagRow
from tracker.web.export import light_cell
from tracker.web.filters import month as month_text
from tracker.web.filters import reason
from tracker.web.words import word


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the workbook says beside its rows: how settled the month is, the filters in use, who made it and when."""

    office: str
    state: str
    filters: str
    made_at: datetime


def flag_book(found: FlagList, rows: Sequence[FlagRow], sheet: Sheet) -> bytes:
    """Return the list as a workbook; what is a text on the page is a text in it."""
    summary, target = found.summary, io.BytesIO()
    title = gettext("%(month)s重点项目红黄灯清单", month=month_text(summary.period))
    made_on = sheet.made_at.astimezone(clock.ZONE).date()
    layout = Layout(gettext("红黄灯清单"), _columns())
    book = Book(target, [layout.name], title=title, author=sheet.office, created=made_on)
    page = book.page(layout.name, layout.widths)
    page.sheet.set_footer(f"&L{_plain(sheet.office)}&C{gettext('第 &P 页，共 &N 页')}&R&A")
    state = gettext("按更正后的数据") if found.corrected else sheet.state
    notes = (gettext("单位：万元"), summary.front, state, coverage_text(summary.coverage), sheet.filters)
    page.title(title, "　".join(note for note in notes if note))
    head = page.header(layout.labels, freeze=4)
    for number, row in enumerate(rows, 1):
        page.row(_row(number, row))
    if rows:
        page.sheet.autofilter(head, 0, page.next - 1, len(layout.columns) - 1)
        _totals(page, layout, head + 1, rows)
    else:
        page.empty(gettext("没有符合条件的项目"))
    page.next += 1
    page.across("caption", _definitions(summary.rules_version))
    page.across("caption", _signatures(sheet.office, made_on.isoformat()))
    book.finish()
    book.workbook.close()
    return target.getvalue()


def coverage_text(coverage: Coverage) -> str:
    """Return how many reports were due and how many came."""
    said = gettext("应报%(due)s个，已报%(reported)s个", due=coverage.due, reported=coverage.reported)
    missing = gettext("，未报%(count)s个", count=coverage.missing) if coverage.missing else ""
    return f"{said}{missing}"


def _columns() -> list[Column]:
    return [
        Column("number", gettext("序号"), 4.5),
        Column("light", gettext("灯"), 7),
        Column("code", gettext("编码"), 9),
        Column("name", gettext("子项目"), 18),
        Column("place", gettext("类别、板块"), 10),
        Column("reasons", gettext("亮灯原因"), 44),
        Column("before", gettext("上月"), 6),
        Column("since", gettext("亮灯始于"), 8),
        Column("months", gettext("连续月数"), 5.5),
        Column("who", gettext("牵头和责任单位"), 15),
        Column("plan", gettext("年度计划投资"), 10),
        Column("completed", gettext("累计完成投资"), 10),
        Column("progress", gettext("投资进度"), 8),
        Column("schedule", gettext("序时进度"), 8),
        Column("behind", gettext("少完成"), 9.5),
        Column("needed", gettext("今后月均需完成"), 9.5),
        Column("best", gettext("单月最高"), 9),
    ]


def _row(number: int, row: FlagRow) -> list[Cell]:
    figures = row.figures
    line, before = figures.line, figures.previous_light
    needed = figures.needed_per_month
    return [
        count(number),
        light_cell(figures.light),
        text(line.code),
        text(line.name if line.name == line.key_project else f"{line.name}\n{line.key_project}"),
        label(f"{word(figures.cohort)}\n{line.district}"),
        text(_reasons(row)),
        label("—" if before is None else str(word(before))),
        month(row.since),
        count(figures.flagged_months),
        text(_who_acts(row)),
        money(line.annual_plan),
        money(figures.completed),
        percent(figures.progress),
        percent(figures.schedule),
        money(figures.behind) if figures.lagging is not None else label(str(word(figures.status))),
        # Rounded up, so that it suffices.
        money(None if needed is None else -(-needed // 100) * 100, ""),
        money(figures.best_month),
    ]


def _reasons(row: FlagRow) -> str:
    figures = row.figures
    told = [reason(fired) for fired in figures.reasons]
    if not told:
        return figures.line.exempt_reason or str(word(figures.status))
    return told[0] if len(told) == 1 else "\n".join(f"{place}. {said}" for place, said in enumerate(told, 1))


def _who_acts(row: FlagRow) -> str:
    line = row.figures.line
    lead = gettext("牵头：%(unit)s", unit=line.lead)
    others = gettext("、").join(line.responsible)
    return f"{lead}\n{gettext('责任：%(units)s', units=others)}" if others else lead


def _totals(page: Page, layout: Layout, first: int, rows: Sequence[FlagRow]) -> None:
    """Write the sums of what the filter of the sheet leaves in sight, with their values for a preview."""
    last = page.next - 1
    plan = sum(row.figures.line.annual_plan for row in rows)
    completed = sum(row.figures.completed for row in rows)

    def total(key: str, yuan: int) -> Cell:
        return money(yuan, f"=SUBTOTAL(109,{layout.span(key, first, last)})")

    row = page.next
    done, planned = layout.cell("completed", row), layout.cell("plan", row)
    ratio = f'=IF({planned}>0,ROUND({done}/{planned},4),"—")'
    cells = {
        "light": label(gettext("合计")),
        "name": text(gettext("共%(count)s个", count=len(rows))),
        "reasons": text(_lights(rows)),
        "plan": total("plan", plan),
        "completed": total("completed", completed),
        "progress": percent(published(completed, plan), ratio),
        "behind": total("behind", sum(r.figures.behind for r in rows if r.figures.lagging is not None)),
    }
    page.row([cells.get(column.key, BLANK) for column in layout.columns], "total")


def _lights(rows: Sequence[FlagRow]) -> str:
    counts = {light: sum(row.figures.light is light for row in rows) for light in Light}
    worst = [light for light in sorted(Light, key=lambda light: -light.severity) if counts[light]]
    told = (gettext("%(light)s%(count)s个", light=word(light), count=counts[light]) for light in worst)
    return str(gettext("，")).join(told)


def _definitions(version: int) -> str:
    rules = gettext("规则第%(number)s版", number=version) if version else gettext("内置的默认规则")
    said = gettext(
        "统计口径：灯色取各项规则中最重的一项，依据%(rules)s；连续月数为连续亮黄灯或红灯的月数，含本月；"
        "少完成为序时应完成减累计完成；今后月均需完成为年度计划减累计完成后按剩余月数平均，进位到0.01万元；"
        "未报送的不作少完成计算。",
        rules=rules,
    )
    return str(said)


def _signatures(office: str, day: str) -> str:
    room = "　" * 6
    return room.join(
        (
            gettext("制表单位：%(office)s", office=office),
            gettext("制表："),
            gettext("审核："),
            gettext("签发："),
            gettext("制表日期：%(day)s", day=day),
        )
    )


def _plain(text: str) -> str:
    """Return a text in which a header or footer finds no command."""
    return text.replace("&", "&&")
