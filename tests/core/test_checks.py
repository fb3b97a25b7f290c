"""Checks of a report: what is impossible is refused at its field, what is suspicious must be explained."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.accumulation import Running
from tracker.core.checks import (
    BUSY_WORDS,
    Finding,
    Known,
    LastMonth,
    Weight,
    check,
    doubts_of,
    refusals_of,
)
from tracker.core.cohorts import Category
from tracker.core.periods import Period
from tracker.core.said import TEXT_LENGTH, TEXTS, Said, field_name

WAN = 10_000
MARCH = Period(2023, 3)
#: A line with a plan of 1,200 万元 that reported 100 and 80 万元.
LINE = Known(
    period=MARCH,
    work=False,
    today=date(2023, 4, 3),
    category=Category.CONTINUING,
    annual_plan=1_200 * WAN,
    before=Running(total=180 * WAN, whole_to=2, last=2),
    best_month=100 * WAN,
    started=True,
    total_left=3_000 * WAN,
    last_month=LastMonth("基础施工", "主体封顶"),
    milestones=((7, date(2023, 3, 20)),),
)
WORK = Known(period=MARCH, work=True, today=date(2023, 3, 15), milestones=((9, date(2023, 6, 1)),))
GOOD = Said(month_completed=90 * WAN, physical_progress="三层结构完成")


def told(findings: tuple[Finding, ...]) -> set[tuple[str, Weight]]:
    return {(finding.field, finding.weight) for finding in findings}


def test_an_ordinary_report_has_no_findings() -> None:
    assert check(GOOD, LINE) == ()
    assert check(Said(ytd_completed=270 * WAN), LINE) == ()
    assert check(Said(month_completed=0, physical_progress="冬季停工"), LINE) == ()
    assert check(replace(GOOD, milestones=((7, date(2023, 3, 15)),)), LINE) == ()
    assert check(Said(target_reached="印发文件一份"), WORK) == ()


@pytest.mark.parametrize(
    ("said", "known", "field", "words"),
    [
        (Said(), LINE, "month_completed", "没有填完成投资"),
        (replace(GOOD, month_completed=-1), LINE, "month_completed", "不能是负数"),
        (replace(GOOD, ytd_completed=-5), LINE, "ytd_completed", "不能是负数"),
        (replace(GOOD, ytd_completed=300 * WAN), LINE, "ytd_completed", "与各月之和 270 万元不符"),
        (replace(GOOD, ytd_completed=100 * WAN), LINE, "ytd_completed", "不符"),
        (replace(GOOD, actual_start=Period(2023, 4)), LINE, "actual_start", "晚于报告期"),
        (
            replace(GOOD, actual_start=Period(2022, 12)),
            replace(LINE, category=Category.NEW),
            "actual_start",
            "早于2023年",
        ),
        (replace(GOOD, help_needed="请协调用地"), LINE, "problem_text", "没有填存在问题"),
        (replace(GOOD, milestones=((8, date(2023, 3, 1)),)), LINE, "milestone_8", "没有这个节点"),
        (replace(GOOD, milestones=((7, date(2023, 4, 1)),)), LINE, "milestone_7", "晚于 2023-03-31"),
        (replace(GOOD, milestones=((7, date(2003, 3, 1)),)), LINE, "milestone_7", "过早"),
        (Said(milestones=((9, date(2023, 3, 16)),)), WORK, "milestone_9", "晚于 2023-03-15"),
        (Said(), WORK, "target_reached", "什么也没有填"),
        (Said(target_reached="好", month_completed=1), WORK, "month_completed", "没有投资额"),
        (Said(target_reached="好", ytd_completed=1), WORK, "ytd_completed", "没有投资额"),
        (Said(target_reached="好", actual_start=MARCH), WORK, "actual_start", "没有开工时间"),
        (GOOD, replace(LINE, closed=True), "correction_reason", "须写明原因"),
    ],
)
def test_impossible_input_is_refused_at_its_field(said: Said, known: Known, field: str, words: str) -> None:
    found = [finding for finding in check(said, known) if finding.field == field]
    assert any(finding.weight is Weight.REFUSE and words in finding.what for finding in found), found
    assert all(finding.mend for finding in found), "a refusal says how to mend it"


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_that_is_too_long_is_refused(name: str) -> None:
    long = replace(GOOD, **{"problem_text": "有", name: "长" * (TEXT_LENGTH + 1)})
    assert (name, Weight.REFUSE) in told(check(long, LINE))
    assert field_name(name) in check(long, LINE)[0].what


@pytest.mark.parametrize(
    ("said", "known", "field", "words"),
    [
        (Said(ytd_completed=170 * WAN), LINE, "ytd_completed", "低于此前已报累计 180 万元"),
        (Said(month_completed=1_021 * WAN), LINE, "month_completed", "超过年度计划剩余的 1,020 万元"),
        (Said(ytd_completed=1_201 * WAN), LINE, "ytd_completed", "超过年度计划剩余的 1,020 万元"),
        (replace(GOOD, physical_progress="基础施工"), LINE, "physical_progress", "与上月一字不差"),
        (replace(GOOD, next_intention="主体封顶"), LINE, "next_intention", "与上月一字不差"),
        (Said(month_completed=0, physical_progress="主体施工"), LINE, "month_completed", "正在施工"),
        (Said(ytd_completed=180 * WAN, physical_progress="在建"), LINE, "month_completed", "正在施工"),
        (Said(month_completed=180 * WAN), LINE, "month_completed", "与此前累计相同"),
        (Said(month_completed=1_000 * WAN), LINE, "month_completed", "单月最高 100 万元的 10 倍"),
        (GOOD, replace(LINE, total_left=269 * WAN), "month_completed", "超过总投资"),
        (
            GOOD,
            replace(LINE, category=Category.NEW, started=False),
            "actual_start",
            "没有实际开工时间",
        ),
        (GOOD, replace(LINE, after=((4, None, 200 * WAN),)), "month_completed", "4月已报累计 200 万元"),
    ],
)
def test_suspicious_input_must_be_explained(said: Said, known: Known, field: str, words: str) -> None:
    found = check(said, known)
    assert any(f.field == field and f.weight is Weight.EXPLAIN and words in f.what for f in found), found
    assert [f.field for f in refusals_of(found)] == ["explanation"], "only the explanation is missing"
    explained = check(replace(said, explanation="因设计变更冲减"), known)
    assert refusals_of(explained) == ()
    assert any(words in doubt for doubt in doubts_of(explained)), "the doubt stays beside its explanation"


@pytest.mark.parametrize("word", BUSY_WORDS)
def test_no_investment_beside_busy_words(word: str) -> None:
    assert doubts_of(check(Said(month_completed=0, physical_progress=f"现场{word}"), LINE))


@pytest.mark.parametrize(
    "text",
    [
        "尚未施工，正在办理施工许可",
        "施工图审查中",
        "施工招标公告已发布",
        "施工单位已确定，尚未进场施工",
        "因雨暂停施工",
        "停止浇筑",
        "还没有开挖",
        "施工尚未开始",
        "暂不具备施工条件",
    ],
)
def test_work_that_is_not_going_on_goes_with_no_investment(text: str) -> None:
    assert check(Said(month_completed=0, physical_progress=text), LINE) == ()


@pytest.mark.parametrize(
    "text",
    ["施工许可已取得，主体施工", "二期尚未开工，一期正在吊装", "未封顶部分正在施工", "施工单位正在安装设备"],
)
def test_a_denial_of_something_else_hides_no_work(text: str) -> None:
    assert doubts_of(check(Said(month_completed=0, physical_progress=text), LINE))


def test_any_amount_exceeds_a_plan_of_nothing() -> None:
    nothing = replace(LINE, annual_plan=0)
    doubts = doubts_of(check(Said(month_completed=1), nothing))
    assert any("超过年度计划剩余的 0 万元" in doubt for doubt in doubts), doubts
    assert doubts_of(check(Said(month_completed=0), nothing)) == ()
    assert doubts_of(check(Said(month_completed=1), replace(LINE, annual_plan=None))) == (), (
        "no plan is no limit"
    )


def test_too_short_an_explanation_explains_nothing() -> None:
    said = Said(ytd_completed=170 * WAN, explanation=" 冲减 ")
    assert [finding.field for finding in refusals_of(check(said, LINE))] == ["explanation"]


def test_a_line_without_anything_known_can_report() -> None:
    bare = Known(period=MARCH, work=False, today=date(2023, 4, 1), category=Category.CONTINUING)
    assert check(Said(month_completed=500 * WAN), bare) == ()
    assert bare.total_before == 0


def test_the_reason_of_a_correction_suffices() -> None:
    assert check(replace(GOOD, correction_reason="重复计入设备款"), replace(LINE, closed=True)) == ()


texts = st.sampled_from(["", "基础施工", "主体封顶", "在建", "说明一下原因", "长" * 2_001])
amounts = st.none() | st.integers(-(10**9), 10**13)


@given(
    st.builds(
        Said,
        amounts,
        amounts,
        st.none() | st.builds(Period, st.integers(2021, 2024), st.integers(1, 12)),
        *[texts] * 7,
        st.just(()) | st.tuples(st.tuples(st.integers(6, 9), st.dates(date(2000, 1, 1), date(2024, 1, 1)))),
    ),
    st.sampled_from([LINE, WORK, replace(LINE, closed=True, category=Category.NEW, started=False)]),
)
def test_what_holds_for_any_report(said: Said, known: Known) -> None:
    found = check(said, known)
    for finding in found:
        assert finding.what
        assert not finding.what.endswith(("。", ".")), (
            "a finding is a clause; the sentence gets its stop later"
        )
        assert field_name(finding.field)
    if doubts_of(found) and len(said.explanation.strip()) < 5:
        assert "explanation" in {finding.field for finding in refusals_of(found)}
    # An explanation never makes the impossible possible.
    explained = replace(said, explanation="已经核对，情况属实")
    hard = {f for f in refusals_of(found) if f.field != "explanation"}
    assert hard <= set(refusals_of(check(explained, known)))
