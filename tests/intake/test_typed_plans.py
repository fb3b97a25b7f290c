"""What is typed into a plan's form is understood as people write it, or refused at its field."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.core.periods import Period
from tracker.intake.typed_plans import MONTH_FIELDS, read_day, read_plan, typed_of_plan

WAN = 10_000


def test_what_people_write_is_understood() -> None:
    typed = {
        "annual_plan": "１,２００．５",
        **dict.fromkeys(MONTH_FIELDS, "100"),
        "month_12": "0.01亿元",
        "effective_from": " 2023-04 ",
        "reason": " 用地未落实，\n\n工期顺延\x00 ",
        "approved_on": "2023-03-20",
        "document_no": "常督〔2023〕8号",
    }
    plan, problems = read_plan(typed, "A-1")
    assert problems == ()
    assert plan.annual_plan == 12_005_000
    assert plan.monthly_plan == (*(100 * WAN,) * 11, 100 * WAN)
    assert plan.effective_from == Period(2023, 4)
    assert plan.reason == "用地未落实，\n工期顺延"
    assert (plan.approved_on, plan.document_no) == (date(2023, 3, 20), "常督〔2023〕8号")


def test_nothing_typed_is_nothing_said() -> None:
    plan, problems = read_plan({}, "A-1")
    assert problems == ()
    assert (plan.annual_plan, plan.monthly_plan, plan.effective_from, plan.reason) == (None, None, None, "")


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("annual_plan", "约300", "A-1：年度计划投资：金额不是数字（读到“约300”）。"),
        ("annual_plan", "-1", "A-1：年度计划投资：金额不能是负数（读到“-1”）。"),
        ("annual_plan", "1.00001", "A-1：年度计划投资：金额须精确到元"),
        ("annual_plan", "9" * 30, "A-1：年度计划投资：金额过大"),
        ("month_05", "x", "A-1：5月计划：金额不是数字（读到“x”）。"),
        ("effective_from", "四月", "A-1：月份应写成 2023-03 的样子，读到“四月”。"),
        ("approved_on", "三月二十日", "A-1：批准日期看不懂（读到“三月二十日”）。请写成 2023-03-15 的样子。"),
        ("approved_on", "0001-01-01", "A-1：批准日期看不懂（读到“0001-01-01”）。"),
    ],
)
def test_what_cannot_be_understood_is_refused_at_its_field(field: str, text: str, sentence: str) -> None:
    _, (problem,) = read_plan({field: text}, "A-1")
    assert problem.field == field
    assert problem.sentence().startswith(sentence)


def test_a_plan_stands_in_the_form_as_it_was_typed() -> None:
    typed = typed_of_plan(12_005_000, (*(100 * WAN,) * 11, 1_005_000))
    plan, problems = read_plan(typed, "A-1")
    assert problems == ()
    assert (plan.annual_plan, plan.months[11]) == (12_005_000, 1_005_000)
    assert set(typed_of_plan(0, None).values()) == {"0", ""}


def test_no_day_is_no_problem() -> None:
    assert read_day("  ", "A-1") == (None, None)
