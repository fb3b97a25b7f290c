"""The formulas of rates, evaluated with Excel's rounding, equal `core` on every tie."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from tracker.briefing import rates
from tracker.core.progress import amount_behind, difference, needed_per_month, published

_YUAN = st.integers(0, 10**11)
_PLAN = st.integers(1, 10**11)


def _round(number: float, places: int) -> float:
    """Round the shortest decimal that names the double, half away from zero, as spreadsheets do."""
    return float(Decimal(repr(number)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def _round_up(number: float, _places: int) -> float:
    return float(-(-number // 1)) if number > 0 else float(number // 1)


def _evaluate(formula: str, **cells: float | str) -> float | str:
    functions: dict[str, Any] = {
        "IF": lambda holds, yes, no: yes if holds else no,
        "AND": lambda *all_of: all(all_of),
        "ISNUMBER": lambda value: isinstance(value, float | int),
        "ROUND": _round,
        "ROUNDUP": _round_up,
        "MAX": max,
    }
    value: float | str = eval(formula[1:], {"__builtins__": {}}, {**functions, **cells})
    return value


@st.composite
def _ties(draw: st.DrawFn) -> tuple[int, int]:
    """Return (completed, plan) whose rate ends in exactly five at the third decimal of a percentage."""
    plan = 20_000 * draw(st.integers(1, 10**6))
    return plan * (2 * draw(st.integers(0, 20_000)) + 1) // 20_000, plan


@given(_ties())
@example((5517, 20_000))
@example((2_675, 100_000))
def test_a_tie_is_rounded_up(amounts: tuple[int, int]) -> None:
    completed, plan = amounts
    told = published(completed, plan)
    assert told is not None
    assert _evaluate(rates.progress("A1", "B1"), A1=completed / 10_000, B1=plan / 10_000) == told / 10_000
    assert (
        _evaluate(rates.schedule("A1", "B1"), A1=12 * completed / 120_000, B1=plan / 10_000) == told / 10_000
    )


@given(_YUAN, _PLAN, st.integers(1, 12))
def test_any_rate_is_published_as_core_does(completed: int, plan: int, month: int) -> None:
    told, scheduled = published(completed, plan), published(plan * month, 12 * plan)
    assert told is not None
    assert scheduled is not None
    cells = {"A1": completed / 10_000, "B1": plan / 10_000, "C1": plan / 10_000 * month / 12}
    progress = _evaluate(rates.progress("A1", "B1"), **cells)
    schedule = _evaluate(rates.schedule("C1", "B1"), **cells)
    assert (progress, schedule) == (told / 10_000, scheduled / 10_000)
    gap = difference(told, scheduled)
    assert gap is not None
    assert _evaluate(rates.gap("D1", "E1"), D1=progress, E1=schedule) == gap / 100


@given(_YUAN, st.integers(0, 10**12))
def test_the_amount_behind_is_core_s(completed: int, scheduled: int) -> None:
    told = _evaluate(rates.behind("A1", "B1"), A1=completed / 10_000, B1=scheduled / 120_000)
    assert told == amount_behind(completed, scheduled) / 10_000


@given(_PLAN, _YUAN, st.integers(1, 11))
def test_the_need_per_month_is_core_s(plan: int, completed: int, month: int) -> None:
    need = needed_per_month(plan, completed, month)
    assert need is not None
    told = _evaluate(rates.needed("A1", "B1", 12 - month), A1=plan / 10_000, B1=completed / 10_000)
    assert told == need / 10_000


def test_what_is_undefined_has_no_gap() -> None:
    assert _evaluate(rates.gap("A1", "B1").replace("(A1-B1)", "0"), A1="—", B1=0.25) == "—"
