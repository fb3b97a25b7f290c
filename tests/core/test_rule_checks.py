"""Rules that may hold: bounds in range, and whatever is red would be yellow, too."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.rule_checks import Preset, preset_rules, rule_problems
from tracker.core.rules import BASES, DEFAULT_RULES, Basis, Rule, RuleKey, Threshold

BOUNDS = st.none() | st.builds(Threshold, st.integers(0, 20), st.booleans())


def with_rule(rule: Rule) -> tuple[Rule, ...]:
    return tuple(rule if rule.key is known.key else known for known in DEFAULT_RULES)


def fields(*rules: Rule) -> list[str]:
    return [problem.field for problem in rule_problems(rules)]


@pytest.mark.parametrize("preset", list(Preset))
def test_presets_may_hold(preset: Preset) -> None:
    assert rule_problems(preset_rules(preset)) == ()


def test_published_rules_are_as_published() -> None:
    """Yinchuan: 10 to 30 points behind is yellow, more is red; Wuhan: below 80 % of schedule, below 60 %."""
    yinchuan, wuhan = (preset_rules(preset)[0] for preset in (Preset.YINCHUAN, Preset.WUHAN))
    assert yinchuan.yellow is not None
    assert yinchuan.red is not None
    assert [yinchuan.yellow.above(gap) for gap in (999, 1000, 3000)] == [False, True, True]
    assert [yinchuan.red.above(gap) for gap in (3000, 3001)] == [False, True]
    assert wuhan.yellow is not None
    assert wuhan.red is not None
    assert [wuhan.yellow.below(done, 100) for done in (80, 79)] == [False, True]
    assert [wuhan.red.below(done, 100) for done in (60, 59)] == [False, True]


@given(st.sampled_from((Basis.RATIO, Basis.POINTS)), BOUNDS, BOUNDS, st.integers(0, 30))
def test_whatever_is_red_would_be_yellow_too(
    basis: Basis, yellow: Threshold | None, red: Threshold | None, measured: int
) -> None:
    rule = Rule(RuleKey.BEHIND_SCHEDULE, basis, yellow, red)
    if yellow is None or red is None:
        return
    sound = f"{rule.key}.red" not in fields(*with_rule(rule))
    if basis is Basis.RATIO:
        lit = [bound.below(measured, 10_000) for bound in (yellow, red)]
    else:
        lit = [bound.above(measured) for bound in (yellow, red)]
    if sound:
        assert lit[0] or not lit[1], "red without being yellow"


@pytest.mark.parametrize(
    ("key", "yellow", "red", "field"),
    [
        (RuleKey.BEHIND_SCHEDULE, Threshold(8000), Threshold(10_000), "behind_schedule.red"),
        (RuleKey.BEHIND_SCHEDULE, Threshold(8000), Threshold(8000, inclusive=True), "behind_schedule.red"),
        (RuleKey.BEHIND_SCHEDULE, Threshold(20_001), None, "behind_schedule.yellow"),
        (RuleKey.START_OVERDUE, Threshold(3), Threshold(1), "start_overdue.red"),
        (RuleKey.START_OVERDUE, Threshold(1), Threshold(13), "start_overdue.red"),
        (RuleKey.PROBLEM_OVERDUE, None, None, "problem_overdue.yellow"),
    ],
)
def test_what_cannot_hold_is_said_at_its_field(
    key: RuleKey, yellow: Threshold | None, red: Threshold | None, field: str
) -> None:
    rule = replace(next(rule for rule in DEFAULT_RULES if rule.key is key), yellow=yellow, red=red)
    assert fields(*with_rule(rule)) == [field]


def test_a_basis_that_the_rule_does_not_know() -> None:
    for key, known in BASES.items():
        wrong = next(basis for basis in Basis if basis not in known)
        rule = replace(next(rule for rule in DEFAULT_RULES if rule.key is key), basis=wrong)
        assert fields(*with_rule(rule)) == [f"{key}.basis"]


def test_some_rule_must_be_on_and_each_must_be_there_once() -> None:
    off = tuple(replace(rule, enabled=False) for rule in DEFAULT_RULES)
    assert [problem.what for problem in rule_problems(off)] == ["没有一项规则启用，任何项目都不会亮灯"]
    assert "低于序时进度" in rule_problems(DEFAULT_RULES[1:])[0].what
    assert "低于序时进度" in rule_problems((*DEFAULT_RULES, DEFAULT_RULES[0]))[0].what


def test_a_missing_report_needs_no_bound_since_it_is_grey() -> None:
    rule = next(rule for rule in DEFAULT_RULES if rule.key is RuleKey.REPORT_MISSING)
    assert rule_problems(with_rule(replace(rule, red=None))) == ()
