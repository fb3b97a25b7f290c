"""Frozen values come back equal, and their fingerprint notices the smallest change."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

import pytest

from tests.briefing.samples import SAMPLES
from tests.factories import Desk
from tests.reference import RULES, quarter
from tracker.core.figures import LineFigures, MonthFigures
from tracker.store.frozen import (
    fingerprint,
    freeze,
    freeze_beside,
    thaw_briefing,
    thaw_line,
    thaw_rules,
    thaw_summary,
)


@pytest.mark.parametrize("month", [1, 2, 3])
def test_every_line_and_summary_of_the_quarter_comes_back_equal(month: int) -> None:
    figures = quarter()[month - 1]
    assert len(figures.lines) == 70
    for line in figures.lines:
        assert thaw_line(freeze(line)) == line
    assert thaw_summary(freeze(figures.summary)) == figures.summary
    assert thaw_rules(freeze(RULES)) == RULES


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_briefing_comes_back_equal_with_everything_in_it(sample: str) -> None:
    briefing = SAMPLES[sample]()
    assert thaw_briefing(freeze_beside(briefing), briefing.figures) == briefing
    for line in briefing.figures.lines:
        if "\ud800" not in line.line.name:  # Half a sign, which no file that can be read contains.
            assert thaw_line(freeze(line)) == line


def test_equal_values_give_equal_texts_and_thawing_keeps_the_text() -> None:
    for line in quarter()[2].lines:
        assert freeze(thaw_line(freeze(line))) == freeze(line)


def _told(figures: MonthFigures) -> str:
    return fingerprint(figures.summary, RULES, figures.lines)


def _other(value: Any) -> Any:
    """Return a value of the same kind that differs."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, tuple):
        return value[:-1] if value else None
    return None if value is not None else 1


@pytest.mark.parametrize("name", [field.name for field in fields(LineFigures)])
def test_the_fingerprint_changes_with_any_field_of_any_line(name: str) -> None:
    figures = quarter()[2]
    before = _told(figures)
    # A line that has reasons, so that taking one away is a change.
    place = next(i for i, line in enumerate(figures.lines) if line.reasons and line.previous_light)
    changed = replace(figures.lines[place], **{name: _other(getattr(figures.lines[place], name))})
    lines = (*figures.lines[:place], changed, *figures.lines[place + 1 :])
    assert _told(MonthFigures(figures.summary, lines)) != before


def test_the_fingerprint_changes_with_the_summary_the_rules_and_the_order() -> None:
    figures = quarter()[2]
    told = {
        _told(figures),
        _told(MonthFigures(replace(figures.summary, rules_version=1), figures.lines)),
        _told(MonthFigures(figures.summary, figures.lines[::-1])),
        _told(MonthFigures(figures.summary, figures.lines[1:])),
        fingerprint(figures.summary, replace(RULES, rules=RULES.rules[1:]), figures.lines),
    }
    assert len(told) == 5
    assert all(len(text) == 64 for text in told)


def test_what_is_frozen_is_plain_json_that_any_program_can_read(closed_quarter: Desk) -> None:
    line = closed_quarter.figures("2023-03").lines[0]
    told = json.loads(freeze(line))
    assert (told["line"]["code"], told["completed"]) == ("CX-01-1", 134_540_000)
