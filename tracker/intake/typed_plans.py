"""Owns reading a proposed plan as it was typed: texts by field become a plan, or problems at the fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from tracker.core.errors import Problem, Severity
from tracker.core.money import Unit, wan_text
from tracker.core.periods import Period
from tracker.core.plan_checks import ProposedPlan
from tracker.intake.cells import Fault, read_money, read_text

#: The fields of the twelve months, January first.
MONTH_FIELDS = tuple(f"month_{month:02d}" for month in range(1, 13))
FIELDS = ("annual_plan", *MONTH_FIELDS, "effective_from", "reason", "approved_on", "document_no")

_LONGEST = 20_000
#: What a database or a workbook cannot hold.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def read_plan(typed: Mapping[str, str], code: str) -> tuple[ProposedPlan, tuple[Problem, ...]]:
    """Return what was typed, and a problem for each field that cannot be understood.

    Amounts are in 万元 unless they say otherwise. A field that is not understood counts as not said.
    """
    problems: list[Problem] = []

    def take(name: str) -> int | None:
        text = plain(typed.get(name, ""))
        value = read_money(text, Unit.WAN)
        if isinstance(value, Fault):
            if value.severity is Severity.ERROR:
                label = "年度计划投资" if name == "annual_plan" else f"{int(name[-2:])}月计划"
                what = f"{label}：{value.what}"
                problems.append(Problem(what, value.mend, text, subject=code, field=name))
            return value.value if isinstance(value.value, int) else None
        return value

    annual, months = take("annual_plan"), tuple(take(name) for name in MONTH_FIELDS)
    effective = plain(typed.get("effective_from", "")).strip()
    period: Period | None = None
    if effective:
        try:
            period = Period.parse(effective)
        except ValueError as error:
            problems.append(Problem(str(error), subject=code, field="effective_from"))
    approved_on, problem = read_day(typed.get("approved_on", ""), code)
    problems += [problem] if problem is not None else []
    plan = ProposedPlan(
        annual_plan=annual,
        months=months,
        effective_from=period,
        reason=words(typed.get("reason", "")),
        approved_on=approved_on,
        document_no=words(typed.get("document_no", "")),
    )
    return plan, tuple(problems)


def typed_of_plan(annual_plan: int, months: tuple[int, ...] | None) -> dict[str, str]:
    """Return the texts that a form shows for a plan."""
    amounts = [""] * 12 if months is None else [wan_text(amount) for amount in months]
    return {"annual_plan": wan_text(annual_plan), **dict(zip(MONTH_FIELDS, amounts, strict=True))}


def read_day(text: str, code: str) -> tuple[date | None, Problem | None]:
    """Return the day of approval, or what is wrong with it."""
    told = plain(text).strip()
    if not told:
        return None, None
    try:
        day = date.fromisoformat(told)
    except ValueError:
        day = None
    if day is None or not 1990 <= day.year <= 2200:
        mend = "请写成 2023-03-15 的样子"
        return None, Problem("批准日期看不懂", mend, told, subject=code, field="approved_on")
    return day, None


def words(text: str) -> str:
    """Return running text as it is kept."""
    value = read_text(plain(text))
    return plain(text).strip() if isinstance(value, Fault) else value


def plain(text: str) -> str:
    """Return typed text without what nothing can hold, and of a sane length."""
    return _UNPRINTABLE.sub(" ", text[:_LONGEST])
