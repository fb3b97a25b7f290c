"""Owns the values that cells hold: what is shown, which format it takes and the formula behind it."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from tracker.core.periods import Period

#: What stands where a figure is undefined; never a zero (domain.md, arithmetic 3 and 5).
UNDEFINED = "—"

#: What stands for a name that was left empty, so that a row can be pointed at.
UNNAMED = "（未填写）"

#: Characters that XML cannot carry or that a spreadsheet shows as boxes; tab and line feed stay.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

#: The longest text a cell holds, in UTF-16 units as Excel counts.
_LONGEST = 32_767

_EPOCH = date(1899, 12, 30)


class Cell(NamedTuple):
    """One cell; with a `formula` the `value` is what it yields. `tone` overrides the row's."""

    kind: str
    value: str | float | None
    formula: str = ""
    tone: str = ""


BLANK = Cell("text", None)
NONE = Cell("label", UNDEFINED)


def clean(text: str) -> str:
    """Return `text` as a cell can hold it: no control characters, not longer than a cell."""
    text = _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if 2 * len(text) > _LONGEST and len(text.encode("utf-16-le")) > 2 * _LONGEST:
        text = text.encode("utf-16-le")[: 2 * _LONGEST].decode("utf-16-le", errors="ignore")
    return text


def text(value: str, tone: str = "") -> Cell:
    """Return running text, left-aligned and wrapped."""
    return Cell("text", clean(value) or None, "", tone)


def label(value: str, tone: str = "") -> Cell:
    """Return a short text, centred."""
    return Cell("label", clean(value) or None, "", tone)


@lru_cache(maxsize=4096)
def name(value: str) -> Cell:
    """Return a name that formulas may look for; an empty one gets words to stand for it."""
    return Cell("text", clean(value) or UNNAMED)


def money(yuan: int | None, formula: str = "") -> Cell:
    """Return whole yuan as 万元 with as many decimals as the amount has."""
    if yuan is None:
        return Cell("label", UNDEFINED, formula)
    rest = yuan % 10_000
    if not rest:
        return Cell("money0", yuan // 10_000, formula)
    decimals = 4 if rest % 10 else 3 if rest % 100 else 2 if rest % 1000 else 1
    return Cell(f"money{decimals}", yuan / 10_000, formula)


def money_twelfths(twelfths: int, places: int, formula: str = "") -> Cell:
    """Return twelfths of a yuan as 万元 rounded to `places`; shown with two decimals where they run on."""
    if twelfths % 12 == 0:
        return money(twelfths // 12, formula)
    return Cell("money2", float(round(Fraction(twelfths, 120_000), places)), formula)


def percent(hundredths: int | None, formula: str = "") -> Cell:
    """Return a published percentage as the fraction that a percent format shows."""
    if hundredths is None:
        return Cell("label", UNDEFINED, formula)
    return Cell("percent", hundredths / 10_000, formula)


def points(hundredths: int | None, formula: str = "") -> Cell:
    """Return a difference of published percentages in percentage points."""
    if hundredths is None:
        return Cell("label", UNDEFINED, formula)
    return Cell("points", hundredths / 100, formula)


def count(number: int | None, formula: str = "") -> Cell:
    """Return a whole number: how many, or which rank."""
    if number is None:
        return Cell("label", UNDEFINED, formula)
    return Cell("count", number, formula)


def moved(places: int | None, formula: str = "") -> Cell:
    """Return by how many places a rank rose (above zero) or fell."""
    if places is None:
        return Cell("label", UNDEFINED, formula)
    return Cell("moved", places, formula)


@lru_cache(maxsize=256)
def month(period: Period | None) -> Cell:
    """Return a month as the date of its first day, so that it sorts and filters as time."""
    if period is None:
        return NONE
    return Cell("month", (period.first_day - _EPOCH).days)


def day(value: date | None) -> Cell:
    """Return a date."""
    return NONE if value is None else Cell("day", (value - _EPOCH).days)
