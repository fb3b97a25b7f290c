"""Each open month is computed once, however many there are: a month reads the one before instead of computing it again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from unittest import mock

import pytest
from sqlalchemy.orm import Session

from tests.factories import Desk, line, month, report
from tracker.core.month import month_figures
from tracker.core.rules import DEFAULT_RULES
from tracker.services import figures
from tracker.services.figures import figures_of
from tracker.services.overview import overview_of
from tracker.services.rule_preview import preview_rules
from tracker.services.standings import standings_of
from tracker.services.wall import wall_of

JUNE = month("2023-06")
Look = Callable[[Session, datetime], object]

LOOKS: dict[str, Look] = {
    "overview": lambda session, now: overview_of(session, JUNE, now),
    "standings": lambda session, now: standings_of(session, JUNE, now),
    "rules": lambda session, now: preview_rules(session, DEFAULT_RULES, 2023, now),
    "wall": lambda session, now: wall_of(session, JUNE, now),
}


@pytest.fixture
def half_year(desk: Desk) -> Desk:
    """Return a desk with two lines and six months that are open."""
    desk.roster([line("稳"), line("停")])
    for number in range(1, 7):
        desk.reports(f"2023-0{number}", [report("稳", 100), report("停", 0)], accept=True)
    return desk


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
@pytest.mark.parametrize("closed", [0, 2])
def test_each_open_month_is_computed_once(half_year: Desk, look: Look, closed: int) -> None:
    for number in range(1, closed + 1):
        half_year.close(f"2023-0{number}")
    with (
        half_year.looking() as session,
        mock.patch.object(figures, "month_figures", side_effect=month_figures) as computed,
    ):
        look(session, half_year.now)
    assert [str(call.args[0].period) for call in computed.call_args_list] == [
        f"2023-0{number}" for number in range(closed + 1, 7)
    ]


@pytest.mark.parametrize("closed", [0, 2])
def test_a_month_is_the_same_computed_from_the_one_before_at_hand(half_year: Desk, closed: int) -> None:
    for number in range(1, closed + 1):
        half_year.close(f"2023-0{number}")
    with half_year.looking() as session:
        for number in range(2, 7):
            before = figures_of(session, month(f"2023-0{number - 1}"), half_year.now)
            alone = figures_of(session, month(f"2023-0{number}"), half_year.now)
            assert figures_of(session, month(f"2023-0{number}"), half_year.now, before=before) == alone
