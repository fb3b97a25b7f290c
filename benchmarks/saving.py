"""Owns what handing in one report costs in a roster of any size: the service alone, and the form over HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import count

import sqlalchemy as sa

from benchmarks.instances import ACTOR, DECEMBER, NOW, YEAR, Instance
from benchmarks.measuring import Contestant, Race, Result, Stopwatch
from benchmarks.pages import signed_in_as, token_of
from tracker.app import create_app
from tracker.services.accounts import add_account
from tracker.services.reporting import Entry, Reporter, submit
from tracker.store.accounts import Role
from tracker.store.engine import reading, writing
from tracker.store.roster import KeyProject, Subproject, Unit

#: Saving one report may cost so many times more with the most lines than with the fewest.
_FLAT = 2.0


_TYPED = {"month_completed": "12.5", "physical_progress": "逐层验收", "explanation": "与实际进度一致"}


class _Undo(Exception):
    """Carries a turn out of its transaction, so that the next one finds the month as it was."""


def race(instances: Sequence[Instance]) -> Iterator[Result]:
    """Measure one report of one line: by the service, rolled back each time, then by the form, kept each time."""
    for what, contestant in (("handing in one report", _service), ("saving one report by its form", _form)):
        saving = Race(what, ours={one.size: contestant(one) for one in instances}, linear=False)
        results = list(saving.results())
        yield from results
        most, fewest = results[-1].ours, results[0].ours
        yield Result(f"{what}: the most lines instead of the fewest", None, fewest, most, _FLAT)


def _line(instance: Instance) -> tuple[str, int, str]:
    """Return a line's code with the unit that leads it, as id and name."""
    with reading(instance.engine) as session:
        code, unit_id, unit = session.execute(
            sa.select(Subproject.code, Unit.id, Unit.name)
            .join(KeyProject, KeyProject.id == Subproject.key_project_id)
            .join(Unit, Unit.id == KeyProject.lead_id)
            .where(Subproject.year == YEAR)
            .order_by(Subproject.id)
            .limit(1)
        ).one()
    return code, unit_id, unit


def _service(instance: Instance) -> Contestant:
    code, unit_id, _ = _line(instance)
    reporter = Reporter(ACTOR, frozenset({unit_id}))

    def turn(watch: Stopwatch) -> None:
        try:
            with writing(instance.engine) as session:
                with watch:
                    submit(session, reporter, DECEMBER, [Entry(code, _TYPED, 1)], NOW, "基准测试")
                raise _Undo  # noqa: TRY301 - leaving by an exception is what rolls back
        except _Undo:
            pass

    return turn


def _form(instance: Instance) -> Contestant:
    code, _, unit = _line(instance)
    with writing(instance.engine) as session:
        account = add_account(
            session, ACTOR, NOW, "reporter", "填报员", Role.REPORTER, (unit,), must_change=False
        )
    # Two minutes go by between two questions: nothing that is kept for a moment helps.
    minutes = count(step=2)
    app = create_app(instance.settings, now=lambda: NOW + timedelta(minutes=next(minutes)))
    client = signed_in_as(app, "reporter", account.password or "")
    address = f"/month/{DECEMBER}/{code}"
    token = token_of(client.get(address).text)
    numbers = count(1)

    def turn(watch: Stopwatch) -> None:
        number = next(numbers)
        told = _TYPED | {"month_completed": f"12.{number:04d}", "based_on": str(number), "csrf_token": token}
        with watch:
            answer = client.post(address, data=told)
        assert answer.status_code == 303, f"{address} answers {answer.status}"

    return turn
