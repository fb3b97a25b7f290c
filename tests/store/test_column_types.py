"""Months, moments, choices and amounts come back from either database as they went in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import Desk
from tracker import clock
from tracker.core.figures import PeriodState
from tracker.core.periods import Period
from tracker.store.base import Instant, PeriodColumn
from tracker.store.engine import reading, writing
from tracker.store.periods import PeriodRow
from tracker.store.plans import PlanRevision
from tracker.store.roster import Unit, UnitKind

LATE_EVENING = datetime(2023, 4, 6, 23, 59, 59, 123456, tzinfo=clock.ZONE)


@pytest.fixture
def session(database: sa.Engine) -> Iterator[Session]:
    with writing(database) as session:
        yield session


@pytest.mark.parametrize(
    "moment",
    [
        LATE_EVENING,
        LATE_EVENING.astimezone(UTC),
        LATE_EVENING.astimezone(timezone(timedelta(hours=-11))),
        datetime(2024, 2, 29, 0, 0, tzinfo=clock.ZONE),
    ],
)
def test_a_moment_is_kept_to_the_microsecond_whatever_its_zone(session: Session, moment: datetime) -> None:
    session.add(PeriodRow(year=2023, month=3, state=PeriodState.OPEN, deadline=moment))
    session.flush()
    session.expire_all()
    kept = session.scalars(sa.select(PeriodRow.deadline)).one()
    assert kept == moment
    assert kept is not None
    assert kept.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(session: Session) -> None:
    session.add(PeriodRow(year=2023, month=3, state=PeriodState.OPEN, deadline=datetime(2023, 4, 6)))  # noqa: DTZ001 - what must be refused
    with pytest.raises(sa.exc.StatementError, match="without a time zone"):
        session.flush()


def test_moments_compare_in_the_database_across_zones(session: Session) -> None:
    session.add(PeriodRow(year=2023, month=3, state=PeriodState.OPEN, deadline=LATE_EVENING))
    session.flush()
    later = sa.select(PeriodRow).where(
        PeriodRow.deadline > LATE_EVENING.astimezone(UTC) - timedelta(seconds=1)
    )
    earlier = sa.select(PeriodRow).where(PeriodRow.deadline > LATE_EVENING.astimezone(UTC))
    assert session.scalars(later).all()
    assert not session.scalars(earlier).all()


def test_months_sort_and_compare_as_months(session: Session) -> None:
    months = [Period(2023, 9), Period(2023, 10), Period(1990, 1), Period(2200, 12)]
    months_table = sa.Table("months", sa.MetaData(), sa.Column("month", PeriodColumn))
    months_table.create(session.connection())
    session.execute(sa.insert(months_table), [{"month": month} for month in months])
    column = months_table.c.month
    assert list(session.scalars(sa.select(column).order_by(column))) == sorted(months)
    assert list(session.scalars(sa.select(column).where(column >= Period(2023, 10)).order_by(column))) == [
        Period(2023, 10),
        Period(2200, 12),
    ]
    assert (
        session.scalars(sa.select(sa.cast(column, sa.String)).where(column == Period(2023, 9))).one()
        == "2023-09"
    )


def test_nothing_stays_nothing() -> None:
    dialect = sa.create_engine("sqlite://").dialect
    for kind in (PeriodColumn(), Instant()):
        assert kind.process_bind_param(None, dialect) is None
        assert kind.process_result_value(None, dialect) is None


def test_a_word_that_is_no_choice_is_refused_by_the_database_itself(session: Session) -> None:
    with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
        session.execute(sa.text("INSERT INTO unit (name, kind, position) VALUES ('甲', 'village', 0)"))
    session.execute(sa.text("INSERT INTO unit (name, kind, position) VALUES ('甲', 'district', 0)"))
    assert session.scalars(sa.select(Unit)).one().kind is UnitKind.DISTRICT


def test_foreign_keys_hold_on_both_databases(session: Session) -> None:
    session.add(
        PlanRevision(
            subproject_id=1,
            number=1,
            effective_from=Period(2023, 1),
            annual_plan=1,
            made_by="x",
            made_at=LATE_EVENING,
        )
    )
    with pytest.raises(sa.exc.IntegrityError):
        session.flush()
    session.rollback()


def test_reading_keeps_nothing(database: sa.Engine) -> None:
    with reading(database) as session:
        session.add(Unit(name="甲", kind=UnitKind.DEPARTMENT))
        session.flush()
    with reading(database) as session:
        assert session.scalars(sa.select(Unit)).all() == []


def test_writing_keeps_everything_or_nothing(database: sa.Engine) -> None:
    with Desk(database, Path()).undone() as session:
        session.add(Unit(name="甲", kind=UnitKind.DEPARTMENT))
    with reading(database) as session:
        assert session.scalars(sa.select(Unit)).all() == []
    with writing(database) as session:
        session.add(Unit(name="甲", kind=UnitKind.DEPARTMENT))
    with reading(database) as session:
        assert [unit.name for unit in session.scalars(sa.select(Unit))] == ["甲"]
