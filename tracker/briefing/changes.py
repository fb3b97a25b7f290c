"""Owns 更正与计划调整: figures as reported and as corrected, plan revisions and what they turned off."""

from __future__ import annotations

from tracker.briefing import rates
from tracker.briefing.book import Book, Page
from tracker.briefing.cells import count, day, money, month, name, percent, points, text
from tracker.briefing.detail import Detail, light_cell
from tracker.core.briefing import Briefing, Correction, PlanChange
from tracker.core.progress import difference

SHEET = "更正与计划调整"
_LINE = ("编码", "项目", "牵头单位")
_CORRECTED = (*_LINE, "所属月份", "原报累计完成", "更正后累计完成", "差额", "更正日期", "更正原因")
_CHANGED = (*_LINE, "生效月份", "调整前年度计划", "调整后年度计划", "增减", "批准日期", "文号")
_LIGHTS = ("原计划灯", "现计划灯", "说明")
_REVISED = (*_LINE, "计划版次", "原年度计划", "现年度计划", "累计完成", "按原计划进度", "按现计划进度")


def write_changes(book: Book, detail: Detail, briefing: Briefing) -> None:
    """Write the corrections, the plan changes and both progresses of every line whose plan was changed."""
    period = briefing.figures.summary.period
    turned_off = sum(change.turned_off for change in briefing.plan_changes)
    page = book.page(SHEET, [10, 24, 14, 11, 13, 13, 13, 12, 24, 11, 10, 16])
    page.title(
        f"{period.year}年{period.month}月更正与计划调整",
        f"单位：万元。更正{len(briefing.corrections)}条，计划调整{len(briefing.plan_changes)}条，"
        f"因计划调整熄灯{turned_off}个。已关闭报告期的数据不改动，更正另行列出。",
    )
    page.section("一、更正（原报数与更正数并列）")
    page.header(_CORRECTED, repeat=False)
    for correction in briefing.corrections:
        _correction(page, correction)
    if not briefing.corrections:
        page.empty("本月无更正")
    page.section("二、计划调整")
    page.header([*_CHANGED, *_LIGHTS], repeat=False)
    for change in briefing.plan_changes:
        _plan_change(page, change)
    if not briefing.plan_changes:
        page.empty("本月无计划调整")
    page.section("三、年度计划有过调整的项目：按原计划与按现计划的投资进度")
    page.header([*_REVISED, "差（百分点）"], repeat=False)
    revised = [
        index
        for index, figures in enumerate(detail.lines)
        if figures.line.original_annual_plan != figures.line.annual_plan
    ]
    for index in revised:
        _revised(page, detail, index)
    if not revised:
        page.empty("没有年度计划调整过的项目")


def _correction(page: Page, correction: Correction) -> None:
    at, moved = page.next + 1, correction.difference
    page.row(
        [
            name(correction.code),
            name(correction.name),
            name(correction.lead),
            month(correction.period),
            money(correction.as_reported),
            money(correction.as_corrected),
            money(moved, "" if moved is None else f"=ROUND(F{at}-E{at},4)"),
            day(correction.corrected_on),
            text(correction.reason),
        ]
    )


def _plan_change(page: Page, change: PlanChange) -> None:
    at = page.next + 1
    said = "。因计划调整熄灯" if change.turned_off else ""
    page.row(
        [
            name(change.code),
            name(change.name),
            name(change.lead),
            month(change.effective_from),
            money(change.before),
            money(change.after),
            money(change.after - change.before, f"=ROUND(F{at}-E{at},4)"),
            day(change.approved_on),
            text(change.document_no),
            light_cell(change.light_before),
            light_cell(change.light_after),
            text(f"第{change.number}版{said}", "strong" if said else ""),
        ]
    )


def _revised(page: Page, detail: Detail, index: int) -> None:
    figures, at = detail.lines[index], page.next + 1
    line = figures.line
    page.row(
        [
            name(line.code),
            name(line.name),
            name(line.lead),
            count(line.plan_revision),
            money(line.original_annual_plan),
            money(line.annual_plan, f"={detail.cell('plan', index)}"),
            money(figures.completed, f"={detail.cell('completed', index)}"),
            percent(figures.original_progress, rates.progress(f"G{at}", f"E{at}")),
            percent(figures.progress, f"={detail.cell('progress', index)}"),
            points(difference(figures.progress, figures.original_progress), rates.gap(f"I{at}", f"H{at}")),
        ]
    )
