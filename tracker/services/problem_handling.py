"""Owns what units do about a problem: telling how it goes, finishing a part of it, and saying that it is solved."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.errors import NotFound, Problem, Refused, WrongState
from tracker.intake.attachments import FIELD, Attachment
from tracker.services.actors import Actor
from tracker.services.problem_claims import claimed_problem, require_state, stepped
from tracker.services.problems import telling_unit
from tracker.services.reasons_given import required_reason
from tracker.services.remarks import add_remark
from tracker.services.subjects import subject_of
from tracker.store.problems import CoHandler, ProblemRow, ProblemState
from tracker.store.remarks import RemarkKind
from tracker.store.roster import Unit


def remark(
    session: Session,
    actor: Actor,
    problem_id: int,
    text: str,
    files: Sequence[Attachment],
    folder: Path,
    now: datetime,
    unit_ids: Collection[int] | None = None,
) -> None:
    """Say how it goes, with files; `unit_ids` are the speaker's units, None for the office.

    The first word of a unit that handles or helps sets an assigned problem in progress. Nothing here rests on how
    the problem stood when the page was made, so that two units can write at once. Raise NotFound for a problem that
    involves none of the units, WrongState once it is closed out, Refused for a text that says nothing.
    """
    row = claimed_problem(session, problem_id, unit_ids)
    if row.state is ProblemState.CLOSED_OUT:
        raise WrongState("问题已经销号，不能再写进展；有新的情况请另提一个问题。")
    speaker = None if unit_ids is None else _speaker(session, row, unit_ids)
    acts = speaker is not None and speaker in (row.handler_id, *_helpers(session, row))
    if row.state is ProblemState.ASSIGNED and acts:
        stepped(session, actor, row, ProblemState.IN_PROGRESS, now, "problem.begin")
    _say(session, actor, row, text, files, folder, now, speaker)


def finish_part(
    session: Session,
    actor: Actor,
    problem_id: int,
    unit_ids: Collection[int],
    seen: str,
    text: str,
    files: Sequence[Attachment],
    folder: Path,
    now: datetime,
) -> None:
    """Say that the part of a helping unit is done, and what was done.

    Raise NotFound, Overtaken, WrongState for a unit that does not help or has finished already, Refused.
    """
    row = claimed_problem(session, problem_id, unit_ids, seen)
    require_state(row, "办结协办事项", ProblemState.ASSIGNED, ProblemState.IN_PROGRESS)
    parts = session.scalars(
        sa.select(CoHandler)
        .where(CoHandler.problem_id == row.id, CoHandler.unit_id.in_(unit_ids))
        .order_by(CoHandler.done_at.is_not(None), CoHandler.id)
    ).all()
    if not parts:
        raise WrongState("本单位不是这个问题的协办单位，不能办结协办事项。")
    part = parts[0]
    name = _name(session, part.unit_id)
    if part.done_at is not None:
        raise WrongState(f"{name}的协办事项已经办结。")
    part.done_at = now
    stepped(
        session,
        actor,
        row,
        ProblemState.IN_PROGRESS,
        now,
        "problem.part_done",
        reason=f"{name}办结协办事项",
        after={"unit": name},
    )
    _say(session, actor, row, text, files, folder, now, part.unit_id, "办结情况")


def resolve(
    session: Session,
    actor: Actor,
    problem_id: int,
    unit_ids: Collection[int],
    seen: str,
    text: str,
    files: Sequence[Attachment],
    without_files: str,
    folder: Path,
    now: datetime,
) -> None:
    """Say that the problem is solved, how, and prove it with files, or say why there are none (`without_files`).

    Raise NotFound, Overtaken, WrongState for any other unit than the handler, Refused with what is missing.
    """
    row = claimed_problem(session, problem_id, unit_ids, seen)
    require_state(row, "申请销号", ProblemState.ASSIGNED, ProblemState.IN_PROGRESS)
    if row.handler_id is None or row.handler_id not in unit_ids:
        raise WrongState("只有主办单位才能申请销号。")
    problems: list[Problem] = []
    reason = ""
    try:
        required_reason(text, "解决情况", "text")
    except Refused as refusal:
        problems += refusal.problems
    if not files:
        try:
            reason = required_reason(without_files, "没有佐证材料的原因", "without_files")
        except Refused:
            what = "没有佐证材料，也没有写明原因"
            problems.append(Problem(what, "请上传图片或 PDF，或写明没有佐证材料的原因", field=FIELD))
    if problems:
        raise Refused(tuple(problems))
    told = f"未附佐证材料：{reason}" if reason else ""
    stepped(
        session,
        actor,
        row,
        ProblemState.RESOLVED,
        now,
        "problem.resolve",
        reason=told,
        after={"reason": told} if told else None,
    )
    _say(session, actor, row, text, files, folder, now, row.handler_id, "解决情况")


def _say(
    session: Session,
    actor: Actor,
    row: ProblemRow,
    text: str,
    files: Sequence[Attachment],
    folder: Path,
    now: datetime,
    unit_id: int | None,
    what: str = "进展或意见",
) -> None:
    add_remark(
        session,
        actor,
        RemarkKind.PROBLEM,
        row.id,
        text,
        now,
        unit_id=unit_id,
        files=files,
        folder=folder,
        what=what,
    )


def _speaker(session: Session, row: ProblemRow, unit_ids: Collection[int]) -> int | None:
    """Return in whose name somebody of several units speaks: the handler's, a helper's, the raiser's, the line's."""
    for unit_id in (row.handler_id, *_helpers(session, row), row.unit_id):
        if unit_id is not None and unit_id in unit_ids:
            return unit_id
    subject = subject_of(session, row.subproject_id, row.key_project_id)
    if subject is None:
        raise NotFound("问题", str(row.id))
    return telling_unit(session, subject, unit_ids)


def _helpers(session: Session, row: ProblemRow) -> list[int]:
    return list(
        session.scalars(
            sa.select(CoHandler.unit_id).where(CoHandler.problem_id == row.id).order_by(CoHandler.id)
        )
    )


def _name(session: Session, unit_id: int) -> str:
    return session.get_one(Unit, unit_id).name
