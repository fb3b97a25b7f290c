"""Owns the list of notices as a table of a workbook."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext

from tracker import clock
from tracker.briefing.cells import NONE, Cell, count, day, label, month, text
from tracker.core.notice_ladder import NoticeColour
from tracker.services.notice_list import NoticeFilter, NoticeGroup, NoticeInfo
from tracker.web.export import Column, Table, filters_note
from tracker.web.notices.words import state_word
from tracker.web.words import word

#: The tone of a cell that tells a colour; blue has none among the lights.
_TONES = {NoticeColour.BLUE: "", NoticeColour.YELLOW: "yellow", NoticeColour.RED: "red"}


def notices_table(notices: Sequence[NoticeInfo], wanted: NoticeFilter) -> Table:
    """Return the notices of one list, in the order of the page."""
    return Table(
        title=f"{gettext('督办单')} · {word(wanted.group or NoticeGroup.OPEN)}",
        notes=(
            filters_note(
                (gettext("文号、内容、项目或单位"), wanted.text),
                (gettext("单位"), wanted.unit),
                (gettext("颜色"), wanted.colour and word(wanted.colour)),
                (gettext("状态"), wanted.state and word(wanted.state)),
                (gettext("期限"), gettext("只看逾期的") if wanted.overdue else ""),
            ),
        ),
        columns=(
            Column(gettext("文号"), 16),
            Column(gettext("颜色"), 11),
            Column(gettext("被督办单位"), 16),
            Column(gettext("编码"), 12),
            Column(gettext("项目"), 26),
            Column(gettext("报告期"), 10),
            Column(gettext("督办事由"), 48),
            Column(gettext("督办要求"), 36),
            Column(gettext("签发日期"), 12),
            Column(gettext("回复期限"), 12),
            Column(gettext("状态"), 14),
            Column(gettext("逾期天数"), 10),
            Column(gettext("已升级至"), 10),
            Column(gettext("上一级督办单"), 16),
        ),
        rows=(_row(notice) for notice in notices),
        frozen=1,
    )


def _row(notice: NoticeInfo) -> Sequence[Cell]:
    subject = notice.subject
    return (
        text(notice.number),
        label(str(word(notice.colour)))._replace(tone=_TONES[notice.colour]),
        text(notice.unit),
        NONE if subject is None else text(subject.code),
        NONE if subject is None else text(subject.name),
        month(notice.period),
        text("\n".join(notice.grounds)),
        text(notice.text),
        day(notice.made_at.astimezone(clock.ZONE).date()),
        day(notice.deadline),
        label(state_word(notice)),
        count(notice.days_overdue)._replace(tone="red") if notice.overdue else NONE,
        label(str(word(notice.escalation))) if notice.escalation.level > 1 else NONE,
        text(notice.follows) if notice.follows else NONE,
    )
