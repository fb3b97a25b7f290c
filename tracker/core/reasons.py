"""Owns the words of the rules: why a light is on, and what a rule says, each with its numbers."""

from __future__ import annotations

from tracker.core.cohorts import Cohort
from tracker.core.lights import Light, Reason
from tracker.core.money import wan_grouped
from tracker.core.progress import percent_text
from tracker.core.rules import Basis, Rule, RuleKey, Threshold
from tracker.core.words import COHORT_NAMES, Language, light_name, month_name


def reason_text(reason: Reason, language: Language = "zh") -> str:
    """Return the reason with its numbers as one clause without a full stop."""
    facts = reason.facts
    numbers = {
        key: percent_text(value)
        for key, value in facts.items()
        if key in {"progress", "schedule", "gap", "ratio", "citywide"} and isinstance(value, int)
    }
    shown: dict[str, object] = {**facts, **numbers}
    if "behind" in facts:
        shown["behind"] = wan_grouped(int(facts["behind"]))
    if "cohort" in facts:
        shown["cohort"] = COHORT_NAMES[language][Cohort(str(facts["cohort"]))]
    if language == "zh":
        for key in ("planned_start", "period"):
            if key in facts:
                shown[key] = month_name(str(facts[key]))
    template = _REASONS[language][reason.rule]
    if reason.rule is RuleKey.REPORT_MISSING and facts["months"] == 1:
        template = _MISSING_ONCE[language]
    return template.format_map(shown)


_MISSING_ONCE = {"zh": "{period}月报未报送", "en": "the report for {period} is missing"}

_REASONS: dict[str, dict[RuleKey, str]] = {
    "zh": {
        RuleKey.BEHIND_SCHEDULE: (
            "投资进度{progress}%，低于序时进度{schedule}%，差{gap}个百分点，"
            "为序时的{ratio}%，少完成{behind}万元"
        ),
        RuleKey.LAGGING_AGAIN: "连续{months}个月低于序时进度",
        RuleKey.BELOW_CITYWIDE: "投资进度{progress}%，低于全市{cohort}平均进度{citywide}%，差{gap}个百分点",
        RuleKey.START_OVERDUE: "计划{planned_start}开工，应开未开已{months}个月",
        RuleKey.MILESTONE_OVERDUE: "节点“{milestone}”应于{due_on}前完成，已逾期{days}天",
        RuleKey.PROBLEM_OVERDUE: "问题“{problem}”应于{due_on}前解决，已逾期{days}天",
        RuleKey.REPORT_MISSING: "截至{period}连续{months}个月未报送月报",
    },
    "en": {
        RuleKey.BEHIND_SCHEDULE: (
            "progress {progress} % is {gap} points below the schedule of {schedule} % "
            "({ratio} % of it); 万元 {behind} short"
        ),
        RuleKey.LAGGING_AGAIN: "below schedule for {months} months in a row",
        RuleKey.BELOW_CITYWIDE: (
            "progress {progress} % is {gap} points below the citywide average of {cohort}, {citywide} %"
        ),
        RuleKey.START_OVERDUE: "planned to start in {planned_start}, start overdue for {months} month(s)",
        RuleKey.MILESTONE_OVERDUE: "milestone “{milestone}” was due on {due_on}, {days} days overdue",
        RuleKey.PROBLEM_OVERDUE: "problem “{problem}” was to be solved by {due_on}, {days} days overdue",
        RuleKey.REPORT_MISSING: "no report for {months} months in a row up to {period}",
    },
}


_RULE = {
    RuleKey.BEHIND_SCHEDULE: ("低于序时进度", "投资进度与序时进度之比"),
    RuleKey.LAGGING_AGAIN: ("连续低于序时", "连续低于序时进度"),
    RuleKey.BELOW_CITYWIDE: ("低于全市平均", "投资进度低于本类项目全市平均进度"),
    RuleKey.START_OVERDUE: ("应开未开", "计划开工月份结束仍未开工（计划当月计1个月）"),
    RuleKey.MILESTONE_OVERDUE: ("节点逾期", "节点逾期未完成"),
    RuleKey.PROBLEM_OVERDUE: ("问题逾期", "问题超过解决期限"),
    RuleKey.REPORT_MISSING: ("未报送月报", "截止后连续未报送月报（首月亮灰灯）"),
}


def rule_name(key: RuleKey) -> str:
    """Return the rule's short name."""
    return _RULE[key][0]


def rule_text(rule: Rule) -> str:
    """Return when the rule gives which light, its thresholds in words."""
    if not rule.enabled:
        return "本版规则停用"
    subject = _RULE[rule.key][1]
    if rule.key is RuleKey.BEHIND_SCHEDULE and rule.basis is Basis.POINTS:
        subject = "投资进度落后序时进度"
    lights = ((rule.yellow, Light.YELLOW), (rule.red, Light.RED))
    parts = [
        f"{_bound(bound, rule.basis)}亮{light_name(light)}" for bound, light in lights if bound is not None
    ]
    return f"{subject}{'，'.join(parts)}" if parts else f"{subject}，不亮黄灯或红灯"


def _bound(bound: Threshold, basis: Basis) -> str:
    if basis is Basis.MONTHS:
        number, unit = str(bound.value), "个月"
    else:
        number = (percent_text(bound.value) or "").rstrip("0").rstrip(".")
        unit = "%" if basis is Basis.RATIO else "个百分点"
    if basis is Basis.RATIO:
        return f"{'不高于' if bound.inclusive else '低于'}{number}{unit}"
    if bound.value == 0 and not bound.inclusive:
        return "即"
    return f"{'达到' if bound.inclusive else '超过'}{number}{unit}"
