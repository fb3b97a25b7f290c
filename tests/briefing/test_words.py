"""The words that the briefing takes from core: official usage, whatever the month was like."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.briefing.samples import CUT_OFF, december, nothing_reported, odd, reference, without_lines
from tests.reference import RULES
from tracker.core import reasons, sentences, words
from tracker.core.coverage import ReportStatus
from tracker.core.figures import PeriodState
from tracker.core.periods import Period
from tracker.core.rules import Basis, Rule, RuleKey, Threshold


def test_the_title_and_the_standing_of_the_figures() -> None:
    summary = reference().figures.summary
    assert sentences.briefing_title(summary.period) == "关于2023年3月重点项目进展情况的通报"
    assert sentences.standing_sentence(summary, CUT_OFF).endswith("本报告期尚未关闭，数据为暂定数")
    closed = replace(summary, state=PeriodState.CLOSED)
    assert sentences.standing_sentence(closed, CUT_OFF) == "数据截至2023年4月6日，本报告期已关闭"


def test_the_schedule_is_told_per_cohort() -> None:
    told = sentences.schedule_sentence(reference().figures.summary)
    assert told.startswith("续建项目序时进度22.33%，投资进度高出序时进度5.25个百分点；新开工项目")
    assert not sentences.schedule_sentence(without_lines().figures.summary)


def test_the_best_and_the_worst_groups_are_named() -> None:
    programmes = reference().figures.summary.programmes
    told = sentences.groups_sentence("工程", programmes)
    assert told.startswith("投资进度居前的工程为重大创新平台建设工程（29.68%）、")
    assert "居后的为" in told
    assert not sentences.groups_sentence("工程", programmes[:1])
    assert "未填写（" in sentences.groups_sentence("工程", [replace(programmes[0], name=""), programmes[1]])


def test_the_lights_are_counted_and_the_largest_amount_named() -> None:
    told = sentences.lights_sentence(reference().figures)
    assert told.startswith("亮红灯项目38个、黄灯项目5个；较上月新亮或加重")
    assert "其中最多的是锂电材料预组装基地（武进区牵头），少完成13,940万元。" in told
    assert "灰灯（本月无月报）项目" in sentences.lights_sentence(nothing_reported().figures)
    assert sentences.lights_sentence(without_lines().figures) == "亮红灯项目0个、黄灯项目0个。"


def test_the_starts_are_told_with_both_rates() -> None:
    summary = reference().figures.summary
    assert sentences.starts_sentence(summary) == (
        "今年计划新建项目18个，截至目前应开工17个，已开工9个，开工率52.94%，占全年计划的50.00%；应开未开8个。"
    )
    none_due = replace(summary, starts=replace(summary.starts, due_to_start=0, start_overdue=0))
    assert sentences.starts_sentence(none_due).endswith("占全年计划的50.00%；无应开未开项目。")
    assert sentences.starts_sentence(without_lines().figures.summary) == "今年未安排新建项目。"


def test_a_month_without_an_amount_says_why() -> None:
    figures = odd().figures
    period = figures.summary.period
    by_status = {line.status: line for line in figures.lines}
    assert words.month_mark(by_status[ReportStatus.MISSING], 3, period) == "未报"
    assert words.month_mark(by_status[ReportStatus.EXEMPT], 3, period) == "免报"
    assert words.month_mark(by_status[ReportStatus.EXEMPT], 1, period) == "未报"
    assert not words.month_mark(by_status[ReportStatus.EXEMPT], 4, period)
    covered = next(line for line in figures.lines if line.spans[2] == 1)
    assert words.month_mark(covered, 1, period) == "计入3月"
    later = december().figures
    assert words.month_mark(later.lines[0], 12, later.summary.period) == "未报"


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (RULES.rules[0], "投资进度与序时进度之比低于100%亮黄灯，低于80%亮红灯"),
        (RULES.rules[1], "连续低于序时进度达到2个月亮红灯"),
        (RULES.rules[2], "投资进度低于本类项目全市平均进度即亮黄灯"),
        (
            Rule(RuleKey.BEHIND_SCHEDULE, Basis.POINTS, Threshold(1_000, inclusive=True), Threshold(3_050)),
            "投资进度落后序时进度达到10个百分点亮黄灯，超过30.5个百分点亮红灯",
        ),
        (
            Rule(RuleKey.BEHIND_SCHEDULE, Basis.RATIO, red=Threshold(6_000, inclusive=True)),
            "投资进度与序时进度之比不高于60%亮红灯",
        ),
        (Rule(RuleKey.MILESTONE_OVERDUE, Basis.MONTHS), "节点逾期未完成，不亮黄灯或红灯"),
        (replace(RULES.rules[0], enabled=False), "本版规则停用"),
    ],
)
def test_a_rule_is_told_with_its_thresholds(rule: Rule, told: str) -> None:
    assert reasons.rule_text(rule) == told
    assert reasons.rule_name(rule.key)


def test_days_and_months_are_named() -> None:
    assert words.day_name(CUT_OFF) == "2023年4月6日"
    assert words.month_name(str(Period(2023, 3))) == "2023年3月"
