"""Judging a month again: under its own rules nothing changes, under others only the verdicts do."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.reference import RULES, quarter
from tracker.core.lights import Light, Verdict
from tracker.core.rejudging import moves_of, rejudged
from tracker.core.rules import Basis, Rule, RuleKey, Threshold


def previous(number: int) -> dict[int, Verdict]:
    return {line.line.id: line.verdict for line in quarter()[number - 1].lines} if number else {}


def test_under_its_own_rules_a_month_stays_what_it_was() -> None:
    for number, figures in enumerate(quarter()):
        again = rejudged(figures, RULES.rules, previous(number))
        assert [line.after for line in again] == list(figures.lines)
        assert moves_of(again) == {}


@given(st.integers(0, 12_000), st.booleans())
def test_only_verdicts_change_and_the_moves_balance(bound: int, inclusive: bool) -> None:
    rule = Rule(RuleKey.BEHIND_SCHEDULE, Basis.RATIO, red=Threshold(bound, inclusive))
    figures = quarter()[2]
    again = rejudged(figures, (rule,), {})
    for line in again:
        same = {"light", "reasons", "flagged_months", "lagging_months", "missing_months", "previous_light"}
        kept = {name: getattr(line.before, name) for name in same}
        assert replace(line.after, **kept) == line.before
    moves = moves_of(again)
    for light in Light:
        before = sum(line.before.light is light for line in again)
        gone = sum(count for (source, _), count in moves.items() if source is light)
        come = sum(count for (_, target), count in moves.items() if target is light)
        assert before - gone + come == sum(line.after.light is light for line in again)


def test_a_stricter_bound_never_makes_a_light_milder() -> None:
    figures = quarter()[2]
    reds: list[int] = []
    for bound in (2000, 5000, 8000, 10_000):
        rule = Rule(RuleKey.BEHIND_SCHEDULE, Basis.RATIO, red=Threshold(bound))
        again = rejudged(figures, (rule,), {})
        reds.append(sum(line.after.light is Light.RED for line in again))
    assert reds == sorted(reds)
    assert reds[0] < reds[-1]
