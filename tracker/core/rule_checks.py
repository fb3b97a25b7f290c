"""Owns what rules must satisfy before they may hold: bounds in range, red never milder than yellow, something to give."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum

from tracker.core.errors import Problem
from tracker.core.progress import WHOLE
from tracker.core.reasons import rule_name
from tracker.core.rules import BASES, DEFAULT_RULES, Basis, Rule, RuleKey, Threshold

#: The highest bound of each basis: twice the schedule, the whole plan in points, a year of months.
HIGHEST = {Basis.RATIO: 2 * WHOLE, Basis.POINTS: WHOLE, Basis.MONTHS: 12}
_UNITS = {Basis.RATIO: (100, "%"), Basis.POINTS: (100, "个百分点"), Basis.MONTHS: (1, "个月")}


class Preset(StrEnum):
    """Rules to start from: the built-in ones, and what other cities have published (domain.md, "Lights")."""

    BUILT_IN = "built_in"
    YINCHUAN = "yinchuan"
    WUHAN = "wuhan"


#: Behind schedule as published: Yinchuan counts 10 to 30 points as yellow, Wuhan 80 % and 60 % of the schedule.
_BEHIND = {
    Preset.YINCHUAN: (Basis.POINTS, Threshold(1000, inclusive=True), Threshold(3000)),
    Preset.WUHAN: (Basis.RATIO, Threshold(8000), Threshold(6000)),
}


def preset_rules(preset: Preset) -> tuple[Rule, ...]:
    """Return the built-in rules with what the preset's city counts as behind schedule."""
    if preset is Preset.BUILT_IN:
        return DEFAULT_RULES
    basis, yellow, red = _BEHIND[preset]
    return tuple(
        replace(rule, basis=basis, yellow=yellow, red=red) if rule.key is RuleKey.BEHIND_SCHEDULE else rule
        for rule in DEFAULT_RULES
    )


def rule_problems(rules: Iterable[Rule]) -> tuple[Problem, ...]:
    """Return what keeps the rules from holding; fields are named like "behind_schedule.red"."""
    told = tuple(rules)
    found: list[Problem] = []
    if missing := [key for key in RuleKey if [rule.key for rule in told].count(key) != 1]:
        names = "、".join(rule_name(key) for key in missing)
        found.append(Problem(f"每项规则须有且只有一条：{names}"))
    for rule in told:
        found += _problems(rule)
    if not any(rule.enabled for rule in told):
        found.append(Problem("没有一项规则启用，任何项目都不会亮灯", "请至少启用一项规则"))
    return tuple(found)


def _problems(rule: Rule) -> list[Problem]:
    name = rule_name(rule.key)
    if rule.basis not in BASES[rule.key]:
        return [Problem(f"“{name}”不能这样计算", field=f"{rule.key}.basis")]
    found: list[Problem] = []
    for colour, bound in (("yellow", rule.yellow), ("red", rule.red)):
        if bound is not None and not 0 <= bound.value <= HIGHEST[rule.basis]:
            size, unit = _UNITS[rule.basis]
            what = f"“{name}”的{_COLOURS[colour]}界限须在0至{HIGHEST[rule.basis] // size}{unit}之间"
            found.append(Problem(what, field=f"{rule.key}.{colour}"))
    if rule.yellow is not None and rule.red is not None and not _within(rule.basis, rule.red, rule.yellow):
        way = "低于" if rule.basis is Basis.RATIO else "高于"
        mend = f"红灯界限须{way}黄灯界限；两者相等时，红灯含本数则黄灯也须含本数"
        found.append(Problem(f"“{name}”的红灯比黄灯还容易亮", mend, field=f"{rule.key}.red"))
    # A missing report is grey without any bound.
    nothing = rule.yellow is None and rule.red is None and rule.key is not RuleKey.REPORT_MISSING
    if rule.enabled and nothing:
        found.append(Problem(f"“{name}”启用了，却没有黄灯或红灯的界限", "请填写界限，或停用这项规则", field=f"{rule.key}.yellow"))  # fmt: skip
    return found


_COLOURS = {"yellow": "黄灯", "red": "红灯"}


def _within(basis: Basis, red: Threshold, yellow: Threshold) -> bool:
    """Return whether whatever is red by these bounds would be yellow, too."""
    if red.value == yellow.value:
        return yellow.inclusive or not red.inclusive
    return (red.value < yellow.value) == (basis is Basis.RATIO)
