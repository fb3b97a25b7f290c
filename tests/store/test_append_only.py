"""What is written once cannot be changed or deleted, whoever asks the database for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa

from tests.databases import dump
from tests.factories import Desk, line, report
from tracker.core.errors import WrongState
from tracker.core.notice_ladder import NoticeColour
from tracker.core.periods import Period
from tracker.core.rules import DEFAULT_RULES, rules_to_json
from tracker.store.meetings import Instruction
from tracker.store.notices import NoticeDismissal
from tracker.store.periods import PeriodRow, Reminder
from tracker.store.remarks import Remark, RemarkFile, RemarkKind
from tracker.store.roster import Subproject, Unit
from tracker.store.rules import RuleVersion
from tracker.store.tables import APPEND_ONLY, Base


@pytest.fixture
def full(closed_quarter: Desk) -> Desk:
    """Return a desk whose append-only tables all have rows."""
    with closed_quarter.writing() as session:
        session.add(
            RuleVersion(
                version=1,
                effective_from=closed_quarter.figures("2023-03").summary.period,
                rules=rules_to_json(DEFAULT_RULES),
                made_by="王敏",
                made_at=closed_quarter.now,
            )
        )
        unit_id = session.scalars(sa.select(sa.func.min(Unit.id))).one()
        period_id = session.scalars(sa.select(sa.func.min(PeriodRow.id))).one()
        session.add(
            Reminder(
                period_id=period_id,
                unit_id=unit_id,
                text="请报送",
                made_by="王敏",
                made_at=closed_quarter.now,
            )
        )
        _say(session, closed_quarter.now)
    return closed_quarter


def _say(session: sa.orm.Session, now: datetime) -> None:
    line_id = session.scalars(sa.select(sa.func.min(Subproject.id))).one()
    told: dict[str, Any] = {"made_by": "王敏", "made_at": now}
    remark = Remark(kind=RemarkKind.LINE, object_id=line_id, text="已到现场核实", **told)
    session.add(remark)
    session.flush()
    session.add(
        RemarkFile(
            remark_id=remark.id, file_name="现场.jpg", media_type="image/jpeg", size=1, sha256="0" * 64
        )
    )
    session.add(Instruction(subproject_id=line_id, text="请抓紧开工", **told))
    session.add(
        NoticeDismissal(
            period=Period(2023, 3), subject="line 1", colour=NoticeColour.BLUE, reason="已约谈", **told
        )
    )


def test_update_and_delete_are_refused_for_every_row(full: Desk) -> None:
    before = dump(full.engine)
    for name in APPEND_ONLY:
        table = Base.metadata.tables[name]
        assert before[name], f"the test needs a row in {name} to try to change it"
        for statement in (sa.update(table).values(id=table.c.id), sa.delete(table)):
            with pytest.raises(sa.exc.DBAPIError, match="written once"), full.writing() as session:
                session.execute(statement)
    assert dump(full.engine) == before


def test_replacing_a_row_is_refused_too(full: Desk) -> None:
    """SQLite's REPLACE deletes silently unless it is told to ask the triggers; PostgreSQL has an upsert."""
    before = dump(full.engine)
    insert = (
        "INSERT OR REPLACE INTO front_total SELECT * FROM front_total"
        if full.engine.dialect.name == "sqlite"
        else "INSERT INTO front_total SELECT * FROM front_total ON CONFLICT (id) DO UPDATE SET count = 0"
    )
    with pytest.raises(sa.exc.DBAPIError, match="written once"), full.writing() as session:
        session.execute(sa.text(insert))
    assert dump(full.engine) == before


def test_emptying_a_table_is_refused(full: Desk) -> None:
    """PostgreSQL's TRUNCATE asks no row's trigger; SQLite has only DELETE."""
    before = dump(full.engine)
    for name in APPEND_ONLY if full.engine.dialect.name == "postgresql" else ():
        with pytest.raises(sa.exc.DBAPIError, match="written once"), full.writing() as session:
            session.execute(sa.text(f"TRUNCATE {name} CASCADE"))
    if full.engine.dialect.name == "sqlite":
        with pytest.raises(sa.exc.DBAPIError, match="written once"), full.writing() as session:
            session.execute(sa.text("DELETE FROM audit_entry"))
    assert dump(full.engine) == before


def test_every_table_of_history_is_guarded() -> None:
    """A table that says who made a row and when, and has no state of its own to change, is history."""
    changing = {"exemption", "plan_proposal", "problem", "notice", "api_token", "evidence", "briefing_issue"}
    changing |= {"reopening", "meeting", "action"}
    history = {t.name for t in Base.metadata.sorted_tables if {"made_by", "made_at"} <= set(t.columns.keys())}
    # A line's snapshot and a file's remark say who and when.
    history |= {"snapshot_line", "remark_file"}
    assert history - changing == set(APPEND_ONLY), (
        "guard a new table of history, or name it here as one that changes"
    )


def test_the_services_need_no_rewriting(desk: Desk) -> None:
    """A correction, a plan change and a changed total are all new rows beside the old ones."""
    desk.roster([line("甲", "1200")])
    desk.reports("2023-01", [report("甲", 100)])
    desk.close("2023-01")
    desk.reports("2023-01", [report("甲", 90)], correction="多报")
    with pytest.raises(WrongState):
        desk.close("2023-01")
    rows = dump(desk.engine)["report_revision"]
    assert sorted(row[3] for row in rows) == [900_000, 1_000_000]
