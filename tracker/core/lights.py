"""Owns lights: what the rules say about one line in one period, each verdict with its reasons."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.core.accumulation import Accumulated
from tracker.core.cohorts import Cohort
from tracker.core.coverage import ReportStatus
from tracker.core.lines import Line
from tracker.core.periods import Period
from tracker.core.progress import amount_behind, published
from tracker.core.rules import Basis, Rule, RuleKey, Threshold


class Light(StrEnum):
    """The verdict of the rules; grey means that no report came."""

    GREEN = "green"
    GREY = "grey"
    YELLOW = "yellow"
    RED = "red"

    @property
    def severity(self) -> int:
        """Return 0 (green) to 3 (red); the worst reason decides the light."""
        return _SEVERITY[self]

    @property
    def flagged(self) -> bool:
        """Return whether the line belongs on the red-flag list."""
        return self in (Light.YELLOW, Light.RED)


_SEVERITY = {Light.GREEN: 0, Light.GREY: 1, Light.YELLOW: 2, Light.RED: 3}


#: The numbers and names behind a reason.
Facts = dict[str, int | str]


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that fired, with the numbers it rests on; `reasons.reason_text` puts it into words.

    Amounts are whole yuan, percentages hundredths of a percent, dates ISO texts.
    """

    rule: RuleKey
    light: Light
    facts: Facts


@dataclass(frozen=True, slots=True)
class Verdict:
    """A light with its reasons and for how many periods in a row things stand so, this one included.

    `flagged_months` counts yellow or red lights, `lagging_months` periods below schedule,
    `missing_months` periods without a report.
    """

    light: Light
    reasons: tuple[Reason, ...] = ()
    flagged_months: int = 0
    lagging_months: int = 0
    missing_months: int = 0


@dataclass(slots=True)
class Measured:
    """What the rules look at: a line with its figures of one period, before any verdict.

    Amounts in yuan, `scheduled` in twelfths of a yuan, percentages in hundredths; `lagging` is None
    while no report for the period came. Not frozen only because ten thousand are made at a time.
    """

    line: Line
    period: Period
    status: ReportStatus
    cohort: Cohort
    started: bool
    start_overdue_months: int
    year: Accumulated
    completed: int
    scheduled: int
    progress: int | None
    schedule: int | None
    lagging: bool | None


def judge(
    measured: Measured, rules: Sequence[Rule], previous: Verdict | None, citywide: int | None
) -> Verdict:
    """Return the verdict on one line under `rules`.

    `previous` is its verdict of the period before, if there was one; `citywide` the published average of
    its cohort, None where there is none.

    Without a report nothing is said about the money: what is missing is neither zero nor behind.
    """
    lagging_months = _in_a_row(bool(measured.lagging), previous.lagging_months if previous else 0)
    missing = measured.status is ReportStatus.MISSING
    missing_months = _in_a_row(missing, previous.missing_months if previous else 0)
    reasons: list[Reason] = []
    seen = Seen(measured, citywide, lagging_months, missing_months)
    for rule in rules:
        if rule.enabled:
            _FIRES[rule.key](rule, seen, reasons)
    light = Light.GREEN if measured.status.reported else Light.GREY
    for reason in reasons:
        if reason.light.severity > light.severity:
            light = reason.light
    flagged_months = _in_a_row(light.flagged, previous.flagged_months if previous else 0)
    return Verdict(light, tuple(reasons), flagged_months, lagging_months, missing_months)


def _in_a_row(holds: bool, before: int) -> int:
    return before + 1 if holds else 0


@dataclass(slots=True)
class Seen:
    """What the rules see of one line: its figures and for how long things stand so, this period included."""

    measured: Measured
    citywide: int | None
    lagging_months: int
    missing_months: int


def _give(rule: Rule, reasons: list[Reason], red: bool, yellow: bool, facts: Facts) -> None:
    if red or yellow:
        reasons.append(Reason(rule.key, Light.RED if red else Light.YELLOW, facts))


def _give_by_count(rule: Rule, reasons: list[Reason], count: int, facts: Facts) -> None:
    red = rule.red is not None and rule.red.above(count)
    yellow = rule.yellow is not None and rule.yellow.above(count)
    _give(rule, reasons, red, yellow, facts)


def _behind_schedule(rule: Rule, seen: Seen, reasons: list[Reason]) -> None:
    measured = seen.measured
    progress, schedule = measured.progress, measured.schedule
    # `lagging` is None when no report came; the rule then has nothing to look at.
    if measured.lagging is None or progress is None or schedule is None or measured.scheduled <= 0:
        return
    if rule.basis is Basis.RATIO:
        done = 12 * measured.completed
        red = rule.red is not None and rule.red.below(done, measured.scheduled)
        yellow = rule.yellow is not None and rule.yellow.below(done, measured.scheduled)
    else:
        # Points are read off published figures, so that a reader gets the same gap.
        red = rule.red is not None and rule.red.above(schedule - progress)
        yellow = rule.yellow is not None and rule.yellow.above(schedule - progress)
    if red or yellow:
        facts: Facts = {
            "progress": progress,
            "schedule": schedule,
            "gap": schedule - progress,
            "ratio": published(12 * measured.completed, measured.scheduled) or 0,
            "behind": amount_behind(measured.completed, measured.scheduled),
        }
        _give(rule, reasons, red, yellow, facts)


def _lagging_again(rule: Rule, seen: Seen, reasons: list[Reason]) -> None:
    if seen.measured.lagging:
        _give_by_count(rule, reasons, seen.lagging_months, {"months": seen.lagging_months})


def _below_citywide(rule: Rule, seen: Seen, reasons: list[Reason]) -> None:
    progress, citywide = seen.measured.progress, seen.citywide
    if seen.measured.lagging is None or progress is None or citywide is None or progress > citywide:
        return
    facts: Facts = {
        "progress": progress,
        "citywide": citywide,
        "gap": citywide - progress,
        "cohort": seen.measured.cohort.value,
    }
    _give_by_count(rule, reasons, citywide - progress, facts)


def _start_overdue(rule: Rule, seen: Seen, reasons: list[Reason]) -> None:
    months = seen.measured.start_overdue_months
    if months:
        facts: Facts = {"planned_start": str(seen.measured.line.planned_start), "months": months}
        _give_by_count(rule, reasons, months, facts)


def _milestone_overdue(rule: Rule, seen: Seen, reasons: list[Reason]) -> None:
    milestones = seen.measured.line.milestones
    if not milestones:
        return
    today = seen.measured.period.last_day
    for milestone in milestones:
        if milestone.done_on is None or milestone.done_on > today:
            _give_overdue(rule, reasons, milestone.due_on, today, {"milestone": milestone.name})


def _problem_overdue(rule: Rule, seen: Seen, reasons: list[Reason]) -> None:
    problems = seen.measured.line.problems
    if not problems:
        return
    today = seen.measured.period.last_day
    for problem in problems:
        if problem.deadline is not None:
            _give_overdue(rule, reasons, problem.deadline, today, {"problem": problem.text})


def _give_overdue(rule: Rule, reasons: list[Reason], due_on: date, today: date, facts: Facts) -> None:
    if due_on >= today:
        return
    facts |= {"due_on": due_on.isoformat(), "days": (today - due_on).days}
    _give(rule, reasons, _is_later(today, due_on, rule.red), _is_later(today, due_on, rule.yellow), facts)


def _is_later(today: date, due_on: date, bound: Threshold | None) -> bool:
    """Return whether a day is more than the bound's months past `due_on`, or just as many if inclusive."""
    if bound is None:
        return False
    limit = _months_later(due_on, bound.value)
    return today > limit or (bound.inclusive and today == limit)


def _report_missing(rule: Rule, seen: Seen, reasons: list[Reason]) -> None:
    months = seen.missing_months
    if not months:
        return
    before = len(reasons)
    facts: Facts = {"period": str(seen.measured.period), "months": months}
    _give_by_count(rule, reasons, months, facts)
    if len(reasons) == before:
        reasons.append(Reason(rule.key, Light.GREY, facts))


def _months_later(day: date, months: int) -> date:
    """Return the same day `months` later, or that month's last day where it has no such day."""
    month = Period.of(day).plus(months)
    last = calendar.monthrange(month.year, month.month)[1]
    return date(month.year, month.month, min(day.day, last))


_FIRES = {
    RuleKey.BEHIND_SCHEDULE: _behind_schedule,
    RuleKey.LAGGING_AGAIN: _lagging_again,
    RuleKey.BELOW_CITYWIDE: _below_citywide,
    RuleKey.START_OVERDUE: _start_overdue,
    RuleKey.MILESTONE_OVERDUE: _milestone_overdue,
    RuleKey.PROBLEM_OVERDUE: _problem_overdue,
    RuleKey.REPORT_MISSING: _report_missing,
}
