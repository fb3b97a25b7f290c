"""Evidence: whose it is, when it may change, what stays of it, and what the doctor says of its files."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from tests.factories import ACTOR, Desk, at, line, month, work
from tracker.core.errors import NotFound, Refused, WrongState
from tracker.intake.attachments import Attachment, MediaType
from tracker.services.accounts import AccountInfo
from tracker.services.evidence import EvidenceInfo, evidence_of, may_read, readable_evidence
from tracker.services.evidence_changes import FILES, add_evidence, may_change, remove_evidence
from tracker.services.evidence_files import keep, path_of
from tracker.services.visibility import ReportObject, object_of
from tracker.store.accounts import Role
from tracker.store.audit import AuditEntry
from tracker.store.periods import PeriodRow, Reopening
from tracker.store.reports import Evidence
from tracker.store.roster import KeyProject, Unit

MARCH = month("2023-03")


@pytest.fixture
def march(desk: Desk) -> Desk:
    """Return a desk at which March takes reports for 甲 and a work (科技局) and 乙 (教育局)."""
    desk.roster(
        [
            line("甲", lead="市科技局"),
            line("乙", lead="市教育局"),
            line("丙", lead="市教育局", responsible=("市科技局",)),
            work("调研工作", lead="市科技局"),
        ]
    )
    desk.open("2023-03")
    return desk


def picture(name: str = "现场.jpg", content: bytes = b"pixels") -> Attachment:
    return Attachment(name, MediaType.JPEG, content)


def unit(desk: Desk, name: str = "市科技局") -> frozenset[int]:
    return frozenset(unit_id for unit_id, found in desk.all(Unit.id, Unit.name) if found == name)


def code_of(desk: Desk, name: str) -> str:
    return desk.codes().get(name) or dict(desk.all(KeyProject.name, KeyProject.code))[name]


def about(desk: Desk, name: str) -> ReportObject:
    with desk.looking() as session:
        return object_of(session, 2023, code_of(desk, name))


def add(desk: Desk, name: str = "甲", *files: Attachment, who: str = "市科技局") -> tuple[EvidenceInfo, ...]:
    units, code = unit(desk, who), code_of(desk, name)
    with desk.writing() as session:
        return add_evidence(
            session, ACTOR, units, MARCH, code, files or (picture(),), desk.attachments, desk.now
        )


def remove(desk: Desk, evidence_id: int, name: str = "甲", who: str = "市科技局") -> None:
    units, code = unit(desk, who), code_of(desk, name)
    with desk.writing() as session:
        remove_evidence(session, ACTOR, units, MARCH, code, evidence_id, desk.now)


def standing(desk: Desk, name: str = "甲", **options: Any) -> list[str]:
    found = about(desk, name)
    with desk.looking() as session:
        return [info.file_name for info in evidence_of(session, MARCH, found.work, found.id, **options)]


def reopen(desk: Desk, until: str, **what: int) -> None:
    with desk.writing() as session:
        row = session.scalars(sa.select(PeriodRow)).one()
        session.add(
            Reopening(
                period_id=row.id, reason="漏报", until=at(until), made_by=ACTOR.name, made_at=desk.now, **what
            )
        )


def account(role: Role, units: frozenset[int] = frozenset()) -> AccountInfo:
    return AccountInfo(1, "a", "甲", role, (), False, False, 1, unit_ids=tuple(units))


@pytest.mark.parametrize("name", ["甲", "丙", "调研工作"])
def test_a_file_is_listed_and_kept_by_its_hash_for_its_owner_alone(march: Desk, name: str) -> None:
    (info,) = add(march, name)
    path = path_of(march.attachments, info.sha256)
    assert path.read_bytes() == b"pixels"
    assert path.parent.name == info.sha256[:2]
    assert path.stat().st_mode & 0o777 == 0o600
    assert [found.name for found in path.parent.iterdir()] == [info.sha256], "nothing half-written stays"
    assert standing(march, name) == ["现场.jpg"]
    (entry,) = march.all(AuditEntry.after, AuditEntry.action, AuditEntry.address)[-1:]
    assert entry[1:] == ("evidence.add", "127.0.0.1")
    assert (entry[0]["code"], entry[0]["sha256"]) == (code_of(march, name), info.sha256)


def test_the_same_file_twice_is_one_piece_of_evidence(march: Desk) -> None:
    first = add(march, "甲", picture(), picture("别名.jpg"))
    again = add(march, "甲", picture("再来.jpg"))
    assert {info.id for info in first} == {info.id for info in again}
    assert len(march.all(Evidence.id)) == 1
    # For another line it is another one, though the bytes lie there once.
    add(march, "丙")
    assert len(march.all(Evidence.id)) == 2
    assert len([path for path in march.attachments.rglob("*") if path.is_file()]) == 1


def test_an_eleventh_file_is_refused_and_nothing_of_its_batch_is_written(march: Desk) -> None:
    add(march, "甲", *(picture(f"{number}.jpg", b"%d" % number) for number in range(FILES - 1)))
    with pytest.raises(Refused) as error:
        add(march, "甲", picture("十.jpg", b"ten"), picture("十一.jpg", b"eleven"))
    (problem,) = error.value.problems
    assert (problem.field, problem.subject) == ("evidence", code_of(march, "甲"))
    assert "每份月报最多 10 个佐证材料，已有 9 个" in problem.sentence()
    assert len(standing(march)) == FILES - 1
    add(march, "甲", picture("十.jpg", b"ten"), picture("又一次.jpg", b"0"))
    assert len(standing(march)) == FILES


def test_what_was_taken_away_stays_readable_for_the_revision_it_was_for(march: Desk) -> None:
    (info,) = add(march)
    remove(march.on("2023-04-05"), info.id)
    assert standing(march) == []
    assert standing(march, at=at("2023-04-04", 12)) == ["现场.jpg"]
    assert standing(march, at=at("2023-04-04", 9)) == []
    assert standing(march, at=at("2023-04-06")) == []
    with march.looking() as session:
        found = readable_evidence(session, account(Role.OFFICE), info.id)
    assert (found.removed_by, found.removed_at) == (ACTOR.name, at("2023-04-05"))
    assert path_of(march.attachments, info.sha256).is_file()
    assert march.all(AuditEntry.action)[-1] == "evidence.remove"
    # Again changes nothing, and the same file can be handed in anew.
    entries = len(march.all(AuditEntry.id))
    remove(march.on("2023-04-06"), info.id)
    assert len(march.all(AuditEntry.id)) == entries
    assert add(march)[0].id != info.id


@pytest.mark.parametrize(("name", "who"), [("乙", "市科技局"), ("甲", "市教育局"), ("调研工作", "市教育局")])
def test_another_units_line_is_not_found(march: Desk, name: str, who: str) -> None:
    with pytest.raises(NotFound):
        add(march, name, who=who)
    assert march.all(Evidence.id) == []
    assert not march.attachments.exists(), "nothing is kept of what was not allowed"


def test_evidence_is_taken_away_only_through_its_own_line_and_month(march: Desk) -> None:
    (info,) = add(march, "甲")
    for name, who in (("丙", "市科技局"), ("调研工作", "市科技局"), ("乙", "市教育局")):
        with pytest.raises(NotFound):
            remove(march, info.id, name, who)
    with pytest.raises(NotFound):
        remove(march, info.id + 1)
    assert standing(march) == ["现场.jpg"]


def test_a_closed_month_takes_no_evidence_unless_it_was_reopened_for_it(march: Desk) -> None:
    (info,) = add(march)
    march.on("2023-04-10").close("2023-03")

    def refused() -> None:
        with march.looking() as session:
            assert not may_change(session, unit(march), MARCH, about(march, "甲"), march.now)
        with pytest.raises(WrongState, match="不接收"):
            add(march, "甲", picture("迟.jpg", b"late"))
        with pytest.raises(WrongState, match="不接收"):
            remove(march, info.id)

    refused()
    reopen(march, "2023-04-20", subproject_id=about(march, "丙").id)
    refused()
    reopen(march, "2023-04-20", unit_id=next(iter(unit(march))))
    with march.looking() as session:
        assert may_change(session, unit(march), MARCH, about(march, "甲"), march.now)
        assert not may_change(session, unit(march, "市教育局"), MARCH, about(march, "乙"), march.now)
    add(march, "甲", picture("迟.jpg", b"late"))
    march.on("2023-04-21")
    refused()


def test_a_month_that_was_never_opened_takes_none(march: Desk) -> None:
    with march.writing() as session, pytest.raises(NotFound):
        add_evidence(
            session,
            ACTOR,
            unit(march),
            month("2023-05"),
            code_of(march, "甲"),
            (picture(),),
            march.attachments,
            march.now,
        )


@pytest.mark.parametrize(
    ("role", "who", "reads"),
    [
        (Role.OFFICE, "", True),
        (Role.LEADER, "", True),
        (Role.ADMINISTRATOR, "", False),
        (Role.REPORTER, "市科技局", True),
        (Role.REPORTER, "市教育局", False),
        (Role.REPORTER, "", False),
    ],
)
@pytest.mark.parametrize("name", ["甲", "调研工作"])
def test_who_reads(march: Desk, role: Role, who: str, reads: bool, name: str) -> None:
    (info,) = add(march, name)
    reader = account(role, unit(march, who))
    with march.looking() as session:
        assert may_read(session, reader, about(march, name)) is reads
        if reads:
            assert readable_evidence(session, reader, info.id) == info
        else:
            with pytest.raises(NotFound):
                readable_evidence(session, reader, info.id)


def test_the_doctor_names_lost_and_changed_files(march: Desk) -> None:
    first, second = add(march, "甲", picture("一.jpg", b"one"), picture("二.jpg", b"two"))
    assert march.doctor() == []
    path_of(march.attachments, first.sha256).write_bytes(b"One")
    path_of(march.attachments, second.sha256).unlink()
    changed, lost = march.doctor()
    assert "被改动过：一.jpg" in changed
    assert "不见了：二.jpg" in lost
    assert second.sha256 in lost
    # Handing the same files in again mends both.
    add(march, "甲", picture("一.jpg", b"one"), picture("二.jpg", b"two"))
    assert march.doctor() == []


def test_a_file_that_cannot_be_written_leaves_nothing_behind(
    march: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tracker.services.evidence_files.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        add(march)
    assert march.all(Evidence.id) == []
    assert [path for path in march.attachments.rglob("*") if path.is_file()] == []
    monkeypatch.undo()
    assert keep(march.attachments, b"pixels")
