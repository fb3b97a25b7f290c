"""Owns the fields of a problem's forms: what was typed, as the services take it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from flask import request

from tracker.core.errors import Problem, Refused
from tracker.services.problem_assigning import MOST_PARTS, Assignment, Part
from tracker.services.problem_list import ProblemInfo
from tracker.store.problems import Difficulty, ProblemCategory
from tracker.web import posted

Choice = TypeVar("Choice", bound=StrEnum)
#: So many rows for helping units stand empty below those that are taken.
EMPTY_PARTS = 2


def chosen(name: str, choices: type[Choice]) -> Choice | None:
    """Return the member of `choices` that a field of the form names."""
    try:
        return choices(posted.text(name))
    except ValueError:
        return None


def typed_texts() -> dict[str, str]:
    """Return the texts of the form that was sent, so that it can be shown again."""
    return {name: posted.text(name) for name in list(request.form)[:60] if name != "csrf_token"}


def assignment() -> Assignment:
    """Return the assignment that was typed; raise Refused for a day that is none."""
    problems: list[Problem] = []
    parts: list[Part] = []
    for number in range(MOST_PARTS + 2 * EMPTY_PARTS):
        unit = posted.whole(f"part.{number}.unit")
        until = _day(f"part.{number}.deadline", "parts", problems)
        if unit is not None:
            parts.append(Part(unit, until))
        elif until is not None:
            problems.append(Problem("填了协办期限，没有选协办单位", "请选择单位，或清除日期", field="parts"))
    deadline = _day("deadline", "deadline", problems)
    if problems:
        raise Refused(tuple(problems))
    return Assignment(
        posted.whole("handler"),
        deadline,
        tuple(parts),
        chosen("category", ProblemCategory),
        chosen("difficulty", Difficulty),
    )


def assignment_typed(problem: ProblemInfo) -> Mapping[str, str]:
    """Return the form of an assignment as it stands; the lead unit is proposed where none handles it yet."""
    handler = problem.handler_id or problem.subject.lead_id
    told = {
        "handler": "" if handler is None else str(handler),
        "deadline": _said(problem.deadline),
        "category": problem.category or "",
        "difficulty": problem.difficulty or "",
        "reason": "",
    }
    for number, part in enumerate(problem.co_handlers):
        told[f"part.{number}.unit"] = str(part.unit_id)
        told[f"part.{number}.deadline"] = _said(part.deadline)
    return told


def part_rows(typed: Mapping[str, str]) -> int:
    """Return how many rows for helping units the form shows: those taken, and some empty ones."""
    taken = [number for number in range(MOST_PARTS + EMPTY_PARTS) if typed.get(f"part.{number}.unit")]
    return max(taken, default=-1) + 1 + EMPTY_PARTS


def _day(name: str, field: str, problems: list[Problem]) -> date | None:
    told = posted.text(name)
    found = posted.day(name)
    if told and found is None:
        problems.append(Problem("日期无法识别", "请按 2023-04-20 的样子填写", told[:20], field=field))
    return found


def _said(day: date | None) -> str:
    return "" if day is None else day.isoformat()
