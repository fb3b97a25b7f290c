"""Owns the list of actions as a table of a workbook."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext

from tracker.briefing.cells import NONE, Cell, count, day, label, text
from tracker.services.action_list import ActionFilter
from tracker.services.actions import ActionInfo
from tracker.web.export import Column, Table, filters_note
from tracker.web.overdue import overdue_words
from tracker.web.words import word


def actions_table(actions: Sequence[ActionInfo], wanted: ActionFilter) -> Table:
    """Return the actions of the list, in the order of the page."""
    return Table(
        title=gettext("督办事项清单"),
        notes=(
            filters_note(
                (gettext("内容、项目、编码或单位"), wanted.text),
                (gettext("办理情况"), word(wanted.group)),
                (gettext("承办单位"), wanted.unit),
                (gettext("来源"), wanted.source and word(wanted.source)),
                (gettext("期限"), gettext("只看逾期的") if wanted.overdue else ""),
            ),
        ),
        columns=(
            Column(gettext("编号"), 7),
            Column(gettext("督办事项"), 46),
            Column(gettext("承办单位"), 18),
            Column(gettext("办理时限"), 12),
            Column(gettext("办理情况"), 14),
            Column(gettext("逾期"), 18),
            Column(gettext("编码"), 12),
            Column(gettext("项目"), 26),
            Column(gettext("来源"), 10),
            Column(gettext("例会或批示人"), 30),
            Column(gettext("最新进展"), 40),
        ),
        rows=(_row(action) for action in actions),
        frozen=2,
    )


def _row(action: ActionInfo) -> Sequence[Cell]:
    subject = action.subject
    return (
        count(action.id),
        text(action.text),
        text(action.unit),
        day(action.deadline),
        label(str(word(action.state))),
        label(overdue_words(action.days_overdue, action.escalation), "red") if action.days_overdue else NONE,
        NONE if subject is None else text(subject.code),
        NONE if subject is None else text(subject.name),
        label(str(word(action.source))),
        text(action.origin_by or action.origin),
        text(action.sent_back or action.latest),
    )
