"""Owns how actions are told: whom what is overdue has reached, and what each step of its life is called."""

from __future__ import annotations

from flask_babel import LazyString, gettext, lazy_gettext, ngettext

from tracker.core.deadlines import Escalation
from tracker.services.actions import ActionChange
from tracker.store.meetings import ActionState

_OPEN, _DONE, _CLOSED = (state.value for state in ActionState)
_STEPS: dict[tuple[str, str], LazyString] = {
    ("", _OPEN): lazy_gettext("登记事项"),
    (_OPEN, _OPEN): lazy_gettext("转办"),
    (_OPEN, _DONE): lazy_gettext("报告办结，申请销号"),
    (_DONE, _OPEN): lazy_gettext("退回继续办理"),
    (_DONE, _CLOSED): lazy_gettext("核实销号"),
    (_OPEN, _CLOSED): lazy_gettext("督查室核实销号"),
}
_REACHED = {Escalation.OFFICE: lazy_gettext("督查室"), Escalation.LEADER: lazy_gettext("领导")}


def step_words(change: ActionChange) -> str:
    """Return what a change of an action is called."""
    return str(_STEPS.get((change.before, change.after.value), ""))


def overdue_words(days: int, reached: Escalation) -> str:
    """Return for how long something is overdue and whom that reached; empty for what is not."""
    if not days:
        return ""
    told: str = ngettext("逾期%(num)s天", "逾期%(num)s天", days)
    if reached in _REACHED:
        return str(gettext("%(overdue)s，已升级至%(who)s", overdue=told, who=_REACHED[reached]))
    return told
