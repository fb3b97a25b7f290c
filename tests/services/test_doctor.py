"""The doctor finds what was tampered with or lost, names it, and says how to mend it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import Desk, month
from tests.services.tampering import unguarded
from tracker.briefing import write_briefing
from tracker.core.lights import Light
from tracker.services.briefings import write_briefing_to
from tracker.store.periods import PeriodRow
from tracker.store.snapshots import Snapshot, SnapshotLine


@pytest.fixture
def issued(closed_quarter: Desk) -> Desk:
    """Return a desk with the closed quarter and the briefing of March."""
    closed_quarter.issue("2023-03")
    return closed_quarter


def first_line_of_march(desk: Desk) -> int:
    with desk.looking() as session:
        return session.scalars(
            sa.select(sa.func.min(SnapshotLine.id))
            .join(Snapshot, Snapshot.id == SnapshotLine.snapshot_id)
            .join(PeriodRow, PeriodRow.id == Snapshot.period_id)
            .where(PeriodRow.month == 3)
        ).one()


def test_a_healthy_instance_has_no_findings(issued: Desk) -> None:
    assert issued.doctor() == []


@pytest.mark.parametrize(
    "change",
    [
        {"figures": sa.func.replace(SnapshotLine.figures, '"completed":134540000', '"completed":134540001')},
        {"figures": "{}"},
        {"figures": "not json"},
        {"light": Light.GREY},
        {"worsened": True},
        {"improved": True},
        {"flagged_months": 77},
        {"lagging_months": 77},
        {"missing_months": 77},
        {"completed": 1},
        {"behind": 1},
        {"plan_revision": 9},
    ],
    ids=[
        "an amount",
        "emptied",
        "no json",
        "light",
        "worsened",
        "improved",
        "flagged",
        "lagging",
        "missing",
        "completed",
        "behind",
        "plan",
    ],
)
def test_a_changed_line_of_a_closed_month_is_found(issued: Desk, change: dict[str, Any]) -> None:
    line = first_line_of_march(issued)
    with unguarded(issued, "snapshot_line") as session:
        session.execute(sa.update(SnapshotLine).where(SnapshotLine.id == line).values(**change))
    (finding,) = issued.doctor()
    assert "2023-03" in finding
    assert "备份" in finding


def _drop_a_line(session: Session) -> None:
    session.execute(
        sa.delete(SnapshotLine).where(
            SnapshotLine.id == sa.select(sa.func.max(SnapshotLine.id)).scalar_subquery()
        )
    )


def _change_the_summary(session: Session) -> None:
    session.execute(
        sa.update(Snapshot).values(summary=sa.func.replace(Snapshot.summary, '"rank":4', '"rank":1'))
    )


def _change_the_rules(session: Session) -> None:
    session.execute(sa.update(Snapshot).values(rules=sa.func.replace(Snapshot.rules, "8000", "1000")))


def _change_the_rest_of_the_briefing(session: Session) -> None:
    session.execute(sa.update(Snapshot).values(briefing=sa.func.replace(Snapshot.briefing, "市委", "县委")))


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("snapshot_line", _drop_a_line),
        ("snapshot", _change_the_summary),
        ("snapshot", _change_the_rules),
        ("snapshot", _change_the_rest_of_the_briefing),
    ],
)
def test_a_changed_snapshot_is_found(issued: Desk, table: str, change: Callable[[Session], None]) -> None:
    with unguarded(issued, table) as session:
        change(session)
    found = issued.doctor()
    assert found, "a snapshot was changed and nobody noticed"
    assert all("2023-0" in finding for finding in found)


def test_a_line_changed_together_with_its_fingerprint_is_found(issued: Desk) -> None:
    """Whoever can rewrite a line can rewrite the fingerprint; the audit trail still knows the old one."""
    from tracker.store.frozen import fingerprint, thaw_line, thaw_rules, thaw_summary

    line = first_line_of_march(issued)
    with unguarded(issued, "snapshot_line") as session:
        changed = sa.func.replace(SnapshotLine.figures, '"best_month":55480000', '"best_month":55480001')
        session.execute(sa.update(SnapshotLine).where(SnapshotLine.id == line).values(figures=changed))
    with unguarded(issued, "snapshot") as session:
        snapshot = session.scalars(sa.select(Snapshot).order_by(Snapshot.id.desc()).limit(1)).one()
        texts = session.scalars(
            sa.select(SnapshotLine.figures)
            .where(SnapshotLine.snapshot_id == snapshot.id)
            .order_by(SnapshotLine.id)
        )
        lines = [thaw_line(text) for text in texts]
        before = snapshot.fingerprint
        snapshot.fingerprint = fingerprint(thaw_summary(snapshot.summary), thaw_rules(snapshot.rules), lines)
        assert snapshot.fingerprint != before
    assert issued.doctor()


def test_a_closed_month_without_its_snapshot_is_found(issued: Desk) -> None:
    with unguarded(issued, "snapshot_line") as session:
        session.execute(sa.delete(SnapshotLine))
    with unguarded(issued, "snapshot") as session:
        session.execute(sa.delete(Snapshot))
    found = issued.doctor()
    assert [name for name in ("2023-01", "2023-02", "2023-03") if any(name in text for text in found)] == [
        "2023-01",
        "2023-02",
        "2023-03",
    ]


def test_a_changed_briefing_is_found_and_can_be_written_again(issued: Desk) -> None:
    (file,) = issued.briefings.rglob("*.xlsx")
    content = file.read_bytes()
    file.write_bytes(content + b" ")
    (finding,) = issued.doctor()
    assert "被改动过" in finding
    assert file.name in finding
    with issued.looking() as session:
        write_briefing_to(session, month("2023-03"), file.parent, issued.on("2023-09-01").now, write_briefing)
    assert file.read_bytes() == content
    assert issued.doctor() == []


def test_a_lost_briefing_is_found(issued: Desk) -> None:
    (file,) = issued.briefings.rglob("*.xlsx")
    file.unlink()
    (finding,) = issued.doctor()
    assert "不见了" in finding
    assert str(file.relative_to(issued.briefings)) in finding


def test_several_findings_come_together(issued: Desk) -> None:
    (file,) = issued.briefings.rglob("*.xlsx")
    file.unlink()
    with unguarded(issued, "snapshot") as session:
        _change_the_rules(session)
    assert len(issued.doctor()) == 4
