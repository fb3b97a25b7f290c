"""Closing is all or nothing, whoever is killed in the middle and however many try at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.databases import address, dump
from tests.factories import ACTOR, Desk, line, month, report
from tests.services.at_once import Second
from tracker.core.errors import WrongState
from tracker.intake.drafts import Reading
from tracker.services import closing
from tracker.services.closing import close_period
from tracker.services.import_reports import import_reports
from tracker.services.periods import open_period
from tracker.store.engine import writing
from tracker.store.periods import PeriodRow, StateChange
from tracker.store.snapshots import Snapshot, SnapshotLine

#: Closes March and is killed after the third line has been frozen, with the snapshot already written.
KILLED = """
import os, signal, sys
from tests.factories import Desk
from tracker.services import closing
from tracker.store.engine import make_engine

freeze, frozen = closing.freeze, []
def and_die(value):
    frozen.append(value)
    if len(frozen) == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return freeze(value)
closing.freeze = and_die
Desk(make_engine(sys.argv[1]), None).on("2023-04-10").close("2023-03")
"""


def test_a_process_killed_in_the_middle_leaves_the_month_open_and_nothing_written(open_quarter: Desk) -> None:
    before = dump(open_quarter.engine)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, address(open_quarter.engine)],
        cwd=Path(__file__).parents[2],
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert dump(open_quarter.engine) == before
    assert open_quarter.doctor() == []
    open_quarter.on("2023-04-10").close("2023-03")
    assert open_quarter.figures("2023-03").summary.state.value == "closed"


def test_an_error_in_the_middle_leaves_nothing_either(
    open_quarter: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dump(open_quarter.engine)
    monkeypatch.setattr(closing, "freeze", lambda _value: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        open_quarter.close("2023-03")
    assert dump(open_quarter.engine) == before


def test_of_two_who_close_at_once_one_wins_and_one_is_refused(open_quarter: Desk) -> None:
    march, now = month("2023-03"), open_quarter.now
    with writing(open_quarter.engine) as session:
        close_period(session, ACTOR, march, now)
        second = Second(open_quarter, lambda session: close_period(session, ACTOR, march, now))
        second.start()
        second.join(0.7)
        assert second.is_alive(), "the second has to wait until the first is through"
    second.join(30)
    assert isinstance(second.outcome, WrongState), f"the second got {second.outcome!r}"
    assert open_quarter.all(Snapshot.number) == [1]
    assert open_quarter.all(sa.func.count(SnapshotLine.id)) == [70]
    closings = [after for after in open_quarter.all(StateChange.after) if after == "closed"]
    assert closings == ["closed"]
    assert open_quarter.doctor() == []


def test_a_report_that_comes_while_the_month_is_closing_is_too_late(desk: Desk) -> None:
    """Otherwise a report could slip into a closed month without being in its snapshot or having a reason."""
    desk.roster([line("甲")])
    desk.reports("2023-03", [report("甲", 100)])
    march, now = month("2023-03"), desk.now
    told = Reading("月报.xlsx", (report("甲", 999),))
    with writing(desk.engine) as session:
        close_period(session, ACTOR, march, now)
        second = Second(desk, lambda session: import_reports(session, ACTOR, told, march, now))
        second.start()
        second.join(0.7)
        assert second.is_alive()
    second.join(30)
    assert isinstance(second.outcome, WrongState), f"the second got {second.outcome!r}"
    assert desk.line("2023-03", "甲", corrected=True).completed == 1_000_000


def test_two_imports_of_one_month_at_once_are_one_after_the_other(desk: Desk) -> None:
    desk.roster([line("甲")])
    desk.open("2023-03")
    march, now = month("2023-03"), desk.now
    first, other = Reading("一.xlsx", (report("甲", 100),)), Reading("二.xlsx", (report("甲", 200),))
    with writing(desk.engine) as session:
        import_reports(session, ACTOR, first, march, now)
        second = Second(desk, lambda session: import_reports(session, ACTOR, other, march, now))
        second.start()
        second.join(0.7)
        assert second.is_alive()
    second.join(30)
    assert second.outcome is None
    assert desk.line("2023-03", "甲").completed == 2_000_000


def test_two_who_open_one_month_at_once_open_it_once(desk: Desk) -> None:
    march, now = month("2023-03"), desk.now
    with writing(desk.engine) as session:
        open_period(session, ACTOR, march, now)
        second = Second(desk, lambda session: open_period(session, ACTOR, march, now))
        second.start()
        second.join(0.7)
    second.join(30)
    assert second.outcome is None, f"the second got {second.outcome!r}"
    assert desk.all(sa.func.count(PeriodRow.id)) == [1]


def test_a_month_that_has_not_begun_cannot_be_closed(desk: Desk) -> None:
    desk.on("2023-04-04").roster([line("甲")])
    desk.open("2023-05")
    with pytest.raises(WrongState, match="2023-05 还没有开始"):
        desk.close("2023-05")
    assert desk.on("2023-05-31").close("2023-05")
