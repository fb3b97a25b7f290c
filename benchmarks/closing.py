"""Owns the closing of a month: the checks, the snapshot of every line, its fingerprint."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.instances import ACTOR, DECEMBER, NOW, Instance
from benchmarks.measuring import Contestant, Race, Result, Stopwatch
from tracker.services.closing import close_period
from tracker.store.engine import writing


class _Undo(Exception):
    """Carries a turn out of its transaction, so that the next one finds the month open."""


def race(instances: Sequence[Instance]) -> Iterator[Result]:
    """Measure closing December, its transaction rolled back each time."""
    return Race("closing a month", ours={instance.size: _ours(instance) for instance in instances}).results()


def _ours(instance: Instance) -> Contestant:
    def turn(watch: Stopwatch) -> None:
        try:
            with writing(instance.engine) as session:
                with watch:
                    close_period(session, ACTOR, DECEMBER, NOW)
                raise _Undo  # noqa: TRY301 - leaving by an exception is what rolls back
        except _Undo:
            pass

    return turn
