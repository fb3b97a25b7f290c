"""Owns the sentences that figures are told in: official usage in Chinese, plain English beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from tracker.core.cohorts import Category, Cohort
from tracker.core.coverage import ReportStatus
from tracker.core.figures import (
    CohortFigures,
    GroupFigures,
    LineFigures,
    MonthFigures,
    MonthSummary,
    PeriodState,
)
from tracker.core.lights import Light, Reason
from tracker.core.money import wan_grouped
from tracker.core.periods import Period
from tracker.core.progress import percent_text
from tracker.core.rules import Basis, Rule, RuleKey, Threshold

Language = Literal["zh", "en"]

_COHORT = {
    "zh": {Cohort.CONTINUING: "续建项目", Cohort.NEWLY_STARTED: "新开工项目", Cohort.NEW: "未开工新建项目"},
    "en": {
        Cohort.CONTINUING: "continuing projects",
        Cohort.NEWLY_STARTED: "newly started projects",
        Cohort.NEW: "new projects not yet started",
    },
}


def cohort_name(cohort: Cohort, language: Language = "zh") -> str:
    """Return the cohort's official name."""
    return _COHORT[language][cohort]


def span_name(period: Period) -> str:
    """Return "1—3月", or "1月" for January: the months that a year to date covers."""
    return "1月" if period.month == 1 else f"1—{period.month}月"


def month_name(text: str) -> str:
    """Return "2023年3月" for "2023-03"."""
    period = Period.parse(text)
    return f"{period.year}年{period.month}月"


def against(gap: int | None, what: str) -> str:
    """Return "高出…1.95个百分点", "低于…" or "与…持平" for a gap in hundredths of a point; "" if undefined."""
    if gap is None:
        return ""
    if gap == 0:
        return f"与{what}持平"
    return f"{'高出' if gap > 0 else '低于'}{what}{percent_text(abs(gap))}个百分点"


def cohort_sentence(figures: CohortFigures) -> str:
    """Return "52个续建项目投资进度27.58%，高出全市平均进度1.95个百分点，位列全市第4"."""
    name = _COHORT["zh"][figures.cohort]
    if not figures.sums.count:
        return f"暂无{name}"
    if figures.sums.progress is None:
        return f"{figures.sums.count}个{name}未安排年度计划投资"
    parts = [f"{figures.sums.count}个{name}投资进度{percent_text(figures.sums.progress)}%"]
    parts += [against(figures.vs_citywide, "全市平均进度")] if figures.vs_citywide is not None else []
    parts += [f"位列全市第{figures.rank}"] if figures.rank is not None else []
    return "，".join(parts)


def month_sentence(summary: MonthSummary, language: Language = "zh") -> str:
    """Return the sentence of the month, as the briefing and the overview open with it."""
    continuing = summary.cohort(Cohort.CONTINUING)
    if language == "en":
        return _month_sentence_en(summary)
    cohorts = "；".join(cohort_sentence(figures) for figures in summary.cohorts)
    return (
        f"今年{span_name(summary.period)}，{cohorts}；"
        f"低于序时进度的续建项目{continuing.sums.lagging}个、新建项目{summary.starts.lagging}个。"
    )


def _month_sentence_en(summary: MonthSummary) -> str:
    parts: list[str] = []
    for figures in summary.cohorts:
        text = f"{figures.sums.count} {_COHORT['en'][figures.cohort]}"
        if figures.sums.progress is not None:
            text += f" have reached {percent_text(figures.sums.progress)} % of the annual plan"
        if figures.vs_citywide is not None:
            gap = figures.vs_citywide
            side = "above" if gap > 0 else "below"
            text += (
                f", {percent_text(abs(gap))} percentage points {side} the citywide average"
                if gap
                else ", level with the citywide average"
            )
        if figures.rank is not None:
            text += f", rank {figures.rank} of {figures.of}"
        parts.append(text)
    lagging = summary.cohort(Cohort.CONTINUING).sums.lagging
    return (
        f"By the end of {summary.period}, {'; '.join(parts)}; "
        f"{lagging} continuing and {summary.starts.lagging} new projects are below schedule."
    )


def coverage_sentence(summary: MonthSummary) -> str:
    """Return how many of the reports due the figures rest on."""
    coverage = summary.coverage
    text = f"应报{coverage.due}个，已报{coverage.reported}个"
    if coverage.late:
        text += f"（其中逾期报送{coverage.late}个）"
    if coverage.missing:
        text += f"，未报{coverage.missing}个"
    if coverage.pending:
        text += f"，待报{coverage.pending}个"
    if coverage.exempt:
        text += f"，免报{coverage.exempt}个"
    return text


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
        shown["cohort"] = _COHORT[language][Cohort(str(facts["cohort"]))]
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


# ---- The words of the briefing ---------------------------------------------------------------------

_LIGHT = {Light.RED: "红灯", Light.YELLOW: "黄灯", Light.GREEN: "绿灯", Light.GREY: "灰灯"}
_CATEGORY = {Category.CONTINUING: "续建", Category.NEW: "新建", Category.PREPARATORY: "预备"}
_STATUS = {
    ReportStatus.ON_TIME: "按时",
    ReportStatus.LATE: "逾期",
    ReportStatus.MISSING: "未报",
    ReportStatus.PENDING: "待报",
    ReportStatus.EXEMPT: "免报",
    ReportStatus.NOT_DUE: "不需报",
}


def light_name(light: Light) -> str:
    """Return the light's Chinese name."""
    return _LIGHT[light]


def category_name(category: Category) -> str:
    """Return the 建设性质 in Chinese."""
    return _CATEGORY[category]


def status_name(status: ReportStatus) -> str:
    """Return where a report stands, in Chinese."""
    return _STATUS[status]


def day_name(day: date) -> str:
    """Return "2023年3月31日"."""
    return f"{day.year}年{day.month}月{day.day}日"


def month_mark(figures: LineFigures, month: int, period: Period) -> str:
    """Return what stands in place of a month's amount that is not known; "" for months still to come."""
    if month > period.month:
        return ""
    for later in range(month, 12):
        if figures.amounts[later] is not None and figures.spans[later] <= month:
            return f"计入{later + 1}月"
    return status_name(figures.status) if month == period.month else "未报"


def briefing_title(period: Period) -> str:
    """Return the title of the month's briefing."""
    return f"关于{period.year}年{period.month}月重点项目进展情况的通报"


def standing_sentence(summary: MonthSummary, cut_off: date) -> str:
    """Return when the figures were taken and whether they can still change."""
    if summary.state is PeriodState.CLOSED:
        return f"数据截至{day_name(cut_off)}，本报告期已关闭"
    return f"数据截至{day_name(cut_off)}，本报告期尚未关闭，数据为暂行数"


def schedule_sentence(summary: MonthSummary) -> str:
    """Return how each cohort stands against its schedule; "" when none has one."""
    parts = [
        f"{_COHORT['zh'][figures.cohort]}序时进度{percent_text(figures.sums.schedule)}%，"
        f"投资进度{against(figures.sums.vs_schedule, '序时进度')}"
        for figures in summary.cohorts
        if figures.sums.vs_schedule is not None
    ]
    return f"{'；'.join(parts)}。" if parts else ""


def groups_sentence(what: str, groups: Sequence[GroupFigures]) -> str:
    """Return the best and the worst rates among `groups` (best first); "" for fewer than two with a rate."""
    ranked = [
        f"{group.name or '未填写'}（{percent_text(group.sums.progress)}%）"
        for group in groups
        if group.rank is not None
    ]
    if len(ranked) < 2:
        return ""
    ends = min(3, len(ranked) // 2)
    return f"投资进度居前的{what}为{'、'.join(ranked[:ends])}，居后的为{'、'.join(ranked[-ends:])}。"


def lights_sentence(figures: MonthFigures) -> str:
    """Return how many lights are on, how many got worse, and where the most is missing."""
    lights = figures.summary.lights
    text = f"亮红灯项目{lights[Light.RED]}个、黄灯项目{lights[Light.YELLOW]}个"
    if lights[Light.GREY]:
        text += f"，灰灯（本月无月报）项目{lights[Light.GREY]}个"
    worsened = sum(line.worsened and line.light.flagged for line in figures.lines)
    if any(line.previous_light is not None for line in figures.lines):
        text += f"；较上月新亮或加重{worsened}个"
    behind = [line for line in figures.lines if line.light.flagged and line.behind]
    if behind:
        most = max(behind, key=lambda line: line.behind)
        text += (
            f"；亮灯项目较序时共少完成{wan_grouped(sum(line.behind for line in behind))}万元，"
            f"其中最多的是{most.line.name}（{most.line.lead}牵头），少完成{wan_grouped(most.behind)}万元"
        )
    return f"{text}。"


def starts_sentence(summary: MonthSummary) -> str:
    """Return how many new projects have begun, with both start rates."""
    starts = summary.starts
    if not starts.count:
        return "今年未安排新建项目。"
    text = (
        f"今年计划新建项目{starts.count}个，截至目前应开工{starts.due_to_start}个，已开工{starts.started}个"
    )
    if starts.rate_of_due is not None:
        text += f"，开工率{percent_text(starts.rate_of_due)}%"
    text += f"，占全年计划的{percent_text(starts.rate_of_year)}%"
    return text + (f"；应开未开{starts.start_overdue}个。" if starts.start_overdue else "；无应开未开项目。")


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
