"""Owns what is said about a problem, notice, action, line or work as it goes on, with the files that came along."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.errors import NotFound
from tracker.intake.attachments import Attachment, MediaType
from tracker.services import audit
from tracker.services.accounts import AccountInfo
from tracker.services.actors import Actor
from tracker.services.evidence_files import keep
from tracker.services.reasons_given import required_reason
from tracker.services.subjects import subject_of
from tracker.services.visibility import ReportObject, reporting_units, units_of_problem
from tracker.store.accounts import Role
from tracker.store.meetings import Action
from tracker.store.notices import Notice
from tracker.store.problems import CoHandler, ProblemRow
from tracker.store.remarks import Remark, RemarkFile, RemarkKind
from tracker.store.roster import KeyProject, Subproject, Unit

#: A word may be as short as 收到; a reason has to say more.
LEAST_LETTERS = 2


@dataclass(frozen=True, slots=True)
class RemarkFileInfo:
    """A file that came with a remark; `size` is in bytes."""

    id: int
    file_name: str
    media_type: MediaType
    size: int
    sha256: str

    @property
    def is_picture(self) -> bool:
        """Return whether a browser shows it inside a page."""
        return self.media_type is not MediaType.PDF


@dataclass(frozen=True, slots=True)
class RemarkInfo:
    """One remark; `unit` is empty where the office or a leader speaks."""

    id: int
    unit: str
    text: str
    made_by: str
    made_at: datetime
    files: tuple[RemarkFileInfo, ...] = ()


def add_remark(
    session: Session,
    actor: Actor,
    kind: RemarkKind,
    object_id: int,
    text: str,
    now: datetime,
    *,
    unit_id: int | None = None,
    files: Sequence[Attachment] = (),
    folder: Path | None = None,
    what: str = "内容",
) -> int:
    """Write a remark with its files, already made safe, and return its id; whether the actor may is asked before.

    `unit_id` is the unit in whose name it is said, None for the office; `folder` is the instance's folder of
    attachments. Raise Refused, naming the text as `what`, for one that says nothing or too much.
    """
    row = Remark(
        kind=kind,
        object_id=object_id,
        unit_id=unit_id,
        text=required_reason(text, what, "text", LEAST_LETTERS),
        made_by=actor.name,
        made_at=now,
    )
    audit.claim_trail(session)
    session.add(row)
    session.flush()
    handed_in = {hashlib.sha256(file.content).hexdigest(): file for file in files}
    for sha256, file in handed_in.items():
        if folder is None:
            raise ValueError("files need a folder to lie in")
        keep(folder, file.content)
        session.add(
            RemarkFile(
                remark_id=row.id,
                file_name=file.name,
                media_type=file.media_type.value,
                size=len(file.content),
                sha256=sha256,
            )
        )
    after = {"text": row.text, "files": [file.name for file in handed_in.values()]}
    audit.record(
        session, actor, now, "remark.add", kind.value, _audit_id(session, kind, object_id), after=after
    )
    return row.id


def remarks_of(
    session: Session, kind: RemarkKind, object_ids: Collection[int]
) -> dict[int, tuple[RemarkInfo, ...]]:
    """Return the remarks about each of these objects, oldest first; an object without any is left out."""
    if not object_ids:
        return {}
    rows = session.execute(
        sa.select(Remark, Unit.name)
        .outerjoin(Unit, Unit.id == Remark.unit_id)
        .where(Remark.kind == kind, Remark.object_id.in_(object_ids))
        .order_by(Remark.id)
    ).all()
    files: dict[int, list[RemarkFileInfo]] = defaultdict(list)
    for file in session.scalars(
        sa.select(RemarkFile)
        .where(RemarkFile.remark_id.in_([remark.id for remark, _ in rows]))
        .order_by(RemarkFile.id)
    ):
        files[file.remark_id].append(_file_info(file))
    found: dict[int, list[RemarkInfo]] = defaultdict(list)
    for remark, unit in rows:
        found[remark.object_id].append(
            RemarkInfo(
                remark.id, unit or "", remark.text, remark.made_by, remark.made_at, tuple(files[remark.id])
            )
        )
    return {object_id: tuple(remarks) for object_id, remarks in found.items()}


def involved_units(session: Session, kind: RemarkKind, object_id: int) -> frozenset[int]:
    """Return the units that a matter concerns: they may speak about it, and see what came with it.

    A problem concerns whoever reports its line or work, raised it, handles it or helps; a notice and an action
    the unit that they are for; a line and a work the units that report them. What does not exist concerns none.
    """
    if kind is RemarkKind.PROBLEM:
        return _units_of_problem(session, object_id)
    if kind is RemarkKind.NOTICE:
        return _one(session.scalar(sa.select(Notice.unit_id).where(Notice.id == object_id)))
    if kind is RemarkKind.ACTION:
        return _one(session.scalar(sa.select(Action.unit_id).where(Action.id == object_id)))
    return _reporting(session, kind is RemarkKind.WORK, object_id)


def readable_file(session: Session, account: AccountInfo, file_id: int) -> RemarkFileInfo:
    """Return a file that the account may read; raise NotFound for any other, so that none is betrayed."""
    row = session.execute(
        sa.select(RemarkFile, Remark.kind, Remark.object_id)
        .join(Remark, Remark.id == RemarkFile.remark_id)
        .where(RemarkFile.id == file_id)
    ).first()
    if row is not None:
        file, kind, object_id = row
        involved = involved_units(session, kind, object_id)
        if account.role in (Role.OFFICE, Role.LEADER) or (
            account.role is Role.REPORTER and involved & frozenset(account.unit_ids)
        ):
            return _file_info(file)
    raise NotFound("佐证材料", str(file_id))


def _audit_id(session: Session, kind: RemarkKind, object_id: int) -> str:
    """Return by what the audit trail knows the object: a line and a work by year and code, all else by its number."""
    if kind not in (RemarkKind.LINE, RemarkKind.WORK):
        return str(object_id)
    about = subject_of(session, *((None, object_id) if kind is RemarkKind.WORK else (object_id, None)))
    return str(object_id) if about is None else f"{about.year} {about.code}"


def _units_of_problem(session: Session, problem_id: int) -> frozenset[int]:
    problem = session.get(ProblemRow, problem_id)
    if problem is None:
        return frozenset()
    helpers = session.scalars(sa.select(CoHandler.unit_id).where(CoHandler.problem_id == problem_id))
    work = problem.subproject_id is None
    object_id = problem.key_project_id if work else problem.subproject_id
    return units_of_problem(problem, helpers, _reporting(session, work, object_id or 0))


def _reporting(session: Session, work: bool, object_id: int) -> frozenset[int]:
    row = session.get(KeyProject, object_id) if work else session.get(Subproject, object_id)
    if row is None:
        return frozenset()
    return reporting_units(session, ReportObject(work, row.id, row.year, row.code, row.name))


def _one(unit_id: int | None) -> frozenset[int]:
    return frozenset() if unit_id is None else frozenset({unit_id})


def _file_info(row: RemarkFile) -> RemarkFileInfo:
    return RemarkFileInfo(row.id, row.file_name, MediaType(row.media_type), row.size, row.sha256)
