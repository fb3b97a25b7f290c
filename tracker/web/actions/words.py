"""Owns what each step of an action's life is called."""

from __future__ import annotations

from flask_babel import LazyString, lazy_gettext

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


def step_words(change: ActionChange) -> str:
    """Return what a change of an action is called."""
    return str(_STEPS.get((change.before, change.after.value), ""))
