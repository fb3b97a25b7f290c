"""Owns target 1: all figures and lights of a month against the bare query for the rows that they rest on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from benchmarks.instances import DECEMBER, NOW, Instance
from benchmarks.measuring import Contestant, Race, Result, Stopwatch
from tracker.services.figures import figures_of
from tracker.store.engine import reading

_MONTHS = ", ".join(f"p.month_{month:02d}" for month in range(1, 13))
_REPORTED = """
    FROM period m
    JOIN report r ON r.period_id = m.id
    JOIN report_revision v ON v.report_id = r.id AND v.number = r.counted
    WHERE m.year = :year AND m.month <= :month AND r.subproject_id IS NOT NULL"""
#: Year to date, completed and planned, per cohort.
_AGGREGATE = sa.text(f"""
    SELECT s.category, done.start IS NOT NULL, count(*), sum(done.completed), sum({_MONTHS.replace(", ", " + ")})
    FROM subproject s
    JOIN plan_revision p ON p.subproject_id = s.id
    LEFT JOIN (
        SELECT r.subproject_id AS id, sum(v.month_completed) AS completed, max(v.actual_start) AS start {_REPORTED}
        GROUP BY r.subproject_id
    ) done ON done.id = s.id
    WHERE s.year = :year
    GROUP BY 1, 2""")
_ROSTER = sa.text(f"""
    SELECT s.id, s.code, s.name, s.category, s.planned_start, s.total_investment, s.completed_before_year,
        k.name, g.name, f.name, l.name, l.kind, d.name, p.number, p.effective_from, p.annual_plan, {_MONTHS}
    FROM subproject s
    JOIN key_project k ON k.id = s.key_project_id
    JOIN programme g ON g.id = k.programme_id
    JOIN front f ON f.id = g.front_id
    JOIN plan_revision p ON p.subproject_id = s.id
    LEFT JOIN unit l ON l.id = k.lead_id
    LEFT JOIN unit d ON d.id = s.district_id
    WHERE s.year = :year
    ORDER BY s.position, s.id""")
#: Every counted report of the months up to one, as plain rows.
REPORTS = sa.text(f"""
    SELECT r.subproject_id, m.month, v.month_completed, v.ytd_completed, v.actual_start {_REPORTED}
    ORDER BY m.month""")


def race_when_open(instances: Sequence[Instance]) -> Iterator[Result]:
    """Measure December with every month open: each month looks back on the one before, so twelve are computed."""
    race = Race(
        "figures and lights, no month closed",
        ours={instance.size: _ours(instance) for instance in instances},
        floor={instance.size: _floor(instance) for instance in instances},
        linear=False,
        passes=1,
    )
    return race.results()


def race(instances: Sequence[Instance]) -> Iterator[Result]:
    """Measure December with the earlier months closed."""
    return Race(
        "figures and lights of a month",
        ours={instance.size: _ours(instance) for instance in instances},
        floor={instance.size: _floor(instance) for instance in instances},
        limit=3.0,
    ).results()


def _ours(instance: Instance) -> Contestant:
    def turn(watch: Stopwatch) -> None:
        with watch, reading(instance.engine) as session:
            found = figures_of(session, DECEMBER, NOW)
        assert len(found.lines) == instance.size

    return turn


def _floor(instance: Instance) -> Contestant:
    told = {"year": DECEMBER.year, "month": DECEMBER.month}

    def turn(watch: Stopwatch) -> None:
        with watch, reading(instance.engine) as session:
            found = [session.execute(statement, told).all() for statement in (_AGGREGATE, _ROSTER, REPORTS)]
        assert len(found[1]) == instance.size

    return turn
