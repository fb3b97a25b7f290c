"""The audit trail is a chain: whatever is changed, added or taken out in its middle is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.factories import ACTOR, Desk, at, line, report, yuan
from tests.services.tampering import unguarded
from tracker.services import audit
from tracker.store.audit import AuditEntry

#: One change of every column of an entry.
CHANGES: tuple[dict[str, Any], ...] = (
    {"made_by": "别人"},
    {"address": "10.0.0.1"},
    {"action": "nothing.happened"},
    {"object_id": "2022"},
    {"object_kind": "street"},
    {"made_at": at("2023-01-01")},
    {"after": {"file": "另一份.xlsx"}},
    {"before": {"file": "另一份.xlsx"}},
    {"previous_hash": "1" * 64},
    {"hash": "1" * 64},
)


def broken(desk: Desk) -> int | None:
    with desk.looking() as session:
        return audit.first_broken(session)


@pytest.fixture
def trail(desk: Desk) -> Desk:
    """Return a desk with an audit trail of seven entries, several of them in one second."""
    desk.roster([line("甲"), line("乙", "1200.5")])
    for month in ("2023-01", "2023-02"):
        desk.reports(month, [report("甲", "1.25", problem_text="“缺地”\n与 emoji 🚧")])
    desk.close("2023-01")
    assert len(desk.all(AuditEntry.id)) == 7
    return desk


def test_a_trail_nobody_touched_is_whole(trail: Desk) -> None:
    assert broken(trail) is None
    assert trail.doctor() == []


def test_an_empty_trail_is_whole(desk: Desk) -> None:
    assert broken(desk) is None


def test_a_whole_quarter_is_whole(closed_quarter: Desk) -> None:
    assert broken(closed_quarter) is None


@pytest.mark.parametrize("place", [0, 2, 6], ids=["first", "in the middle", "last"])
def test_any_changed_value_of_any_entry_is_found(trail: Desk, place: int) -> None:
    entry = sorted(trail.all(AuditEntry.id))[place]
    for change in CHANGES:
        with unguarded(trail, "audit_entry") as session:
            attempt = session.begin_nested()
            session.execute(sa.update(AuditEntry).where(AuditEntry.id == entry).values(**change))
            session.expire_all()
            assert audit.first_broken(session) == entry, f"nobody noticed {change}"
            attempt.rollback()
    assert broken(trail) is None


def test_the_doctor_names_the_entry(trail: Desk) -> None:
    with unguarded(trail, "audit_entry") as session:
        session.execute(sa.update(AuditEntry).where(AuditEntry.id == 3).values(made_by="别人"))
    (finding,) = trail.doctor()
    assert "第 3 条" in finding


def test_an_entry_taken_out_is_found(trail: Desk) -> None:
    ids = sorted(trail.all(AuditEntry.id))
    with unguarded(trail, "audit_entry") as session:
        session.execute(sa.delete(AuditEntry).where(AuditEntry.id == ids[2]))
    assert broken(trail) == ids[3]


def test_two_entries_exchanged_are_found(trail: Desk) -> None:
    ids = sorted(trail.all(AuditEntry.id))
    with unguarded(trail, "audit_entry") as session:
        for old, new in ((ids[1], 999), (ids[2], ids[1]), (999, ids[2])):
            session.execute(sa.update(AuditEntry).where(AuditEntry.id == old).values(id=new))
    assert broken(trail) == ids[1]


def test_what_is_rolled_back_leaves_no_trace_and_no_gap_in_the_chain(trail: Desk) -> None:
    with trail.undone() as session:
        audit.record(session, ACTOR, trail.now, "x", "y", 1)
    with trail.writing() as session:
        audit.record(session, ACTOR, trail.now, "x", "y", 2)
    assert broken(trail) is None
    assert len(trail.all(AuditEntry.id)) == 8


def test_the_hash_holds_whatever_the_clock_and_the_zone_say(desk: Desk) -> None:
    moments = [at("2023-04-04"), at("2023-04-04") - timedelta(days=90), at("2024-02-29", 23)]
    with desk.writing() as session:
        for moment in moments:
            odd = moment.replace(microsecond=123_456)
            audit.record(
                session,
                replace(ACTOR, name="名" * 100),
                odd,
                "a",
                "b",
                "c",
                after={"x": None, "y": [1, yuan(2)]},
            )
    assert broken(desk) is None
