"""Owns the lists of lines, works and preparatory lines, and a line's own months, as tables of a workbook."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext

from tracker.briefing.cells import Cell, count, label, money, month, percent, points, text
from tracker.core.figures import LineFigures
from tracker.services.project_facts import ProjectPage
from tracker.services.projects import LineFilter, LineList, PreparatoryEntry, WorkEntry
from tracker.web.export import (
    Column,
    Table,
    filters_note,
    light_cell,
    percent_label,
    points_label,
    wan_label,
)
from tracker.web.filters import month as month_text
from tracker.web.months import MonthChoice
from tracker.web.words import word


def lines_table(months: MonthChoice, found: LineList, wanted: LineFilter) -> Table:
    """Return the month's lines that pass the filters, in the order of the page."""
    return Table(
        title=gettext("%(month)s项目进展", month=month_text(months.period)),
        notes=(
            found.summary.front,
            str(word(months.shown.state)),
            filters_note(
                (gettext("名称、编码或单位"), wanted.text),
                (gettext("灯"), wanted.light and word(wanted.light)),
                (gettext("类别"), wanted.cohort and word(wanted.cohort)),
                (gettext("工程"), wanted.programme),
                (gettext("牵头单位"), wanted.lead),
                (gettext("板块"), wanted.district),
                (gettext("报送情况"), wanted.narrowed.status and word(wanted.narrowed.status)),
                (gettext("新建项目开工"), wanted.narrowed.start and word(wanted.narrowed.start)),
                (gettext("较上月"), wanted.narrowed.turned and word(wanted.narrowed.turned)),
                (gettext("序时"), gettext("低于序时") if wanted.narrowed.lagging else ""),
            ),
        ),
        columns=_line_columns(),
        rows=(_line(figures) for figures in found.lines),
        frozen=3,
    )


def _line_columns() -> tuple[Column, ...]:
    return (
        Column(gettext("灯"), 7),
        Column(gettext("编码"), 12),
        Column(gettext("子项目"), 34),
        Column(gettext("重点项目（工作）"), 26),
        Column(gettext("工程"), 16),
        Column(gettext("类别"), 13),
        Column(gettext("牵头单位"), 16),
        Column(gettext("责任单位"), 20),
        Column(gettext("板块"), 10),
        Column(gettext("计划开工"), 10),
        Column(gettext("实际开工"), 10),
        Column(wan_label(gettext("年度计划投资"))),
        Column(wan_label(gettext("本月完成投资"))),
        Column(wan_label(gettext("累计完成投资"))),
        Column(percent_label(gettext("投资进度")), 10),
        Column(percent_label(gettext("序时进度")), 10),
        Column(points_label(gettext("较序时")), 11),
        Column(wan_label(gettext("少完成"))),
        Column(gettext("月报"), 8),
    )


def _line(figures: LineFigures) -> Sequence[Cell]:
    line = figures.line
    return (
        light_cell(figures.light),
        text(line.code),
        text(line.name),
        text(line.key_project),
        text(line.programme),
        label(str(word(figures.cohort))),
        text(line.lead),
        text(gettext("、").join(line.responsible)),
        text(line.district),
        month(line.planned_start),
        month(line.actual_start),
        money(line.annual_plan),
        money(figures.month_completed),
        money(figures.completed),
        percent(figures.progress),
        percent(figures.schedule),
        points(figures.vs_schedule),
        money(figures.behind if figures.lagging is not None else None),
        label(str(word(figures.status))),
    )


def works_table(year: int, works: Sequence[WorkEntry], words: str) -> Table:
    """Return the year's works."""
    return Table(
        title=gettext("%(year)s年重点工作", year=year),
        notes=(filters_note((gettext("名称、编码或单位"), words)),),
        columns=(
            Column(gettext("编码"), 10),
            Column(gettext("重点工作"), 30),
            Column(gettext("工程"), 16),
            Column(gettext("牵头单位"), 16),
            Column(gettext("责任单位"), 24),
            Column(gettext("目标"), 40),
            Column(gettext("节点数"), 9),
            Column(gettext("已完成节点"), 12),
        ),
        rows=(
            (
                text(work.code),
                text(work.name),
                text(work.programme),
                text(work.lead),
                text(gettext("、").join(work.responsible)),
                text(work.target),
                count(work.milestones),
                count(work.milestones_done),
            )
            for work in works
        ),
        frozen=2,
    )


def preparatory_table(year: int, entries: Sequence[PreparatoryEntry], words: str) -> Table:
    """Return the year's preparatory lines."""
    return Table(
        title=gettext("%(year)s年预备项目", year=year),
        notes=(filters_note((gettext("名称、编码或单位"), words)),),
        columns=(
            Column(gettext("编码"), 12),
            Column(gettext("子项目"), 34),
            Column(gettext("重点项目（工作）"), 30),
            Column(gettext("牵头单位"), 16),
            Column(gettext("板块"), 12),
            Column(wan_label(gettext("总投资")), 14),
        ),
        rows=(
            (
                text(entry.code),
                text(entry.name),
                text(entry.key_project),
                text(entry.lead),
                text(entry.district),
                money(entry.total_investment),
            )
            for entry in entries
        ),
        frozen=2,
    )


def months_table(page: ProjectPage) -> Table:
    """Return a line's twelve months: planned, completed, the progress that was published, and as corrected since."""
    return Table(
        title=gettext("%(name)s逐月情况", name=page.line.name),
        notes=(
            page.line.code,
            "" if page.period is None else gettext("截至%(month)s", month=month_text(page.period)),
        ),
        columns=(
            Column(gettext("月份"), 11),
            Column(wan_label(gettext("本月计划"))),
            Column(wan_label(gettext("计划累计"))),
            Column(wan_label(gettext("本月完成"))),
            Column(wan_label(gettext("完成累计"))),
            Column(percent_label(gettext("投资进度")), 11),
            Column(percent_label(gettext("序时进度")), 11),
            Column(wan_label(gettext("公布时的完成累计"))),
            Column(percent_label(gettext("更正后的投资进度")), 13),
            Column(gettext("报告期"), 16),
        ),
        rows=(
            (
                month(entry.period),
                money(entry.planned),
                money(entry.planned_total),
                money(entry.amount),
                money(entry.total),
                percent(entry.progress),
                percent(entry.schedule),
                money(entry.as_reported),
                percent(entry.corrected_progress),
                label("" if entry.state is None else str(word(entry.state))),
            )
            for entry in page.months
        ),
        frozen=1,
    )


def shifts_table(page: ProjectPage) -> Table:
    """Return the plan in force beside the original one, month by month."""
    return Table(
        title=gettext("与原计划逐月对照"),
        notes=(page.line.code, page.line.name),
        columns=(
            Column(gettext("月份"), 11),
            Column(wan_label(gettext("原计划"))),
            Column(wan_label(gettext("执行中"))),
            Column(wan_label(gettext("相差"))),
            Column(wan_label(gettext("原计划累计"))),
            Column(wan_label(gettext("计划累计"))),
            Column(wan_label(gettext("累计相差"))),
        ),
        rows=(
            (
                month(shift.period),
                money(shift.original),
                money(shift.current),
                money(shift.difference),
                money(shift.original_total),
                money(shift.current_total),
                money(shift.total_difference),
            )
            for shift in page.plan_shifts
        ),
        frozen=1,
    )
