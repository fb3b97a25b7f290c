"""Owns the sentences that figures are told in: official usage in Chinese, plain English beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tracker.core.cohorts import Cohort
from tracker.core.figures import (
    CohortFigures,
    GroupFigures,
    MonthFigures,
    MonthSummary,
    PeriodState,
)
from tracker.core.lights import Light
from tracker.core.money import wan_grouped
from tracker.core.periods import Period
from tracker.core.progress import percent_text
from tracker.core.words import (
    COHORT_NAMES,
    Language,
    day_name,
    span_name,
)


def against(gap: int | None, what: str) -> str:
    """Return "高出…1.95个百分点", "低于…" or "与…持平" for a gap in hundredths of a point; "" if undefined."""
    if gap is None:
        return ""
    if gap == 0:
        return f"与{what}持平"
    return f"{'高出' if gap > 0 else '低于'}{what}{percent_text(abs(gap))}个百分点"


def cohort_sentence(figures: CohortFigures) -> str:
    """Return "52个续建项目投资进度27.58%，高出全市平均进度1.95个百分点，位列全市第4"."""
    name = COHORT_NAMES["zh"][figures.cohort]
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
        f"低于序时进度的续建项目{continuing.sums.lagging}个、新建项目{summary.starts.lagging}个"
        f"{_resting_on(summary)}。"
    )


def _resting_on(summary: MonthSummary) -> str:
    """Return what the count of lagging lines rests on; "" when every report that is due came."""
    coverage = summary.coverage
    if coverage.reported >= coverage.due:
        return ""
    return f"（应报{coverage.due}个、已报{coverage.reported}个，未报的项目不作判定，其本月完成数不计入）"


def _month_sentence_en(summary: MonthSummary) -> str:
    parts: list[str] = []
    for figures in summary.cohorts:
        text = f"{figures.sums.count} {COHORT_NAMES['en'][figures.cohort]}"
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
    coverage = summary.coverage
    rest = (
        f" ({coverage.reported} of {coverage.due} reports came; the others are not judged, and their month is not counted in)"
        if coverage.reported < coverage.due
        else ""
    )
    return (
        f"By the end of {summary.period}, {'; '.join(parts)}; "
        f"{lagging} continuing and {summary.starts.lagging} new projects are below schedule{rest}."
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


def briefing_title(period: Period) -> str:
    """Return the title of the month's briefing."""
    return f"关于{period.year}年{period.month}月重点项目进展情况的通报"


def standing_sentence(summary: MonthSummary, cut_off: date) -> str:
    """Return when the figures were taken and whether they can still change."""
    if summary.state is PeriodState.CLOSED:
        return f"数据截至{day_name(cut_off)}，本报告期已关闭"
    return f"数据截至{day_name(cut_off)}，本报告期尚未关闭，数据为暂定数"


def schedule_sentence(summary: MonthSummary) -> str:
    """Return how each cohort stands against its schedule; "" when none has one."""
    parts = [
        f"{COHORT_NAMES['zh'][figures.cohort]}序时进度{percent_text(figures.sums.schedule)}%，"
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
