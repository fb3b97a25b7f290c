"""Owns how a notice is told in sentences: who must act next, what a step did, how official texts write a day."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import LazyString, gettext, lazy_gettext, ngettext

from tracker import clock
from tracker.core.notice_ladder import SubjectKind
from tracker.core.words import month_name
from tracker.services.notice_list import NoticeInfo
from tracker.services.stories import Event
from tracker.store.notices import NoticeState
from tracker.web.filters import day
from tracker.web.words import word

#: What a step from one state to another is called.
_STEPS: dict[tuple[NoticeState | None, NoticeState], LazyString] = {
    (None, NoticeState.ISSUED): lazy_gettext("签发督办单"),
    (NoticeState.ISSUED, NoticeState.REPLIED): lazy_gettext("回复"),
    (NoticeState.REPLIED, NoticeState.ISSUED): lazy_gettext("退回重办"),
    (NoticeState.REPLIED, NoticeState.CLOSED_OUT): lazy_gettext("核实销号"),
    (NoticeState.ISSUED, NoticeState.WITHDRAWN): lazy_gettext("撤回"),
    (NoticeState.REPLIED, NoticeState.WITHDRAWN): lazy_gettext("撤回"),
}
#: The words for what a notice is about.
SUBJECT_WORDS = {
    SubjectKind.LINE: lazy_gettext("子项目"),
    SubjectKind.WORK: lazy_gettext("重点工作"),
    SubjectKind.PROBLEM: lazy_gettext("问题"),
    SubjectKind.UNIT: lazy_gettext("单位当月工作"),
}


def step_word(event: Event[NoticeState]) -> str:
    """Return what happened in a few words; a word after the reply adds to it."""
    if event.after is None:
        return str(gettext("补充"))
    return str(_STEPS.get((event.before, event.after), word(event.after)))


def state_word(notice: NoticeInfo) -> str:
    """Return where a notice stands; one whose place a sharper one took was escalated."""
    return str(gettext("已升级")) if notice.superseded else str(word(notice.state))


def next_sentence(notice: NoticeInfo) -> str:
    """Return who must do what next, and until when."""
    if notice.superseded:
        return str(gettext("已由%(number)s接续，请办理接续的督办单", number=notice.followed_by))
    if notice.state is NoticeState.WITHDRAWN:
        return str(gettext("已撤回，不再需要办理"))
    if notice.state is NoticeState.CLOSED_OUT:
        return str(gettext("已销号，不再需要办理"))
    if notice.state is NoticeState.REPLIED:
        return str(gettext("下一步：由督查室核实，予以销号或退回"))
    told = {"unit": notice.unit, "until": day(notice.deadline)}
    if notice.overdue:
        return str(
            ngettext(
                "下一步：由%(unit)s立即回复，%(until)s到期，已逾期%(num)s天",
                "下一步：由%(unit)s立即回复，%(until)s到期，已逾期%(num)s天",
                notice.days_overdue,
                **told,
            )
        )
    return str(gettext("下一步：由%(unit)s在%(until)s前回复", **told))


def official_day(value: date | datetime) -> str:
    """Return a day as official texts write it: 2023年4月7日."""
    on = value.astimezone(clock.ZONE).date() if isinstance(value, datetime) else value
    return f"{on.year}年{on.month}月{on.day}日"


def official_title(notice: NoticeInfo) -> str:
    """Return the title of the official form, which is Chinese whatever the page's language."""
    if notice.subject is None:
        return f"关于{month_name(str(notice.period))}有关工作的督办单"
    if notice.problem_id is not None:
        return f"关于解决{notice.subject.name}有关问题的督办单"
    return f"关于加快推进{notice.subject.name}的督办单"
