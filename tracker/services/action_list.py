"""Owns narrowing and ordering the list of actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from tracker.services.actions import ActionCounts, ActionInfo, ActionSource, overdue_first
from tracker.store.meetings import ActionState


class ActionGroup(StrEnum):
    """Which actions the list shows: those that wait, or by where they stand."""

    WAITING = "waiting"
    OPEN = "open"
    DONE = "done"
    CLOSED_OUT = "closed_out"


class ActionSort(StrEnum):
    """What the list can be sorted by; URGENCY has the longest overdue first, then the nearest deadline."""

    URGENCY = "urgency"
    UNIT = "unit"
    SUBJECT = "subject"
    DEADLINE = "deadline"
    MADE = "made"


@dataclass(frozen=True, slots=True)
class ActionFilter:
    """What the list is narrowed to and in which order; `meeting` None stands for any source.

    `unit` is a unit's name; `text` is looked for in the words, the source, the names and the codes.
    """

    text: str = ""
    group: ActionGroup = ActionGroup.WAITING
    unit: str = ""
    source: ActionSource | None = None
    meeting: int | None = None
    overdue: bool = False
    sort: ActionSort = ActionSort.URGENCY
    descending: bool = False

    def admits(self, action: ActionInfo) -> bool:
        """Return whether the action is asked for, wherever it stands."""
        return (
            self.unit in ("", action.unit)
            and (self.source is None or action.source is self.source)
            and (self.meeting is None or action.meeting_id == self.meeting)
            and (not self.overdue or action.days_overdue > 0)
            and self._says(action)
        )

    def shows(self, action: ActionInfo) -> bool:
        """Return whether an action that is admitted stands where it is asked for."""
        if self.group is ActionGroup.WAITING:
            return action.waits
        return action.state.value == self.group.value

    def _says(self, action: ActionInfo) -> bool:
        wanted, subject = self.text.casefold(), action.subject
        about = () if subject is None else (subject.code, subject.name, subject.key_project)
        places = (action.text, action.origin, action.origin_by, action.unit, *about)
        return not wanted or any(wanted in place.casefold() for place in places)


def listed_actions(actions: Iterable[ActionInfo], wanted: ActionFilter) -> tuple[ActionInfo, ...]:
    """Return the actions as `wanted`; what is not known stands last."""
    found = overdue_first(action for action in actions if wanted.admits(action) and wanted.shows(action))
    if wanted.sort is not ActionSort.URGENCY:
        key = _KEYS[wanted.sort]
        known = sorted((action for action in found if key(action)), key=key, reverse=wanted.descending)
        return (*known, *(action for action in found if not key(action)))
    return tuple(reversed(found)) if wanted.descending else found


def counted_actions(actions: Iterable[ActionInfo], wanted: ActionFilter) -> ActionCounts:
    """Return how many of the actions that `wanted` admits stand where."""
    states = [(action.state, action.days_overdue > 0) for action in actions if wanted.admits(action)]
    return ActionCounts(
        open=sum(state is ActionState.OPEN for state, _ in states),
        done=sum(state is ActionState.DONE for state, _ in states),
        closed_out=sum(state is ActionState.CLOSED_OUT for state, _ in states),
        overdue=sum(late for _, late in states),
    )


_KEYS: dict[ActionSort, Callable[[ActionInfo], str]] = {
    ActionSort.UNIT: lambda action: action.unit,
    ActionSort.SUBJECT: lambda action: "" if action.subject is None else action.subject.code,
    ActionSort.DEADLINE: lambda action: action.deadline.isoformat(),
    ActionSort.MADE: lambda action: action.made_at.isoformat(),
}
