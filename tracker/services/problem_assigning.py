"""Owns the office's assignment of a problem (交办): who solves it, who helps, until when; and what kind it is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker import clock
from tracker.core.errors import Problem, Refused, WrongState
from tracker.core.said import TEXT_LENGTH
from tracker.services.actors import Actor
from tracker.services.problem_claims import claimed_problem, require_state, stepped
from tracker.services.problems import CATEGORY_WORDS, DIFFICULTY_WORDS
from tracker.services.reasons_given import required_reason
from tracker.store.problems import CoHandler, Difficulty, ProblemCategory, ProblemRow, ProblemState
from tracker.store.roster import Unit

#: A deadline further away than so many years is a slip of the pen.
LONGEST_YEARS = 2
#: How many units can be asked to help.
MOST_PARTS = 12


@dataclass(frozen=True, slots=True)
class Part:
    """A unit that is asked to help; without a deadline of its own it has the problem's."""

    unit_id: int
    deadline: date | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who has to solve a problem until when, who helps, and what kind it is."""

    handler_id: int | None
    deadline: date | None
    parts: tuple[Part, ...] = ()
    category: ProblemCategory | None = None
    difficulty: Difficulty | None = None


def assign(
    session: Session,
    actor: Actor,
    problem_id: int,
    seen: str,
    wanted: Assignment,
    reason: str,
    now: datetime,
) -> None:
    """Assign a raised problem, or change the assignment of one that is being handled.

    `reason` says what is asked for and may be empty the first time; a change needs one. Another handler begins
    anew: the problem is assigned again. Raise NotFound, Overtaken, WrongState once it is resolved, and Refused
    with every problem of the form.
    """
    row = claimed_problem(session, problem_id, seen=seen)
    require_state(
        row,
        "交办或调整交办",
        ProblemState.RAISED,
        ProblemState.ASSIGNED,
        ProblemState.IN_PROGRESS,
    )
    standing = _parts(session, problem_id)
    names: dict[int, str] = dict(session.execute(sa.select(Unit.id, Unit.name)).all())
    problems = list(_problems(row, standing, wanted, names, now.astimezone(clock.ZONE).date()))
    first = row.state is ProblemState.RAISED
    told = reason.strip()
    try:
        if not first:
            told = required_reason(reason, "调整的原因")
        elif len(told) > TEXT_LENGTH:
            problems.append(Problem(f"交办要求超过 {TEXT_LENGTH} 个字", "请写得简短一些", field="reason"))
    except Refused as refusal:
        problems += refusal.problems
    before, after = _told(row, standing, names), _wished(wanted, names)
    if not first and not problems and before == after:
        problems.append(Problem("交办内容没有变化", "请修改主办、协办、期限或分类后再保存", field="handler"))
    if problems:
        raise Refused(tuple(problems))
    begins = first or row.handler_id != wanted.handler_id
    _write(session, row, standing, wanted)
    stepped(
        session,
        actor,
        row,
        ProblemState.ASSIGNED if begins else row.state,
        now,
        "problem.assign" if first else "problem.reassign",
        reason=_sentence(wanted, names, told, first=first),
        before={name: value for name, value in before.items() if value != after[name]},
        after={name: value for name, value in after.items() if value != before[name]}
        | ({"reason": told} if told else {}),
    )


def classify(
    session: Session,
    actor: Actor,
    problem_id: int,
    seen: str,
    category: ProblemCategory | None,
    difficulty: Difficulty | None,
    now: datetime,
    unit_ids: Collection[int] | None = None,
) -> None:
    """Say what kind of obstacle it is and how hard; units (`unit_ids`) say so until the office has assigned it.

    Raise NotFound, Overtaken, WrongState, and Refused when nothing is said or nothing changes.
    """
    row = claimed_problem(session, problem_id, unit_ids, seen)
    if unit_ids is not None and row.state is not ProblemState.RAISED:
        raise WrongState("问题已经交办，类别和难度由督查室调整。")
    if row.state is ProblemState.CLOSED_OUT:
        raise WrongState("问题已经销号，不能再改类别和难度。")
    if category is None and difficulty is None:
        raise Refused((Problem("没有选择类别和难度", "请至少选择一项", field="category"),))
    before = {"category": row.category, "difficulty": row.difficulty}
    after = {"category": category or row.category, "difficulty": difficulty or row.difficulty}
    if before == after:
        raise Refused((Problem("类别和难度没有变化", "请修改后再保存", field="category"),))
    row.category, row.difficulty = category or row.category, difficulty or row.difficulty
    stepped(
        session,
        actor,
        row,
        row.state,
        now,
        "problem.classify",
        reason=_kind(row.category, row.difficulty),
        before={name: value for name, value in before.items() if value != after[name]},
        after={name: value for name, value in after.items() if value != before[name]},
    )


def _parts(session: Session, problem_id: int) -> list[CoHandler]:
    return list(
        session.scalars(sa.select(CoHandler).where(CoHandler.problem_id == problem_id).order_by(CoHandler.id))
    )


def _problems(
    row: ProblemRow, standing: Sequence[CoHandler], wanted: Assignment, names: dict[int, str], today: date
) -> list[Problem]:
    """Return what is wrong with the wished assignment; a day that has passed is no news where it stood before."""
    found: list[Problem] = []
    if wanted.handler_id is None or wanted.handler_id not in names:
        found.append(Problem("没有选择主办单位", "请选择负责解决的单位", field="handler"))
    if wanted.deadline is None:
        found.append(Problem("没有填办结期限", "请选择日期", field="deadline"))
    else:
        found += _day_problems("办结期限", wanted.deadline, row.deadline, today, "deadline")
    if wanted.category is None:
        found.append(Problem("没有选择问题类别", "请选择一类", field="category"))
    if wanted.difficulty is None:
        found.append(Problem("没有选择难度", "请选择由谁才能解决", field="difficulty"))
    return found + _part_problems(standing, wanted, names, today)


def _part_problems(
    standing: Sequence[CoHandler], wanted: Assignment, names: dict[int, str], today: date
) -> list[Problem]:
    before = {part.unit_id: part.deadline for part in standing}
    units = [part.unit_id for part in wanted.parts]
    told: list[tuple[str, str]] = []
    found: list[Problem] = []
    for part in wanted.parts:
        name = names.get(part.unit_id, "")
        if not name:
            told.append(("没有这个协办单位", "请重新选择"))
        elif part.unit_id == wanted.handler_id:
            told.append((f"{name}既是主办又是协办", "请去掉其中一个"))
        elif part.deadline is not None:
            label = f"{name}的协办期限"
            found += _day_problems(label, part.deadline, before.get(part.unit_id), today, "parts")
            if wanted.deadline is not None and part.deadline > wanted.deadline:
                told.append((f"{label} {part.deadline} 晚于问题的办结期限", "请改早，或推迟办结期限"))
    if len(set(units)) < len(units):
        told.append(("同一个单位选了两次协办", "请去掉重复的"))
    if len(units) > MOST_PARTS:
        told.append((f"协办单位超过 {MOST_PARTS} 个", "请减少协办单位"))
    return [*found, *(Problem(what, mend, field="parts") for what, mend in told)]


def _day_problems(label: str, day: date, before: date | None, today: date, field: str) -> list[Problem]:
    if day == before:
        return []
    if day < today:
        return [Problem(f"{label}已经过去", f"请选择 {today} 或以后的日期", f"{day}", field=field)]
    if day.year > today.year + LONGEST_YEARS:
        return [
            Problem(
                f"{label}太远", f"请选择 {today.year + LONGEST_YEARS} 年底以前的日期", f"{day}", field=field
            )
        ]
    return []


def _write(session: Session, row: ProblemRow, standing: Sequence[CoHandler], wanted: Assignment) -> None:
    row.handler_id, row.deadline = wanted.handler_id, wanted.deadline
    row.category, row.difficulty = wanted.category, wanted.difficulty
    kept = {part.unit_id: part for part in standing}
    for part in wanted.parts:
        known = kept.pop(part.unit_id, None)
        day = part.deadline or wanted.deadline
        if known is None:
            session.add(CoHandler(problem_id=row.id, unit_id=part.unit_id, deadline=day))
        else:
            known.deadline = day
    for gone in kept.values():
        session.delete(gone)


def _told(row: ProblemRow, standing: Sequence[CoHandler], names: dict[int, str]) -> dict[str, Any]:
    wanted = Assignment(
        row.handler_id,
        row.deadline,
        tuple(Part(part.unit_id, part.deadline) for part in standing),
        row.category,
        row.difficulty,
    )
    return _wished(wanted, names)


def _wished(wanted: Assignment, names: dict[int, str]) -> dict[str, Any]:
    """Return an assignment as the audit trail keeps it."""
    return {
        "handler": "" if wanted.handler_id is None else names.get(wanted.handler_id, ""),
        "deadline": None if wanted.deadline is None else wanted.deadline.isoformat(),
        "co_handlers": sorted(
            f"{names.get(part.unit_id, '')} {part.deadline or wanted.deadline or ''}".strip()
            for part in wanted.parts
        ),
        "category": wanted.category,
        "difficulty": wanted.difficulty,
    }


def _sentence(wanted: Assignment, names: dict[int, str], reason: str, *, first: bool) -> str:
    """Return what the history says of an assignment."""
    helpers = "、".join(
        f"{names[part.unit_id]}（{part.deadline or wanted.deadline} 前）" for part in wanted.parts
    )
    told = [
        f"主办：{names[wanted.handler_id or 0]}，{wanted.deadline} 前办结",
        f"协办：{helpers}" if helpers else "",
        _kind(wanted.category, wanted.difficulty),
        f"{'要求' if first else '原因'}：{reason}" if reason else "",
    ]
    return "；".join(part for part in told if part)


def _kind(category: ProblemCategory | None, difficulty: Difficulty | None) -> str:
    told = [
        "" if category is None else f"类别：{CATEGORY_WORDS[category]}",
        "" if difficulty is None else f"难度：{DIFFICULTY_WORDS[difficulty]}",
    ]
    return "，".join(part for part in told if part)
