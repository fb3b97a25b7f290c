"""Owns what a form that a unit fills in offline is made of: a month, and what is known of each line and work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from tracker.core.periods import Period


@dataclass(frozen=True, slots=True)
class FormMilestone:
    """A milestone as a form shows it. `typed` is the day that this month's report names, "" for none.

    `reached` is the day on which an earlier month reported it; such a milestone is not asked for again.
    """

    id: int
    name: str
    due_on: date
    typed: str = ""
    reached: date | None = None


@dataclass(frozen=True, slots=True)
class FormRow:
    """A line or a work of a form; amounts in yuan, None where not known.

    `typed` is what its open cells begin with and `last` what the month before said, both by field.
    `revision` is the number of the newest revision, 0 for none; `returned` why it came back.
    """

    work: bool
    code: str
    name: str
    key_project: str
    district: str = ""
    target: str = ""
    annual_plan: int | None = None
    planned: int | None = None
    last_completed: int | None = None
    total_before: int | None = None
    started: Period | None = None
    typed: Mapping[str, str] = field(default_factory=dict)
    last: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    returned: str = ""
    revision: int = 0
    milestones: tuple[FormMilestone, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A unit's form for a month. `deadline` is None where none is set; `closed` asks for a reason in each row."""

    period: Period
    unit_ids: frozenset[int]
    unit_names: tuple[str, ...]
    rows: tuple[FormRow, ...]
    deadline: datetime | None
    closed: bool
    made_at: datetime

    @property
    def units(self) -> str:
        """Return the units' names for a title."""
        return "、".join(self.unit_names)
