"""Owns the wall (挂图作战): every line by twelve months, grouped, with the standing of the districts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.cohorts import Category
from tracker.core.figures import GroupFigures, MonthFigures, MonthSummary, PeriodState, Sums
from tracker.core.lights import Light
from tracker.core.periods import Period
from tracker.services import periods
from tracker.services.figures import figures_in_order, fresh_figures, latest_snapshot, told_front
from tracker.store.bulk import rows_of
from tracker.store.frozen import thaw_summary
from tracker.store.month import NO_DISTRICT
from tracker.store.periods import PeriodRow
from tracker.store.roster import Front, KeyProject, Programme, Subproject, Unit
from tracker.store.snapshots import Snapshot, SnapshotLine


class By(StrEnum):
    """What the wall groups its lines by."""

    PROGRAMME = "programme"
    DISTRICT = "district"


@dataclass(frozen=True, slots=True)
class WallRow:
    """A line with its twelve lights, January first; None where no month, or no line yet, is known."""

    code: str
    name: str
    lights: tuple[Light | None, ...]


@dataclass(frozen=True, slots=True)
class WallGroup:
    """A programme or district: its published sums, its rank by rate and its lights of the month shown.

    `sums` is None for a group that the month's figures do not know, such as one of a later roster.
    """

    name: str
    sums: Sums | None
    rank: int | None
    lights: Mapping[Light, int]
    rows: tuple[WallRow, ...]


@dataclass(frozen=True, slots=True)
class Wall:
    """The year of `summary.period` on one wall; `months` are the states of its months, None for one that is unknown.

    The headline, the groups' figures and the standing of the districts are those of `summary.period`. The
    lines stand in the group where the roster has them today; `districts` have no rows.
    """

    by: By
    summary: MonthSummary
    months: tuple[PeriodState | None, ...]
    groups: tuple[WallGroup, ...]
    districts: tuple[WallGroup, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """A line of the roster with the names that it can be grouped by."""

    id: int
    code: str
    name: str
    programme: str
    district: str


_YEAR: sa.BindParameter[Any] = sa.bindparam("year")
_FRONT: sa.BindParameter[Any] = sa.bindparam("front")
_MONTHS = (
    sa.select(PeriodRow)
    .where(PeriodRow.year == _YEAR, PeriodRow.state != PeriodState.UPCOMING)
    .order_by(PeriodRow.month)
)
#: The number rises with every snapshot of a month, so that the last one read is the one that stands.
_SNAPSHOTS = (
    sa.select(Snapshot.period_id, Snapshot.id)
    .join(PeriodRow, PeriodRow.id == Snapshot.period_id)
    .join(Front, Front.id == Snapshot.front_id)
    .where(PeriodRow.year == _YEAR, PeriodRow.state == PeriodState.CLOSED, Front.name == _FRONT)
    .order_by(Snapshot.number)
)
_LIGHTS = sa.select(
    SnapshotLine.snapshot_id,
    SnapshotLine.subproject_id,
    sa.type_coerce(SnapshotLine.light, sa.String),
).where(SnapshotLine.snapshot_id.in_(sa.bindparam("snapshots", expanding=True)))
_PLACES = (
    sa.select(
        Subproject.id,
        Subproject.code,
        Subproject.name,
        Subproject.withdrawn_after.is_not(None),
        Programme.name,
        Unit.name,
        Unit.position,
        Unit.id,
    )
    .join(KeyProject, KeyProject.id == Subproject.key_project_id)
    .join(Programme, Programme.id == KeyProject.programme_id)
    .join(Front, Front.id == Programme.front_id)
    .outerjoin(Unit, Unit.id == Subproject.district_id)
    .where(Subproject.year == _YEAR, Front.name == _FRONT, Subproject.category != Category.PREPARATORY)
    .order_by(Programme.position, KeyProject.position, Subproject.position, Subproject.id)
)
_LIGHT = {light.value: light for light in Light}
_NOTHING: tuple[Light | None, ...] = (None,) * 12


def wall_of(session: Session, period: Period, now: datetime, by: By = By.PROGRAMME) -> Wall:
    """Return the wall of the year of `period`, whose figures its headline tells.

    A closed month's lights are those of its snapshot, an open one's are computed. Raise NotFound for a
    period that was never opened.
    """
    shown = periods.find(session, period)
    front = told_front(session, shown)
    months = session.scalars(_MONTHS, {"year": period.year}).all()
    still_open = [row for row in months if row.state is PeriodState.OPEN]
    in_order = figures_in_order(session, still_open, now, front)
    open_months = {figures.summary.period.month: figures for figures in in_order}
    lights = _lights(session, months, front, open_months)
    snapshot = latest_snapshot(session, shown, front)
    if snapshot is not None:
        summary = thaw_summary(snapshot.summary)
    else:
        known = open_months.get(period.month)
        summary = (known or fresh_figures(session, shown, front, now)).summary
    told = {"year": period.year, "front": front}
    places, districts = _places(rows_of(session, _PLACES, told), lights)
    states: dict[int, PeriodState] = {row.month: row.state for row in months}
    by_district = _groups(places, lights, summary.districts, period, lambda place: place.district, districts)
    by_programme = _groups(places, lights, summary.programmes, period, lambda place: place.programme)
    return Wall(
        by=by,
        summary=summary,
        months=tuple(states.get(month) for month in range(1, 13)),
        groups=by_programme if by is By.PROGRAMME else by_district,
        districts=by_district,
    )


def _lights(
    session: Session, months: Sequence[PeriodRow], front: str, open_months: Mapping[int, MonthFigures]
) -> dict[int, list[Light | None]]:
    """Return every line's twelve lights by its id; all closed months are read at once, and nothing is thawed."""
    found: dict[int, list[Light | None]] = defaultdict(lambda: list(_NOTHING))
    if not months:
        return found
    told = {"year": months[0].year, "front": front}
    standing = dict(rows_of(session, _SNAPSHOTS, told))
    month_of = {standing[row.id]: row.month for row in months if row.id in standing}
    for snapshot_id, line_id, light in rows_of(session, _LIGHTS, {"snapshots": list(month_of)}):
        found[line_id][month_of[snapshot_id] - 1] = _LIGHT[light]
    for month, figures in open_months.items():
        for line in figures.lines:
            found[line.line.id][month - 1] = line.light
    return found


def _places(
    rows: Iterable[Any], lights: Mapping[int, Sequence[Light | None]]
) -> tuple[list[_Place], list[str]]:
    """Return the lines in the roster's order and the names of their districts in the units' order.

    A line that was withdrawn before its first light is left out.
    """
    places: list[_Place] = []
    districts: set[tuple[bool, int, int, str]] = set()
    for line_id, code, name, withdrawn, programme, district, position, unit_id in rows:
        if withdrawn and line_id not in lights:
            continue
        places.append(_Place(line_id, code, name, programme, district or NO_DISTRICT))
        # Lines that name no district come last.
        districts.add((district is None, position or 0, unit_id or 0, district or NO_DISTRICT))
    return places, [name for *_, name in sorted(districts)]


def _groups(
    places: Iterable[_Place],
    lights: Mapping[int, Sequence[Light | None]],
    figures: Iterable[GroupFigures],
    period: Period,
    name_of: Callable[[_Place], str],
    order: Iterable[str] = (),
) -> tuple[WallGroup, ...]:
    """Return the groups in `order`, else as the roster first names them; they keep their places all year."""
    rows: dict[str, list[WallRow]] = {name: [] for name in order}
    for place in places:
        row = WallRow(place.code, place.name, tuple(lights.get(place.id, _NOTHING)))
        rows.setdefault(name_of(place), []).append(row)
    known = {group.name: group for group in figures}
    found: list[WallGroup] = []
    for name, members in rows.items():
        group = known.get(name)
        counts = Counter(row.lights[period.month - 1] for row in members)
        found.append(
            WallGroup(
                name=name,
                sums=None if group is None else group.sums,
                rank=None if group is None else group.rank,
                lights={light: counts[light] for light in Light},
                rows=tuple(members),
            )
        )
    return tuple(found)
