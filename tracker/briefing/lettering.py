"""Owns how much room text takes: the width of Chinese and Latin characters, the height of wrapped rows."""

from __future__ import annotations

from functools import lru_cache
from math import ceil
from unicodedata import east_asian_width

#: Points per line and per row's margins for a font of one point; generous, since offices' fonts differ.
_LINE = 1.32
_MARGIN = 0.6

#: The highest row that Excel draws, in points.
_HIGHEST = 409.0

#: The font size at which a column of n characters holds n units; a little under the real 12, for other fonts.
_BASE = 11.4


@lru_cache(maxsize=65_536)
def units(text: str) -> int:
    """Return the width of one line of text: 2 for a full-width character, 1 for any other."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(char) in "WFA" else 1 for char in text)


@lru_cache(maxsize=65_536)
def lines(text: str, width: float, size: float = 10) -> int:
    """Return how many lines `text` takes in a column of `width`; one unit is lost to punctuation rules."""
    room = max(2.0, width * _BASE / size - 1.5)
    return sum(max(1, ceil(units(line) / room)) for line in text.split("\n"))


def height(count: int, size: float = 10) -> float:
    """Return the height in points of a row of `count` lines."""
    return min(_HIGHEST, round((count * _LINE + _MARGIN) * size, 1))
