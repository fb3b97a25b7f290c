"""Owns the checks of a proposed plan: what makes it impossible, and what whoever approves it should know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tracker.core.checks import LEAST_WORDS
from tracker.core.errors import Problem
from tracker.core.money import wan_grouped
from tracker.core.periods import Period
from tracker.core.said import TEXT_LENGTH

#: As long as a document's number may be, in characters.
DOCUMENT_LENGTH = 100


@dataclass(frozen=True, slots=True)
class ProposedPlan:
    """A plan as a unit proposes it; amounts in whole yuan, None where nothing is said.

    `months` are the twelve months, January first; a plan without monthly amounts has None in every one.
    """

    annual_plan: int | None
    months: tuple[int | None, ...]
    effective_from: Period | None
    reason: str
    approved_on: date | None = None
    document_no: str = ""

    @property
    def monthly_plan(self) -> tuple[int, ...] | None:
        """Return the twelve months, None unless every one is said."""
        said = tuple(amount for amount in self.months if amount is not None)
        return said if len(said) == 12 else None


@dataclass(frozen=True, slots=True)
class PlanKnown:
    """What is known of the line: its newest plan, the first month that is not closed, and today."""

    code: str
    year: int
    annual_plan: int
    monthly_plan: tuple[int, ...] | None
    first_open: Period
    today: date


def plan_problems(plan: ProposedPlan, known: PlanKnown) -> tuple[Problem, ...]:
    """Return everything that makes the proposal impossible, each at its field."""
    return (
        *_amounts(plan, known),
        *_effective(plan, known),
        *_reason(plan.reason, known.code),
        *approval_problems(plan.approved_on, plan.document_no, known.code, known.today),
    )


def approval_problems(
    approved_on: date | None, document_no: str, code: str, today: date, *, required: bool = False
) -> Iterator[Problem]:
    """Yield what is wrong with the day of approval and the number of its document."""
    if approved_on is None and required:
        yield Problem("没有填批准日期", "计划调整须有批准日期和文号", subject=code, field="approved_on")
    if approved_on is not None and approved_on > today:
        what = f"批准日期 {approved_on} 在今天之后"
        yield Problem(what, "请核对批准日期", subject=code, field="approved_on")
    if not document_no and required:
        yield Problem("没有填批准文号", "计划调整须有批准日期和文号", subject=code, field="document_no")
    if len(document_no) > DOCUMENT_LENGTH:
        what = f"文号超过 {DOCUMENT_LENGTH} 字"
        yield Problem(what, "请只填文号", subject=code, field="document_no")


def effective_problem(effective_from: Period, first_open: Period, year: int, code: str) -> Problem | None:
    """Return why a plan cannot hold from this month on, None when it can: no closed month ever changes."""
    if first_open.year != year:
        return Problem(
            f"{year} 年各月已全部关闭", "全年已关闭的，不能再调整计划", subject=code, field="effective_from"
        )
    if effective_from.year != year:
        what = f"执行月份 {effective_from} 不在 {year} 年"
        return Problem(what, f"请选 {year} 年的月份", subject=code, field="effective_from")
    if effective_from < first_open:
        what = f"{first_open.plus(-1)} 及以前已关闭，计划不能从 {effective_from} 起调整"
        return Problem(what, f"请选 {first_open} 或以后的月份", subject=code, field="effective_from")
    return None


def plan_warnings(plan: ProposedPlan, known: PlanKnown) -> tuple[str, ...]:
    """Return what is possible but should be seen: earlier months that the plan tells otherwise."""
    if plan.monthly_plan is None:
        lost = known.monthly_plan is not None
        return ("没有各月计划，序时进度改按时间进度计算",) if lost else ()
    if known.monthly_plan is None or plan.effective_from is None:
        return ()
    other = [
        f"{month}月"
        for month in range(1, plan.effective_from.month)
        if plan.monthly_plan[month - 1] != known.monthly_plan[month - 1]
    ]
    if not other:
        return ()
    return (f"{'、'.join(other)}在执行月份之前，所填计划与现行计划不同；这些月份的数字不因此改变",)


def _amounts(plan: ProposedPlan, known: PlanKnown) -> Iterator[Problem]:
    code = known.code
    if plan.annual_plan is None:
        yield Problem("没有填年度计划投资", "确无计划投资的填 0", subject=code, field="annual_plan")
    elif plan.annual_plan < 0:
        yield Problem("年度计划投资不能是负数", "请核对金额", subject=code, field="annual_plan")
    some = any(amount is not None for amount in plan.months)
    for month, amount in enumerate(plan.months, 1):
        field = f"month_{month:02d}"
        if amount is None and some:
            mend = "各月要么都填，要么都不填；确无计划的填 0"
            yield Problem(f"{month}月计划没有填", mend, subject=code, field=field)
        if amount is not None and amount < 0:
            yield Problem(f"{month}月计划不能是负数", "请核对金额", subject=code, field=field)
    if plan.annual_plan is None:
        return
    if plan.monthly_plan is not None and sum(plan.monthly_plan) != plan.annual_plan:
        total = sum(plan.monthly_plan)
        what = (
            f"各月合计 {wan_grouped(total)} 万元，与年度计划投资 {wan_grouped(plan.annual_plan)} 万元"
            f"相差 {wan_grouped(abs(total - plan.annual_plan))} 万元"
        )
        yield Problem(what, "请核对各月或年度计划投资", subject=code, field="annual_plan")
    same_months = plan.monthly_plan == known.monthly_plan and (some or known.monthly_plan is None)
    if plan.annual_plan == known.annual_plan and same_months:
        yield Problem("与现行计划相同，没有调整", "请填写调整后的计划", subject=code, field="annual_plan")


def _effective(plan: ProposedPlan, known: PlanKnown) -> Iterator[Problem]:
    if plan.effective_from is None:
        mend = f"请选 {known.first_open} 或以后的月份"
        yield Problem("没有选从哪个月起执行", mend, subject=known.code, field="effective_from")
        return
    problem = effective_problem(plan.effective_from, known.first_open, known.year, known.code)
    if problem is not None:
        yield problem


def _reason(reason: str, code: str) -> Iterator[Problem]:
    if len(reason) < LEAST_WORDS:
        what = "没有填调整原因" if not reason else "调整原因过于简单"
        yield Problem(what, f"请写明为什么调整，至少 {LEAST_WORDS} 个字", subject=code, field="reason")
    elif len(reason) > TEXT_LENGTH:
        yield Problem(f"调整原因超过 {TEXT_LENGTH} 字", "请精简后再报", subject=code, field="reason")
