"""Owns ranks: by published figures, highest first, equal figures sharing a rank."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence


def ranks(values: Sequence[int | None]) -> tuple[int | None, ...]:
    """Return each value's rank (1, 2, 2, 4); None, an undefined figure, stays outside the ranks."""
    ascending = sorted(-value for value in values if value is not None)
    return tuple(None if value is None else bisect_left(ascending, -value) + 1 for value in values)
