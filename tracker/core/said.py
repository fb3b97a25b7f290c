"""Owns what one report says: the values of its fields, whichever way they were handed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.core.periods import Period

#: The fields that a person or a program fills in, in the order in which a form asks for them.
FIELDS = (
    "month_completed",
    "ytd_completed",
    "actual_start",
    "target_reached",
    "physical_progress",
    "problem_text",
    "help_needed",
    "next_intention",
    "explanation",
    "correction_reason",
)
#: Running text among them.
TEXTS = FIELDS[3:]
#: What the reached day of a milestone is called: this and the milestone's id.
MILESTONE = "milestone_"
#: How long a text may be, in characters.
TEXT_LENGTH = 2_000

#: The fields' names as a report's workbook and form write them.
FIELD_NAMES = {
    "month_completed": "本月完成投资",
    "ytd_completed": "累计完成投资",
    "actual_start": "实际开工",
    "target_reached": "目标完成情况",
    "physical_progress": "形象进度",
    "problem_text": "存在问题",
    "help_needed": "需协调事项",
    "next_intention": "下月计划",
    "explanation": "情况说明",
    "correction_reason": "更正原因",
}


def field_name(field: str) -> str:
    """Return the Chinese name of a field; a milestone's day is called 节点."""
    return "节点" if field.startswith(MILESTONE) else FIELD_NAMES[field]


@dataclass(frozen=True, slots=True)
class Said:
    """One report as it is stated. Amounts are whole yuan, None where not said; text not said is "".

    `milestones` holds, ascending by id, the day on which each milestone was reached.
    """

    month_completed: int | None = None
    ytd_completed: int | None = None
    actual_start: Period | None = None
    target_reached: str = ""
    physical_progress: str = ""
    problem_text: str = ""
    help_needed: str = ""
    next_intention: str = ""
    explanation: str = ""
    correction_reason: str = ""
    milestones: tuple[tuple[int, date], ...] = ()

    @property
    def has_money(self) -> bool:
        """Return whether an amount is stated; zero is one."""
        return self.month_completed is not None or self.ytd_completed is not None
