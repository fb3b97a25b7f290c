"""Remarks: who is concerned, who sees the files, what is refused and what the doctor says of lost files."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.factories import ACTOR, Desk, line, month, work
from tracker.core.errors import NotFound, Refused
from tracker.intake.attachments import Attachment, MediaType
from tracker.services.accounts import AccountInfo
from tracker.services.evidence_files import evidence_findings, path_of
from tracker.services.remarks import RemarkInfo, add_remark, involved_units, readable_file, remarks_of
from tracker.store.accounts import Role
from tracker.store.audit import AuditEntry
from tracker.store.problems import CoHandler, ProblemRow, ProblemState
from tracker.store.remarks import Remark, RemarkFile, RemarkKind
from tracker.store.roster import KeyProject, Subproject, Unit

PICTURE = Attachment("现场.jpg", MediaType.JPEG, b"pixels")


@pytest.fixture
def march(desk: Desk) -> Desk:
    """Return a desk with a line of 科技局 that 武进区 reports too, a line of 教育局 and a work of 科技局."""
    desk.roster(
        [
            line("甲", code="A-1", lead="市科技局", responsible=("武进区",)),
            line("乙", code="B-1", lead="市教育局"),
            work("调研", code="W-1", lead="市科技局"),
        ]
    )
    desk.open("2023-03")
    return desk


def units(desk: Desk) -> dict[str, int]:
    return {name: unit_id for unit_id, name in desk.all(Unit.id, Unit.name)}


def line_id(desk: Desk, code: str) -> int:
    return dict(desk.all(Subproject.code, Subproject.id))[code]


def say(desk: Desk, text: str, *files: Attachment, code: str = "A-1", unit: str = "市科技局") -> int:
    about, speaks = line_id(desk, code), units(desk)[unit]
    with desk.writing() as session:
        return add_remark(
            session,
            ACTOR,
            RemarkKind.LINE,
            about,
            text,
            desk.now,
            unit_id=speaks,
            files=files,
            folder=desk.attachments,
        )


def thread(desk: Desk, code: str = "A-1") -> tuple[RemarkInfo, ...]:
    with desk.looking() as session:
        return remarks_of(session, RemarkKind.LINE, [line_id(desk, code)]).get(line_id(desk, code), ())


def account(role: Role, *unit_ids: int) -> AccountInfo:
    return AccountInfo(1, "x", "x", role, (), False, False, 0, unit_ids)


def names(desk: Desk, kind: RemarkKind, object_id: int) -> set[str]:
    with desk.looking() as session:
        involved = involved_units(session, kind, object_id)
    return {name for name, unit_id in units(desk).items() if unit_id in involved}


def test_what_was_said_stands_in_order_with_unit_and_files(march: Desk) -> None:
    say(march, " 已到现场核实 ", PICTURE, PICTURE)
    say(march, "设备已经进场", unit="武进区")
    first, second = thread(march)
    assert (first.unit, first.text, [file.file_name for file in first.files]) == (
        "市科技局",
        "已到现场核实",
        ["现场.jpg"],
    )
    assert (second.unit, second.text, second.files) == ("武进区", "设备已经进场", ())
    assert thread(march, "B-1") == ()
    entries = march.all(AuditEntry.action, AuditEntry.object_kind, AuditEntry.object_id)
    assert entries.count(("remark.add", "line", "2023 A-1")) == 2


@pytest.mark.parametrize("text", ["", " \n ", "好", "长" * 2001])
def test_what_says_nothing_or_too_much_is_refused_and_leaves_nothing(march: Desk, text: str) -> None:
    before = march.all(AuditEntry.id)
    with pytest.raises(Refused) as refused:
        say(march, text, PICTURE)
    assert refused.value.problems[0].field == "text"
    assert (march.all(Remark.id), march.all(RemarkFile.id), march.all(AuditEntry.id)) == ([], [], before)


def test_files_are_for_whoever_is_concerned_the_office_and_leaders(march: Desk) -> None:
    say(march, "已到现场核实", PICTURE)
    (file,) = thread(march)[0].files
    known = units(march)
    with march.looking() as session:
        for unit in ("市科技局", "武进区"):
            assert readable_file(session, account(Role.REPORTER, known[unit]), file.id) == file
        for role in (Role.OFFICE, Role.LEADER):
            assert readable_file(session, account(role), file.id) == file
        for stranger in (account(Role.REPORTER, known["市教育局"]), account(Role.ADMINISTRATOR)):
            with pytest.raises(NotFound):
                readable_file(session, stranger, file.id)
        with pytest.raises(NotFound):
            readable_file(session, account(Role.OFFICE), file.id + 1)


def test_whom_each_kind_concerns(march: Desk) -> None:
    known = units(march)
    with march.writing() as session:
        problem = ProblemRow(
            subproject_id=line_id(march, "B-1"),
            raised_in=month("2023-03"),
            text="用地",
            state=ProblemState.RAISED,
            handler_id=known["武进区"],
            made_by="王敏",
            made_at=march.now,
        )
        session.add(problem)
        session.flush()
        session.add(CoHandler(problem_id=problem.id, unit_id=known["市科技局"]))
        problem_id = problem.id
    work_id = march.all(sa.select(KeyProject.id).where(KeyProject.code == "W-1").subquery().c.id)[0]
    assert names(march, RemarkKind.PROBLEM, problem_id) == {"市教育局", "武进区", "市科技局"}
    assert names(march, RemarkKind.LINE, line_id(march, "A-1")) == {"市科技局", "武进区"}
    assert names(march, RemarkKind.WORK, work_id) == {"市科技局"}
    for kind in RemarkKind:
        assert names(march, kind, 9999) == set()


def test_a_lost_file_is_a_finding(march: Desk) -> None:
    say(march, "已到现场核实", PICTURE)
    path = path_of(march.attachments, thread(march)[0].files[0].sha256)
    with march.looking() as session:
        assert evidence_findings(session, march.attachments) == []
    path.unlink()
    with march.looking() as session:
        (finding,) = evidence_findings(session, march.attachments)
    assert "现场.jpg" in finding
