"""Owns what handing in one report costs: the service alone, in a roster of any size, December open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import sqlalchemy as sa

from benchmarks.instances import ACTOR, DECEMBER, NOW, YEAR, Instance
from benchmarks.measuring import Contestant, Race, Result, Stopwatch
from tracker.services.reporting import Entry, Reporter, submit
from tracker.store.engine import writing
from tracker.store.roster import KeyProject, Subproject

#: Saving one report may cost so many times more with the most lines than with the fewest.
_FLAT = 2.0


class _Undo(Exception):
    """Carries a turn out of its transaction, so that the next one finds the month as it was."""


def race(instances: Sequence[Instance]) -> Iterator[Result]:
    """Measure one report of one line, its transaction rolled back each time."""
    saving = Race(
        "handing in one report",
        ours={instance.size: _ours(instance) for instance in instances},
        linear=False,
    )
    results = list(saving.results())
    yield from (replace(result, limit=None) for result in results)
    yield Result(
        "handing in one report: the most lines instead of the fewest",
        None,
        results[0].ours,
        results[-1].ours,
        _FLAT,
    )


def _ours(instance: Instance) -> Contestant:
    with writing(instance.engine) as session:
        code, unit_id = session.execute(
            sa.select(Subproject.code, KeyProject.lead_id)
            .join(KeyProject, KeyProject.id == Subproject.key_project_id)
            .where(Subproject.year == YEAR, KeyProject.lead_id.is_not(None))
            .order_by(Subproject.id)
            .limit(1)
        ).one()
    reporter = Reporter(ACTOR, frozenset({unit_id or 0}))
    typed = {"month_completed": "12.5", "physical_progress": "逐层验收", "explanation": "与实际进度一致"}

    def turn(watch: Stopwatch) -> None:
        try:
            with writing(instance.engine) as session:
                with watch:
                    submit(session, reporter, DECEMBER, [Entry(code, typed, 1)], NOW, "基准测试")
                raise _Undo  # noqa: TRY301 - leaving by an exception is what rolls back
        except _Undo:
            pass

    return turn
