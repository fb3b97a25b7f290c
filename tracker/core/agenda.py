"""Owns the agenda of a progress meeting: its items in the order in which they are dealt with, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from tracker.core.deadlines import Escalation
from tracker.core.figures import MonthSummary
from tracker.core.lights import Light, Reason


class AgendaPart(StrEnum):
    """The parts of an agenda, in their order: what earlier meetings and leaders asked for comes before what is new."""

    ACTIONS = "actions"
    INSTRUCTIONS = "instructions"
    RED_LIGHTS = "red_lights"
    PROBLEMS = "problems"
    NOTICES = "notices"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One matter of a meeting. `id` is the line's, problem's, notice's or action's, the running number of an added one.

    `unit` has to answer; `about` names the line or work where `title` does not; `text` tells more, `latest` how it goes
    on. `line_id`, `work_id` and `problem_id` are what a decision on it will be about. `reasons`, `months` (in a row),
    `behind` (None without a report) and `needed` (a month, both in yuan) belong to a red light; `state` is the value of the problem's, notice's or action's state.
    """

    part: AgendaPart
    id: int
    title: str
    unit: str
    unit_id: int | None = None
    text: str = ""
    latest: str = ""
    year: int | None = None
    code: str = ""
    about: str = ""
    line_id: int | None = None
    work_id: int | None = None
    problem_id: int | None = None
    light: Light | None = None
    reasons: tuple[Reason, ...] = ()
    months: int = 0
    behind: int | None = None
    needed: int | None = None
    deadline: date | None = None
    days_overdue: int = 0
    escalation: Escalation = Escalation.NONE
    state: str = ""

    @property
    def key(self) -> str:
        """Return what names the item on its agenda, and on that of another meeting."""
        return f"{self.part.value}.{self.id}"


@dataclass(frozen=True, slots=True)
class AgendaSection:
    """A part of an agenda that has items."""

    part: AgendaPart
    items: tuple[AgendaItem, ...]

    @property
    def overdue(self) -> int:
        """Return how many of the items are overdue."""
        return sum(item.days_overdue > 0 for item in self.items)


@dataclass(frozen=True, slots=True)
class Agenda:
    """What a meeting deals with: the month's figures (None where the month tells none), then the items.

    `left_out` are the items that the office chose not to put on it.
    """

    summary: MonthSummary | None
    items: tuple[AgendaItem, ...]
    left_out: tuple[AgendaItem, ...] = ()

    @property
    def sections(self) -> tuple[AgendaSection, ...]:
        """Return the parts that have items, in their order."""
        parts = ((part, tuple(item for item in self.items if item.part is part)) for part in AgendaPart)
        return tuple(AgendaSection(part, items) for part, items in parts if items)

    def item(self, key: str) -> AgendaItem | None:
        """Return the item that a key names, left out or not."""
        return next((item for item in (*self.items, *self.left_out) if item.key == key), None)


@dataclass(frozen=True, slots=True)
class Adjustments:
    """What the office changed of a planned agenda: the keys that it left out, and the matters that it added."""

    left_out: tuple[str, ...] = ()
    added: tuple[AgendaItem, ...] = ()

    @property
    def of_another_month(self) -> Adjustments:
        """Return what still holds when the meeting looks at another month: nobody has looked at its red lights yet."""
        lights = f"{AgendaPart.RED_LIGHTS.value}."
        return replace(self, left_out=tuple(key for key in self.left_out if not key.startswith(lights)))


def adjusted(summary: MonthSummary | None, found: tuple[AgendaItem, ...], wanted: Adjustments) -> Agenda:
    """Return the agenda of what was found, as the office adjusted it; what no longer stands cannot be left out."""
    items = (*found, *wanted.added)
    left_out = frozenset(wanted.left_out)
    return Agenda(
        summary=summary,
        items=tuple(item for item in items if item.key not in left_out),
        left_out=tuple(item for item in items if item.key in left_out),
    )
