"""Owns which problems an address asks for, and whose."""

from __future__ import annotations

from enum import StrEnum

from tracker.services.accounts import AccountInfo
from tracker.services.problem_list import ProblemFilter, ProblemGroup, ProblemSort
from tracker.store.accounts import Role
from tracker.store.problems import Difficulty, ProblemCategory, ProblemState
from tracker.web import arguments


class Whose(StrEnum):
    """Whether a reporter looks at the problems that involve their own units, or at all."""

    MINE = "mine"
    ALL = "all"


def whose(account: AccountInfo) -> Whose:
    """Return whose problems are asked for: a reporter's own unless all are, everybody else's all."""
    if account.role is not Role.REPORTER:
        return Whose.ALL
    return arguments.chosen("whose", Whose) or Whose.MINE


def asked(account: AccountInfo) -> ProblemFilter:
    """Return what the address narrows the list to and how it orders it."""
    mine = whose(account) is Whose.MINE
    return ProblemFilter(
        text=arguments.text("q"),
        group=arguments.chosen("list", ProblemGroup) or ProblemGroup.HANDLING,
        state=arguments.chosen("state", ProblemState),
        unit=arguments.text("unit"),
        category=arguments.chosen("category", ProblemCategory),
        difficulty=arguments.chosen("difficulty", Difficulty),
        overdue=arguments.flag("overdue"),
        units=frozenset(account.unit_ids) if mine else None,
        sort=arguments.chosen("sort", ProblemSort) or ProblemSort.URGENCY,
        descending=arguments.flag("desc"),
    )
