"""A proposed plan adds up, holds from a month that can still change, and says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tracker.core.periods import Period
from tracker.core.plan_checks import (
    PlanKnown,
    ProposedPlan,
    approval_problems,
    plan_problems,
    plan_warnings,
)

WAN = 10_000
KNOWN = PlanKnown("A-1", 2023, 1200 * WAN, (100 * WAN,) * 12, Period(2023, 4), date(2023, 5, 4))
GOOD = ProposedPlan(600 * WAN, (50 * WAN,) * 12, Period(2023, 4), "建设内容调整")
NONE = (None,) * 12


def sentences(plan: ProposedPlan, known: PlanKnown = KNOWN) -> list[tuple[str, str]]:
    return [(problem.field, problem.sentence()) for problem in plan_problems(plan, known)]


def test_a_good_plan_has_no_problems() -> None:
    assert sentences(GOOD) == []
    assert sentences(replace(GOOD, months=NONE)) == []
    assert sentences(replace(GOOD, annual_plan=0, months=(0,) * 12)) == [], "nothing planned is a plan"
    assert sentences(replace(GOOD, annual_plan=1200 * WAN, months=NONE)) == [], "the months alone can go"


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        (
            {"annual_plan": None},
            "annual_plan",
            "A-1：没有填年度计划投资。确无计划投资的填 0。",
        ),
        (
            {"annual_plan": -1, "months": NONE},
            "annual_plan",
            "A-1：年度计划投资不能是负数。请核对金额。",
        ),
        (
            {"months": (*GOOD.months[:4], None, *GOOD.months[5:])},
            "month_05",
            "A-1：5月计划没有填。各月要么都填，要么都不填；确无计划的填 0。",
        ),
        (
            {"months": (-50 * WAN, 150 * WAN, *GOOD.months[2:])},
            "month_01",
            "A-1：1月计划不能是负数。请核对金额。",
        ),
        (
            {"annual_plan": 700 * WAN},
            "annual_plan",
            "A-1：各月合计 600 万元，与年度计划投资 700 万元相差 100 万元。请核对各月或年度计划投资。",
        ),
        (
            {"annual_plan": KNOWN.annual_plan, "months": KNOWN.monthly_plan},
            "annual_plan",
            "A-1：与现行计划相同，没有调整。请填写调整后的计划。",
        ),
        (
            {"effective_from": None},
            "effective_from",
            "A-1：没有选从哪个月起执行。请选 2023-04 或以后的月份。",
        ),
        (
            {"effective_from": Period(2023, 3)},
            "effective_from",
            "A-1：2023-03 及以前已关闭，计划不能从 2023-03 起调整。请选 2023-04 或以后的月份。",
        ),
        (
            {"effective_from": Period(2024, 1)},
            "effective_from",
            "A-1：执行月份 2024-01 不在 2023 年。请选 2023 年的月份。",
        ),
        ({"reason": ""}, "reason", "A-1：没有填调整原因。请写明为什么调整，至少 5 个字。"),
        ({"reason": "调整"}, "reason", "A-1：调整原因过于简单。请写明为什么调整，至少 5 个字。"),
        ({"reason": "长" * 2001}, "reason", "A-1：调整原因超过 2000 字。请精简后再报。"),
        (
            {"approved_on": date(2023, 5, 5)},
            "approved_on",
            "A-1：批准日期 2023-05-05 在今天之后。请核对批准日期。",
        ),
        ({"document_no": "号" * 101}, "document_no", "A-1：文号超过 100 字。请只填文号。"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isascii() else "",
)
def test_each_impossible_plan_gets_its_sentence(said: dict[str, Any], field: str, sentence: str) -> None:
    assert sentences(replace(GOOD, **said)) == [(field, sentence)]


def test_a_plan_without_months_that_stays_as_it_was_is_no_change() -> None:
    known = replace(KNOWN, monthly_plan=None)
    same = replace(GOOD, annual_plan=1200 * WAN, months=NONE)
    assert [field for field, _ in sentences(same, known)] == ["annual_plan"]


def test_a_year_that_is_closed_takes_no_plan() -> None:
    ((field, sentence),) = sentences(GOOD, replace(KNOWN, first_open=Period(2024, 1)))
    assert (field, sentence) == (
        "effective_from",
        "A-1：2023 年各月已全部关闭。全年已关闭的，不能再调整计划。",
    )


def test_whoever_approves_names_day_and_document() -> None:
    found = list(approval_problems(None, "", "A-1", KNOWN.today, required=True))
    assert [problem.sentence() for problem in found] == [
        "A-1：没有填批准日期。计划调整须有批准日期和文号。",
        "A-1：没有填批准文号。计划调整须有批准日期和文号。",
    ]
    assert not list(approval_problems(KNOWN.today, "常督〔2023〕8号", "A-1", KNOWN.today, required=True))


def test_earlier_months_told_otherwise_are_pointed_out() -> None:
    assert plan_warnings(GOOD, KNOWN) == (
        "1月、2月、3月在执行月份之前，所填计划与现行计划不同；这些月份的数字不因此改变",
    )
    rest = (*KNOWN.monthly_plan[:3], *(0,) * 9) if KNOWN.monthly_plan else NONE
    assert plan_warnings(replace(GOOD, months=rest), KNOWN) == ()
    assert plan_warnings(replace(GOOD, effective_from=None), KNOWN) == ()
    assert plan_warnings(GOOD, replace(KNOWN, monthly_plan=None)) == ()


def test_giving_up_the_months_is_pointed_out() -> None:
    bare = replace(GOOD, months=NONE)
    assert plan_warnings(bare, KNOWN) == ("没有各月计划，序时进度改按时间进度计算",)
    assert plan_warnings(bare, replace(KNOWN, monthly_plan=None)) == ()
