"""Owns how a problem is told in sentences: who must act next, and what a step did."""

from __future__ import annotations

from flask_babel import LazyString, gettext, lazy_pgettext

from tracker.services.problem_list import NextStep, ProblemInfo
from tracker.services.stories import Event
from tracker.store.problems import ProblemState
from tracker.web.filters import day

_RAISED, _ASSIGNED = ProblemState.RAISED, ProblemState.ASSIGNED
_IN_PROGRESS, _RESOLVED, _CLOSED = ProblemState.IN_PROGRESS, ProblemState.RESOLVED, ProblemState.CLOSED_OUT
#: What a step from one state to another is called; a step that stays where it was tells itself in its note.
_STEPS: dict[tuple[ProblemState | None, ProblemState], LazyString] = {
    (None, _RAISED): lazy_pgettext("step", "提出问题"),
    (_RAISED, _ASSIGNED): lazy_pgettext("step", "交办"),
    (_ASSIGNED, _ASSIGNED): lazy_pgettext("step", "调整交办"),
    (_IN_PROGRESS, _ASSIGNED): lazy_pgettext("step", "改由其他单位主办"),
    (_ASSIGNED, _IN_PROGRESS): lazy_pgettext("step", "开始办理"),
    (_ASSIGNED, _RESOLVED): lazy_pgettext("step", "报告已解决，申请销号"),
    (_IN_PROGRESS, _RESOLVED): lazy_pgettext("step", "报告已解决，申请销号"),
    (_RESOLVED, _IN_PROGRESS): lazy_pgettext("step", "退回继续办理"),
    (_RESOLVED, _CLOSED): lazy_pgettext("step", "销号"),
}


def step_word(event: Event[ProblemState]) -> str:
    """Return what happened in a few words; empty for a word alone and for a step that its note tells."""
    if event.after is None:
        return ""
    return str(_STEPS.get((event.before, event.after), ""))


def next_sentence(problem: ProblemInfo) -> str:
    """Return who must do what next, and until when."""
    step, until = problem.next_step, day(problem.deadline)
    if step is NextStep.ASSIGN:
        return str(gettext("下一步：由督查室交办，明确主办单位和期限"))
    if step is NextStep.VERIFY:
        return str(gettext("下一步：由督查室核实，予以销号或退回"))
    if step is NextStep.NONE:
        return str(gettext("已销号，不再需要办理"))
    unit = problem.handler or problem.subject.lead or gettext("督查室")
    if problem.deadline is None:
        return str(gettext("下一步：由%(unit)s办结", unit=unit))
    if problem.days_overdue:
        return str(gettext("下一步：由%(unit)s立即办结，期限%(until)s已过", unit=unit, until=until))
    return str(gettext("下一步：由%(unit)s在%(until)s前办结", unit=unit, until=until))
