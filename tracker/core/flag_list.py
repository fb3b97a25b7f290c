"""Owns the order of the red-flag list: how each light moved since last month, which lines are asked for, in which order."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from tracker.core.cohorts import Cohort
from tracker.core.coverage import ReportStatus
from tracker.core.lights import Light

#: The lights that the list can show, worst first; a green line is shown when it has just recovered.
LISTED = (Light.RED, Light.YELLOW, Light.GREY)


class Evolution(StrEnum):
    """How a line's light moved since last month; every line is in exactly one of them.

    A line without a light of last month (the year begins, or it has just joined) was not lit. Only a green
    light is a recovery: a line that was lit and has no report now has gone silent.
    """

    NEW_RED = "new_red"
    STILL_RED = "still_red"
    NEW_YELLOW = "new_yellow"
    STILL_YELLOW = "still_yellow"
    EASED = "eased"
    RECOVERED = "recovered"
    SILENT = "silent"
    UNLIT = "unlit"


def evolution_of(light: Light, previous: Light | None, reported: bool = True) -> Evolution:
    """Return how a line came from last month's light to this month's; without a report nothing gets better."""
    lit_before = previous is not None and previous.flagged
    if light is Light.RED:
        return Evolution.STILL_RED if previous is Light.RED else Evolution.NEW_RED
    if light is Light.YELLOW:
        if previous is Light.RED:
            return Evolution.EASED if reported else Evolution.SILENT
        return Evolution.STILL_YELLOW if lit_before else Evolution.NEW_YELLOW
    if not lit_before:
        return Evolution.UNLIT
    return Evolution.RECOVERED if light is Light.GREEN else Evolution.SILENT


class FlagSort(StrEnum):
    """What the list can be sorted by; LIGHT is the worst first, then the most behind."""

    LIGHT = "light"
    CODE = "code"
    NAME = "name"
    LEAD = "lead"
    MONTHS = "months"
    PROGRESS = "progress"
    BEHIND = "behind"
    NEEDED = "needed"


@dataclass(frozen=True, slots=True)
class FlagFilter:
    """What the list is narrowed to and in which order; `light` None stands for red and yellow together.

    With `since` and no light, the lines that moved so are shown whatever their light is now.
    """

    light: Light | None = None
    since: Evolution | None = None
    cohort: Cohort | None = None
    programme: str = ""
    lead: str = ""
    district: str = ""
    worsened: bool = False
    sort: FlagSort = FlagSort.LIGHT
    descending: bool = False

    def admits(self, mark: Mark) -> bool:
        """Return whether the line passes everything but its light and how that moved, also for the worse."""
        return (
            (self.cohort is None or mark.cohort is self.cohort)
            and self.programme in ("", mark.programme)
            and self.lead in ("", mark.lead)
            and self.district in ("", mark.district)
        )

    def shows(self, mark: Mark) -> bool:
        """Return whether a line that is admitted is asked for."""
        if self.since is not None and mark.evolution is not self.since:
            return False
        if self.light is not None:
            return mark.light is self.light
        return self.since is not None or mark.light.flagged


@dataclass(slots=True)
class Mark:
    """What the list filters and sorts by of one line, `id`; everything else is read for the lines shown.

    Amounts in yuan, `progress` in hundredths of a percent. Not frozen only because ten thousand are made at a time.
    """

    id: int
    code: str
    name: str
    programme: str
    lead: str
    district: str
    cohort: Cohort
    light: Light
    evolution: Evolution
    worsened: bool
    months: int
    progress: int | None
    behind: int
    needed: int | None


class Named(Protocol):
    """What a mark takes from a line."""

    @property
    def id(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def programme(self) -> str: ...
    @property
    def lead(self) -> str: ...
    @property
    def district(self) -> str: ...


class Judged(Protocol):
    """What a mark takes from a line's figures: LineFigures, or the part of them that was thawed."""

    @property
    def line(self) -> Named: ...
    @property
    def cohort(self) -> Cohort: ...
    @property
    def status(self) -> ReportStatus: ...
    @property
    def light(self) -> Light: ...
    @property
    def previous_light(self) -> Light | None: ...
    @property
    def flagged_months(self) -> int: ...
    @property
    def progress(self) -> int | None: ...
    @property
    def behind(self) -> int: ...
    @property
    def needed_per_month(self) -> int | None: ...


def mark_of(figures: Judged) -> Mark:
    """Return what the list needs to know of a line."""
    line, light, previous = figures.line, figures.light, figures.previous_light
    return Mark(
        id=line.id,
        code=line.code,
        name=line.name,
        # Ten thousand lines share a few names.
        programme=sys.intern(line.programme),
        lead=sys.intern(line.lead),
        district=sys.intern(line.district),
        cohort=figures.cohort,
        light=light,
        evolution=evolution_of(light, previous, figures.status.reported),
        worsened=previous is not None and light.severity > previous.severity,
        months=figures.flagged_months,
        progress=figures.progress,
        behind=figures.behind,
        needed=figures.needed_per_month,
    )


@dataclass(frozen=True, slots=True)
class Arranged:
    """The lines asked for, in order, and what stands beside them.

    `lights` count over all filters but the light and its evolution; `evolutions` also without `worsened`, which
    narrows the movement itself. `behind` is the sum in yuan of the lines asked for; `leads` are the units that
    lead a line with a light.
    """

    marks: tuple[Mark, ...]
    lights: dict[Light, int]
    evolutions: dict[Evolution, int]
    behind: int
    leads: tuple[str, ...]


def arranged(marks: Iterable[Mark], wanted: FlagFilter) -> Arranged:
    """Return the list as `wanted`; undefined figures stand last whichever way it is sorted."""
    known = list(marks)
    admitted = [mark for mark in known if wanted.admits(mark)]
    evolutions = Counter([mark.evolution for mark in admitted])
    passing = [mark for mark in admitted if mark.worsened] if wanted.worsened else admitted
    lights = Counter([mark.light for mark in passing])
    shown = sorted([mark for mark in passing if wanted.shows(mark)], key=_worst_first)
    if wanted.sort is not FlagSort.LIGHT:
        key = _KEYS[wanted.sort]
        told = [mark for mark in shown if key(mark) is not None]
        # Sorting is stable also in reverse: what is equal stays worst first.
        told.sort(key=lambda mark: key(mark) or 0, reverse=wanted.descending)
        shown = told + [mark for mark in shown if key(mark) is None]
    elif wanted.descending:
        shown.sort(key=lambda mark: mark.light.severity)
    return Arranged(
        marks=tuple(shown),
        lights={light: lights[light] for light in LISTED},
        evolutions={evolution: evolutions[evolution] for evolution in Evolution},
        behind=sum([mark.behind for mark in shown]),
        leads=tuple(sorted({mark.lead for mark in known if mark.light in LISTED})),
    )


def _worst_first(mark: Mark) -> tuple[int, int, str]:
    return -mark.light.severity, -mark.behind, mark.code


_KEYS: dict[FlagSort, Callable[[Mark], int | str | None]] = {
    FlagSort.CODE: lambda mark: mark.code,
    FlagSort.NAME: lambda mark: mark.name,
    FlagSort.LEAD: lambda mark: mark.lead,
    FlagSort.MONTHS: lambda mark: mark.months,
    FlagSort.PROGRESS: lambda mark: mark.progress,
    FlagSort.BEHIND: lambda mark: mark.behind,
    FlagSort.NEEDED: lambda mark: mark.needed,
}
