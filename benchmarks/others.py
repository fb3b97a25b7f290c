"""Owns target 7: what other tools take for the same things, beside ours; told for comparison, without limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.measuring import Result


@dataclass(frozen=True, slots=True)
class Other:
    """Another tool's CPU time per call in milliseconds, measured elsewhere, and what of ours does the same."""

    tool: str
    takes: float
    ours: str
    size: int


#: All were measured on one machine that is not this one: they tell orders of magnitude.
OTHERS = (
    Other("Redmine, list of 61 issues", 355, "list of projects, a page of 100", 61),
    Other("Django admin, list of 61 rows", 63, "list of projects, a page of 100", 61),
    Other("Kanboard, board of 61 tasks", 27, "list of projects, a page of 100", 61),
    Other(
        "bare Flask table of the same rows, no layout or session", 2.9, "list of projects, a page of 100", 61
    ),
    Other("django-import-export, import of 1,000 rows", 8_570, "import of a roster", 1_000),
    Other("calamine, reading 1,000 rows without importing", 69, "import of a roster", 1_000),
    Other("an office's pandas script for the month", 670, "figures and lights of a month", 61),
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One other tool beside ours, both in milliseconds."""

    tool: str
    theirs: float
    what: str
    ours: float

    @property
    def times(self) -> float:
        """Return how many times ours theirs is."""
        return self.theirs / self.ours


def comparisons(results: Sequence[Result]) -> Iterator[Comparison]:
    """Return every other tool beside what was measured here."""
    measured = {(result.what, result.size): result.ours for result in results}
    for other in OTHERS:
        yield Comparison(other.tool, other.takes, other.ours, measured[other.ours, other.size])
