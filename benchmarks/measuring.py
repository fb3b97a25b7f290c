"""Owns the measuring: CPU time of contestants that take turns, and the results with their limits."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

#: How much CPU time one contestant gets in one pass, in seconds, and the turns that it gets at least and at most.
_SECONDS, _LEAST, _MOST = 0.5, 1, 60
#: Every size is visited this often, so that a busy quarter of a minute spoils no ratio.
_PASSES = 3
#: Ten times the lines may cost ten times as much, and a little for what is measured beside it.
LINEAR = 10 * 1.15


class Stopwatch:
    """Keeps the least CPU time, in milliseconds, of what runs inside it; all threads of this process count."""

    def __init__(self) -> None:
        self.least = float("inf")
        self.turns = 0

    def __enter__(self) -> None:
        # What the benchmark itself holds is none of the contestant's garbage.
        gc.collect()
        gc.freeze()
        self._start = time.process_time()

    def __exit__(self, *_: object) -> None:
        self.least = min(self.least, (time.process_time() - self._start) * 1_000)
        self.turns += 1
        gc.unfreeze()


#: Prepares one turn, runs it inside the stopwatch and clears up.
Contestant = Callable[[Stopwatch], None]


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the table. `limit` bounds the ratio of ours to the floor, without a floor ours itself."""

    what: str
    size: int | None
    floor: float | None
    ours: float
    limit: float | None
    unit: str = "ms"

    @property
    def ratio(self) -> float | None:
        """Return how many times the floor ours costs; None without a floor."""
        return None if self.floor is None else self.ours / self.floor

    @property
    def met(self) -> bool | None:
        """Return whether the limit is kept; None where there is none."""
        if self.limit is None:
            return None
        return (self.ours if self.ratio is None else self.ratio) <= self.limit


@dataclass(slots=True)
class Race:
    """One contest at every size: the floor, where there is one, against ours."""

    what: str
    ours: Mapping[int, Contestant]
    floor: Mapping[int, Contestant] = field(default_factory=dict)
    limit: float | None = None
    linear: bool = True
    passes: int = _PASSES
    watches: dict[tuple[str, int], Stopwatch] = field(default_factory=dict)

    def results(self) -> Iterator[Result]:
        """Run the race and return the ratio at each size, then the growth from the middle size to the largest."""
        for _ in range(self.passes):
            for size in self.ours:
                self._visit(size)
        for size in self.ours:
            yield Result(
                self.what, size, self._least("floor", size), self._least("ours", size) or 0.0, self.limit
            )
        if self.linear:
            *_, middle, largest = self.ours
            yield growth(self.what, self.watches["ours", middle].least, self.watches["ours", largest].least)

    def _visit(self, size: int) -> None:
        contestants = {"floor": self.floor.get(size), "ours": self.ours[size]}
        spent = 0.0
        for turn in range(_MOST):
            if turn >= _LEAST and spent > _SECONDS:
                break
            for name, contestant in contestants.items():
                if contestant is None:
                    continue
                watch = self.watches.setdefault((name, size), Stopwatch())
                begin = time.process_time()
                contestant(watch)
                spent += time.process_time() - begin

    def _least(self, name: str, size: int) -> float | None:
        watch = self.watches.get((name, size))
        return None if watch is None else watch.least


def growth(what: str, before: float, after: float) -> Result:
    """Return the result of ten times as many lines, whose cost may grow ten times."""
    return Result(f"{what}: ten times the lines", None, before, after, LINEAR)


def missed(results: Iterable[Result]) -> list[Result]:
    """Return the results whose limit is not kept."""
    return [result for result in results if result.met is False]
