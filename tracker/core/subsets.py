"""Owns choosing among amounts: the fewest, and the least money, that together reach a target.

The least money is a subset sum. It is exact as long as all sums fit a table or all halves can be listed; with
more amounts than that the best found is proven only where it meets the lower bound, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from math import gcd
from typing import Protocol, TypeAlias

from tracker.core.targets import Target

#: So many amounts are searched in two halves of at most 2**17 sums each.
IN_HALVES = 34
#: The bits that a table of reachable sums may take, all its rows together: 50 MB.
TABLE_BITS = 400_000_000
#: How often a sum that misses the target by its rounding is looked for anew, and how many ways are tried.
ROUNDS = 50
STEPS = 50_000


@dataclass(frozen=True, slots=True)
class Choice:
    """The places of the chosen amounts, ascending, and their sum; `proven` False while a better one may exist."""

    places: tuple[int, ...]
    total: int
    proven: bool = True


#: The places taken on the way to a sum: the last one, and those before it.
_Taken: TypeAlias = "tuple[int, _Taken] | None"


class _Search(Protocol):
    #: How many words or sums are looked at to answer once.
    size: int

    def least(self, bound: int) -> int | None: ...

    def places(self, total: int) -> tuple[int, ...]: ...


def fewest_count(amounts: Sequence[int], first: int) -> int | None:
    """Return how many of `amounts` it takes at the least to add up to `first` or more; None when all do not.

    No choice of k amounts exceeds the k largest, so the first k largest that suffice are as few as can be.
    """
    tops = accumulate(sorted(amounts, reverse=True), initial=0)
    return next((count for count, top in enumerate(tops) if top >= first), None)


def fewest(amounts: Sequence[int], target: Target) -> Choice | None:
    """Return the smallest number of `amounts` (positive) that reaches `target`; None when no choice does.

    Of equally few it is the one with the least sum, as far as there is time to look; `proven` is about their
    number. Only where the rounding is in the way can it take more than `fewest_count`.
    """
    first = target.next(1)
    count = None if first is None else fewest_count(amounts, first)
    if first is None or count is None:
        return None
    order = sorted(range(len(amounts)), key=lambda place: (-amounts[place], place))
    tops = [0, *accumulate(amounts[place] for place in order)]
    proven = True
    for many in range(count, len(tops)):
        found, complete = _of(many, amounts, order, tops, target, first)
        if found is None and not complete and target.next(tops[many]) == tops[many]:
            found = Choice(tuple(sorted(order[:many])), tops[many])
        if found is not None:
            return replace(found, proven=proven)
        proven = proven and complete
    return None


def _of(
    many: int, amounts: Sequence[int], order: Sequence[int], tops: Sequence[int], target: Target, first: int
) -> tuple[Choice | None, bool]:
    """Return the choice of so many amounts with the least sum that was found, and whether all were looked through."""
    best: Choice | None = None
    # The next place in the order, how many are to be taken from there on, the sum, and what was taken.
    waiting: list[tuple[int, int, int, _Taken]] = [(0, many, 0, None)]
    for _ in range(STEPS):
        if not waiting or (best is not None and best.total == first):
            return best, True
        at, left, total, taken = waiting.pop()
        if best is not None and total + tops[-1] - tops[len(order) - left] >= best.total:
            continue
        if left == 0:
            if target.next(total) == total:
                best = Choice(_untied(taken), total)
            continue
        if at + left > len(order) or total + tops[at + left] - tops[at] < first:
            continue
        waiting.append((at + 1, left - 1, total + amounts[order[at]], (order[at], taken)))
        # Looked at first: as small amounts as still suffice.
        waiting.append((at + 1, left, total, taken))
    return best, False


def cheapest(amounts: Sequence[int], target: Target) -> Choice | None:
    """Return the choice of `amounts` (positive) with the least sum that reaches `target`; None when none does."""
    first = target.next(1)
    if first is None or first > sum(amounts):
        return None
    known = _greedy(amounts, target, first)
    most = sum(amounts) if known is None else known.total
    unit = gcd(*amounts)
    search: _Search | None = None
    if len(amounts) * (most // unit + 1) <= TABLE_BITS:
        search = _Table(amounts, unit, most)
    elif len(amounts) <= IN_HALVES:
        search = _Halves(amounts)
    if search is None:
        return _near(amounts, target, first, unit, known)
    bound: int | None = first
    for _ in range(ROUNDS + 20 * STEPS // search.size):
        total = None if bound is None else search.least(bound)
        if total is None:
            return None
        if target.next(total) == total:
            return Choice(search.places(total), total)
        bound = target.next(total)
    return None if known is None else Choice(known.places, known.total, proven=False)


def _greedy(amounts: Sequence[int], target: Target, first: int) -> Choice | None:
    """Return a choice that is near the least: the largest that fit below, and the smallest that completes them."""
    order = sorted(range(len(amounts)), key=lambda place: (-amounts[place], place))
    total = 0
    taken: list[int] = []
    rest: list[int] = []
    for place in order:
        if total + amounts[place] < first:
            total += amounts[place]
            taken.append(place)
        else:
            rest.append(place)
    for place in reversed(rest):
        if target.next(total + amounts[place]) == total + amounts[place]:
            return Choice(tuple(sorted((*taken, place))), total + amounts[place], proven=False)
    # The rounding is in the way: as many of the largest as it takes.
    return fewest(amounts, target)


def _near(
    amounts: Sequence[int], target: Target, first: int, unit: int, known: Choice | None
) -> Choice | None:
    """Return the best choice found among too many amounts to search: a few are varied, the others settled.

    It is proven where it meets the least multiple of `unit`, the amounts' common measure, that can be a sum.
    """
    lowest = first
    for _ in range(ROUNDS):
        lowest = -(-lowest // unit) * unit
        following = target.next(lowest)
        if following is None or following == lowest:
            break
        lowest = following
    best = known
    order = sorted(range(len(amounts)), key=lambda place: (-amounts[place], place))
    stride = len(order) / IN_HALVES
    for shift in range(3):
        varied = [order[int((at + shift / 3) * stride)] for at in range(IN_HALVES)]
        middle = first - sum(amounts[place] for place in varied) // 2
        settled: list[int] = []
        total = 0
        free = set(varied)
        for place in order:
            if place not in free and total + amounts[place] <= middle:
                settled.append(place)
                total += amounts[place]
        search = _Halves([amounts[place] for place in varied])
        found = search.least(max(0, first - total))
        if found is None or target.next(total + found) != total + found:
            continue
        if best is None or total + found < best.total:
            chosen = [varied[at] for at in search.places(found)]
            best = Choice(tuple(sorted((*settled, *chosen))), total + found, proven=False)
        if best.total == lowest:
            break
    if best is not None and best.total == lowest:
        return replace(best, proven=True)
    return _bounded(amounts, order, target, first, best)


def _bounded(
    amounts: Sequence[int], order: Sequence[int], target: Target, first: int, best: Choice | None
) -> Choice | None:
    """Return `best` or what is cheaper, looking through every choice that can be; proven when there was time for all."""
    tops = [0, *accumulate(amounts[place] for place in order)]
    # The next place in the order, the sum, and what was taken, the last one first.
    waiting: list[tuple[int, int, _Taken]] = [(0, 0, None)]
    for _ in range(4 * STEPS):
        if not waiting:
            return None if best is None else replace(best, proven=True)
        at, total, taken = waiting.pop()
        if best is not None and total >= best.total:
            continue
        if total >= first and target.next(total) == total:
            best = Choice(_untied(taken), total, proven=False)
        elif at < len(order) and total + tops[-1] - tops[at] >= first:
            waiting.append((at + 1, total, taken))
            waiting.append((at + 1, total + amounts[order[at]], (order[at], taken)))
    return best


def _untied(taken: _Taken) -> tuple[int, ...]:
    found: list[int] = []
    while taken is not None:
        place, taken = taken
        found.append(place)
    return tuple(sorted(found))


class _Table:
    """All sums up to `most`, one bit each, kept after every amount so that a sum can be traced back."""

    def __init__(self, amounts: Sequence[int], unit: int, most: int) -> None:
        self._unit = unit
        self._steps = [amount // unit for amount in amounts]
        kept = (1 << (most // unit + 1)) - 1
        reached = 1
        self._rows = [reached]
        self.size = kept.bit_length() // 64 + 1
        for step in self._steps:
            reached |= (reached << step) & kept
            self._rows.append(reached)

    def least(self, bound: int) -> int | None:
        """Return the least sum that is not below `bound`."""
        start = -(-bound // self._unit)
        above = self._rows[-1] >> start
        return None if above == 0 else (start + (above & -above).bit_length() - 1) * self._unit

    def places(self, total: int) -> tuple[int, ...]:
        """Return amounts that add up to `total`."""
        left = total // self._unit
        found: list[int] = []
        for place in range(len(self._steps) - 1, -1, -1):
            if not self._rows[place] >> left & 1:
                left -= self._steps[place]
                found.append(place)
        return tuple(reversed(found))


class _Halves:
    """All sums of either half of the amounts, ascending, each with a bit for every amount in it."""

    def __init__(self, amounts: Sequence[int]) -> None:
        self._middle = len(amounts) // 2
        self._left = _sums(amounts[: self._middle])
        self._right = _sums(amounts[self._middle :])
        self.size = len(self._left[0]) + len(self._right[0])
        self._found: dict[int, tuple[int, int]] = {}

    def least(self, bound: int) -> int | None:
        """Return the least sum that is not below `bound`."""
        left, right = self._left[0], self._right[0]
        best: int | None = None
        at = len(right) - 1
        for place, one in enumerate(left):
            while at >= 0 and one + right[at] >= bound:
                total = one + right[at]
                if best is None or total < best:
                    best = total
                    self._found[total] = place, at
                at -= 1
        return best

    def places(self, total: int) -> tuple[int, ...]:
        """Return amounts that add up to `total`, which `least` returned."""
        place, at = self._found[total]
        bits = self._left[1][place] | self._right[1][at] << self._middle
        return tuple(number for number in range(bits.bit_length()) if bits >> number & 1)


def _sums(amounts: Sequence[int]) -> tuple[list[int], list[int]]:
    width = len(amounts)
    both = [0]
    for number, amount in enumerate(amounts):
        more = (amount << width) + (1 << number)
        # Two ascending runs: sorting merges them.
        both = sorted(both + [one + more for one in both])
    mask = (1 << width) - 1
    return [one >> width for one in both], [one & mask for one in both]
