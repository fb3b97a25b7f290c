"""The red-flag list's order: every line moved in exactly one way, counts agree with the lists they lead to."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference import quarter
from tracker.core.cohorts import Cohort
from tracker.core.flag_list import (
    LISTED,
    Evolution,
    FlagFilter,
    FlagSort,
    Mark,
    arranged,
    evolution_of,
    mark_of,
)
from tracker.core.lights import Light

LIGHTS = st.sampled_from(list(Light))
BEFORE = st.none() | LIGHTS


@st.composite
def marks(draw: st.DrawFn) -> Mark:
    light, previous = draw(LIGHTS), draw(BEFORE)
    return Mark(
        id=draw(st.integers(1, 10_000)),
        code=f"A-{draw(st.integers(1, 99))}",
        name=draw(st.sampled_from("甲乙丙")),
        programme=draw(st.sampled_from(("平台工程", "人才工程"))),
        lead=draw(st.sampled_from(("市科技局", "市人社局"))),
        district="武进区",
        cohort=draw(st.sampled_from(list(Cohort))),
        light=light,
        evolution=evolution_of(light, previous),
        worsened=previous is not None and light.severity > previous.severity,
        months=draw(st.integers(0, 12)),
        progress=draw(st.none() | st.integers(0, 12_000)),
        behind=draw(st.integers(0, 10**9)),
        needed=draw(st.none() | st.integers(0, 10**9)),
    )


LISTS = st.lists(marks(), max_size=30)
WANTED = st.builds(
    FlagFilter,
    light=st.none() | st.sampled_from(LISTED),
    since=st.none() | st.sampled_from(list(Evolution)),
    cohort=st.none() | st.sampled_from(list(Cohort)),
    programme=st.sampled_from(("", "平台工程")),
    worsened=st.booleans(),
    sort=st.sampled_from(list(FlagSort)),
    descending=st.booleans(),
)


@pytest.mark.parametrize(
    ("previous", "light", "evolution"),
    [
        (None, Light.RED, Evolution.NEW_RED),
        (Light.GREEN, Light.RED, Evolution.NEW_RED),
        (Light.YELLOW, Light.RED, Evolution.NEW_RED),
        (Light.GREY, Light.RED, Evolution.NEW_RED),
        (Light.RED, Light.RED, Evolution.STILL_RED),
        (Light.RED, Light.YELLOW, Evolution.EASED),
        (Light.YELLOW, Light.YELLOW, Evolution.STILL_YELLOW),
        (None, Light.YELLOW, Evolution.NEW_YELLOW),
        (Light.GREY, Light.YELLOW, Evolution.NEW_YELLOW),
        (Light.RED, Light.GREEN, Evolution.RECOVERED),
        (Light.YELLOW, Light.GREEN, Evolution.RECOVERED),
        (Light.RED, Light.GREY, Evolution.SILENT),
        (Light.GREY, Light.GREEN, Evolution.UNLIT),
        (None, Light.GREEN, Evolution.UNLIT),
    ],
)
def test_how_a_light_moved(previous: Light | None, light: Light, evolution: Evolution) -> None:
    assert evolution_of(light, previous) is evolution


def test_silence_eases_no_light() -> None:
    assert evolution_of(Light.YELLOW, Light.RED, reported=False) is Evolution.SILENT
    assert evolution_of(Light.RED, Light.RED, reported=False) is Evolution.STILL_RED
    assert evolution_of(Light.YELLOW, Light.YELLOW, reported=False) is Evolution.STILL_YELLOW


@given(LISTS)
def test_every_line_is_in_exactly_one_evolution(known: list[Mark]) -> None:
    """What is red is new or still so; whatever was lit is still lit, recovered or silent."""
    counts = arranged(known, FlagFilter()).evolutions
    assert sum(counts.values()) == len(known)
    lights = arranged(known, FlagFilter()).lights
    assert counts[Evolution.NEW_RED] + counts[Evolution.STILL_RED] == lights[Light.RED]
    yellow = (Evolution.NEW_YELLOW, Evolution.STILL_YELLOW, Evolution.EASED)
    assert sum(counts[evolution] for evolution in yellow) == lights[Light.YELLOW]


@given(LISTS, WANTED)
def test_a_count_is_the_length_of_the_list_that_it_leads_to(known: list[Mark], wanted: FlagFilter) -> None:
    found = arranged(known, wanted)
    for evolution, count in found.evolutions.items():
        # "Newly lit or worse" narrows the movement itself, as `since` does: one takes the place of the other.
        told = arranged(known, replace(wanted, since=evolution, light=None, worsened=False))
        assert len(told.marks) == count
        assert {mark.evolution for mark in told.marks} <= {evolution}
    for light, count in found.lights.items():
        assert len(arranged(known, replace(wanted, light=light, since=None)).marks) == count
    assert found.behind == sum(mark.behind for mark in found.marks)


@given(LISTS, WANTED)
def test_sorting_loses_nothing_and_undefined_figures_stand_last(
    known: list[Mark], wanted: FlagFilter
) -> None:
    found = arranged(known, replace(wanted, sort=FlagSort.PROGRESS)).marks
    worst = arranged(known, replace(wanted, sort=FlagSort.LIGHT, descending=False)).marks
    assert sorted(map(id, found)) == sorted(map(id, worst))
    rates = [mark.progress for mark in found]
    told = [rate for rate in rates if rate is not None]
    assert rates[len(told) :] == [None] * (len(rates) - len(told))
    assert told == sorted(told, reverse=wanted.descending)
    assert [mark.light.severity for mark in worst] == sorted(
        (mark.light.severity for mark in worst), reverse=True
    )


def test_a_mark_says_what_the_figures_say() -> None:
    for month in quarter():
        for figures in month.lines:
            mark = mark_of(figures)
            assert (mark.light, mark.worsened, mark.months) == (
                figures.light,
                figures.worsened,
                figures.flagged_months,
            )
            assert (mark.behind, mark.needed, mark.progress) == (
                figures.behind,
                figures.needed_per_month,
                figures.progress,
            )
