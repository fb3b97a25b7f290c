"""Owns the orders in which works and preparatory lines are listed, as the address asks for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from tracker.services.projects import PreparatoryEntry, WorkEntry
from tracker.web import arguments

Entry = TypeVar("Entry")


class WorkSort(StrEnum):
    """What works can be sorted by; ROSTER is the order of the roster itself."""

    ROSTER = "roster"
    CODE = "code"
    NAME = "name"
    PROGRAMME = "programme"
    LEAD = "lead"
    DONE = "done"


class PreparatorySort(StrEnum):
    """What preparatory lines can be sorted by; ROSTER is the order of the roster itself."""

    ROSTER = "roster"
    CODE = "code"
    NAME = "name"
    PROJECT = "project"
    LEAD = "lead"
    DISTRICT = "district"
    INVESTMENT = "investment"


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is sorted by, and which way."""

    sort: StrEnum
    descending: bool


#: What each order looks at; None is not known and stands last in either direction.
_WORKS: Mapping[StrEnum, Callable[[WorkEntry], int | str | None]] = {
    WorkSort.CODE: lambda work: work.code,
    WorkSort.NAME: lambda work: work.name,
    WorkSort.PROGRAMME: lambda work: work.programme,
    WorkSort.LEAD: lambda work: work.lead or None,
    # The share that is reached, in hundredths of a percent.
    WorkSort.DONE: lambda work: 10_000 * work.milestones_done // work.milestones if work.milestones else None,
}
_PREPARATORY: Mapping[StrEnum, Callable[[PreparatoryEntry], int | str | None]] = {
    PreparatorySort.CODE: lambda line: line.code,
    PreparatorySort.NAME: lambda line: line.name,
    PreparatorySort.PROJECT: lambda line: line.key_project,
    PreparatorySort.LEAD: lambda line: line.lead or None,
    PreparatorySort.DISTRICT: lambda line: line.district or None,
    PreparatorySort.INVESTMENT: lambda line: line.total_investment,
}


def work_order() -> Order:
    """Return the order of works that the address asks for."""
    return Order(arguments.chosen("sort", WorkSort) or WorkSort.ROSTER, arguments.flag("desc"))


def preparatory_order() -> Order:
    """Return the order of preparatory lines that the address asks for."""
    return Order(arguments.chosen("sort", PreparatorySort) or PreparatorySort.ROSTER, arguments.flag("desc"))


def sorted_works(works: Sequence[WorkEntry], order: Order) -> tuple[WorkEntry, ...]:
    """Return the works in this order."""
    return _sorted(works, _WORKS.get(order.sort), order.descending)


def sorted_preparatory(lines: Sequence[PreparatoryEntry], order: Order) -> tuple[PreparatoryEntry, ...]:
    """Return the preparatory lines in this order."""
    return _sorted(lines, _PREPARATORY.get(order.sort), order.descending)


def _sorted(
    entries: Sequence[Entry], key: Callable[[Entry], int | str | None] | None, descending: bool
) -> tuple[Entry, ...]:
    if key is None:
        return tuple(entries)
    known = [entry for entry in entries if key(entry) is not None]
    known.sort(key=lambda entry: key(entry) or 0, reverse=descending)
    return (*known, *(entry for entry in entries if key(entry) is None))
