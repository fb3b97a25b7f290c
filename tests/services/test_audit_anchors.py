"""Cutting off the newest entries, or writing the whole chain anew, is seen by the anchors beside the database."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.factories import ACTOR, Desk, at
from tests.services.tampering import unguarded
from tracker.services import audit
from tracker.services.audit_anchors import anchor_findings, drop_anchor, drop_anchor_when_due
from tracker.services.doctor import findings
from tracker.store.audit import AuditEntry


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return where the anchors stand."""
    return tmp_path / "audit.anchors"


@pytest.fixture
def anchored(desk: Desk, file: Path) -> Desk:
    """Return a desk with five entries, an anchor after the third and one after the fifth."""
    for number in range(5):
        write(desk, str(number))
        if number in (2, 4):
            drop(desk, file)
    return desk


def write(desk: Desk, what: str) -> None:
    with desk.writing() as session:
        audit.record(session, ACTOR, desk.now, "unit.rename", "unit", what, after={"name": what})


def drop(desk: Desk, file: Path) -> None:
    with desk.looking() as session:
        drop_anchor(session, file, desk.now)


def found(desk: Desk, file: Path) -> list[str]:
    with desk.looking() as session:
        assert findings(session, desk.briefings, file) == findings(session, desk.briefings) + anchor_findings(
            session, file
        )
        return anchor_findings(session, file)


def test_an_untouched_trail_holds_its_anchors(anchored: Desk, file: Path) -> None:
    assert found(anchored, file) == []
    write(anchored, "later")
    assert found(anchored, file) == [], "what came after the last anchor is no fault"


def test_without_a_file_or_entries_there_is_nothing_to_find(desk: Desk, file: Path) -> None:
    assert found(desk, file) == []
    drop(desk, file)
    assert not file.exists(), "an empty trail needs no anchor"


def test_the_newest_entries_cut_off_are_missed(anchored: Desk, file: Path) -> None:
    last = max(anchored.all(AuditEntry.id))
    with unguarded(anchored, "audit_entry") as session:
        session.execute(sa.delete(AuditEntry).where(AuditEntry.id == last))
        assert audit.first_broken(session) is None, "the chain alone does not show it"
    (told,) = found(anchored, file)
    assert f"第 {last} 条" in told
    assert "不见了" in told
    assert "备份" in told


def test_other_entries_in_the_place_of_those_cut_off_are_found(anchored: Desk, file: Path) -> None:
    last = max(anchored.all(AuditEntry.id))
    with unguarded(anchored, "audit_entry") as session:
        session.execute(sa.delete(AuditEntry).where(AuditEntry.id == last))
    with anchored.writing() as session:
        audit.record(session, ACTOR, anchored.now, "unit.rename", "unit", "else", after={"name": "else"})
        newest = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
        # On PostgreSQL ids are not used twice; whoever forges an entry gives it the old one.
        if newest.id != last:
            session.execute(sa.text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
            session.execute(sa.update(AuditEntry).where(AuditEntry.id == newest.id).values(id=last))
    with anchored.looking() as session:
        assert audit.first_broken(session) is None, "the forged chain holds in itself"
    (told,) = found(anchored, file)
    assert "内容不同" in told


def test_everything_deleted_is_missed(anchored: Desk, file: Path) -> None:
    with unguarded(anchored, "audit_entry") as session:
        session.execute(sa.delete(AuditEntry))
    (told,) = found(anchored, file)
    assert "第 3 条" in told, "the oldest anchor that is not found again is named"


def test_a_line_that_no_program_wrote_is_found(anchored: Desk, file: Path) -> None:
    first, last = file.read_text().splitlines()
    for text in ("x", "2023-01-01T00:00:00 1 " + "0" * 64, f"{first} {last}", first[:-1]):
        file.write_text(f"{text}\n{last}\n")
        (told,) = found(anchored, file)
        assert "读不懂" in told, text


def test_the_file_is_nobody_elses_and_grows_only_with_the_trail(anchored: Desk, file: Path) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_text()
    drop(anchored, file)
    assert file.read_text() == before
    assert [text.split()[1] for text in before.splitlines()] == ["3", "5"]
    assert before.startswith("2023-04-04T10:00:00+08:00 3 ")


def test_the_web_drops_one_an_hour(anchored: Desk, file: Path) -> None:
    write(anchored, "soon")
    drop_anchor_when_due(anchored.engine, file, anchored.now + timedelta(minutes=59))
    assert len(file.read_text().splitlines()) == 2
    drop_anchor_when_due(anchored.engine, file, anchored.now + timedelta(minutes=60))
    assert len(file.read_text().splitlines()) == 3
    drop_anchor_when_due(anchored.engine, file, at("2022-01-01"))
    assert found(anchored, file) == []


def test_the_web_begins_the_file(anchored: Desk, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    drop_anchor_when_due(anchored.engine, fresh, anchored.now)
    assert len(fresh.read_text().splitlines()) == 1


def test_a_thousand_anchors_are_checked(anchored: Desk, file: Path) -> None:
    file.write_text(file.read_text() * 600)
    assert found(anchored, file) == []
