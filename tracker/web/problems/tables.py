"""Owns the list of problems as a table of a workbook."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext, pgettext

from tracker.briefing.cells import NONE, Cell, count, day, label, month, text
from tracker.services.problem_list import CoHandlerInfo, ProblemFilter, ProblemGroup, ProblemInfo
from tracker.web.export import Column, Table, filters_note
from tracker.web.filters import day as day_text
from tracker.web.words import word


def problems_table(problems: Sequence[ProblemInfo], wanted: ProblemFilter) -> Table:
    """Return the problems of one list, in the order of the page."""
    return Table(
        title=f"{gettext('问题协办')} · {word(wanted.group or ProblemGroup.HANDLING)}",
        notes=(
            filters_note(
                (gettext("内容、项目、编码或单位"), wanted.text),
                (gettext("单位"), wanted.unit),
                (pgettext("problem", "类别"), wanted.category and word(wanted.category)),
                (gettext("难度"), wanted.difficulty and word(wanted.difficulty)),
                (gettext("状态"), wanted.state and word(wanted.state)),
                (gettext("期限"), gettext("只看逾期的") if wanted.overdue else ""),
                (gettext("范围"), gettext("本单位的") if wanted.units is not None else ""),
            ),
        ),
        columns=(
            Column(gettext("编号"), 7),
            Column(gettext("编码"), 12),
            Column(gettext("项目"), 26),
            Column(gettext("牵头单位"), 16),
            Column(gettext("存在问题"), 44),
            Column(gettext("需协调事项"), 32),
            Column(pgettext("problem", "类别"), 12),
            Column(gettext("难度"), 14),
            Column(gettext("提出单位"), 16),
            Column(gettext("提出月份"), 10),
            Column(gettext("状态"), 14),
            Column(gettext("主办单位"), 16),
            Column(gettext("办结期限"), 12),
            Column(gettext("协办单位及期限"), 30),
            Column(gettext("逾期天数"), 10),
            Column(gettext("已升级至"), 10),
            Column(gettext("销号月份"), 10),
        ),
        rows=(_row(problem) for problem in problems),
        frozen=3,
    )


def _row(problem: ProblemInfo) -> Sequence[Cell]:
    subject = problem.subject
    return (
        count(problem.id),
        text(subject.code),
        text(subject.name),
        text(subject.lead),
        text(problem.text),
        text(problem.help_needed),
        NONE if problem.category is None else label(str(word(problem.category))),
        NONE if problem.difficulty is None else label(str(word(problem.difficulty))),
        text(problem.unit or gettext("督查室")),
        month(problem.raised_in),
        label(str(word(problem.state))),
        text(problem.handler),
        day(problem.deadline),
        text("\n".join(_part(part) for part in problem.co_handlers)),
        count(problem.worst_days)._replace(tone="red") if problem.overdue else NONE,
        label(str(word(problem.reached))) if problem.reached.level > 1 else NONE,
        month(problem.closed_out_in),
    )


def _part(part: CoHandlerInfo) -> str:
    done = f" {gettext('已办结')}" if part.done_at is not None else ""
    return f"{part.unit} {day_text(part.deadline)}{done}"
