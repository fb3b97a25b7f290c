"""A line of another front that is kept here is told by its own front's figures, while a month is open and once it is closed."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.factories import Desk, line, month, report
from tracker.core.lights import Light
from tracker.services.finding import lights_of
from tracker.services.project_page import project_page
from tracker.store.roster import Subproject

OWN, OTHER = "创新现代化", "产业现代化"


@pytest.fixture
def two_fronts(desk: Desk) -> Desk:
    """Return a desk with two lines of the office's own front and one of another, March handed in and open."""
    desk.roster(
        [line(name, code=name, front=OWN) for name in ("甲", "乙")] + [line("丙", code="丙", front=OTHER)]
    )
    desk.reports("2023-03", [report("甲", ytd=300), report("乙", ytd=0), report("丙", ytd=0)], accept=True)
    return desk


@pytest.mark.parametrize("closed", [False, True])
def test_its_page_tells_its_figures(two_fronts: Desk, closed: bool) -> None:
    if closed:
        two_fronts.close("2023-03")
    with two_fronts.looking() as session:
        page = project_page(session, 2023, "丙", two_fronts.now, month("2023-03"))
    assert page.figures == two_fronts.line("2023-03", "丙", front=OTHER)


@pytest.mark.parametrize("closed", [False, True])
def test_its_light_is_found_beside_those_of_the_own_front(two_fronts: Desk, closed: bool) -> None:
    if closed:
        two_fronts.close("2023-03")
    with two_fronts.looking() as session:
        ids: dict[int, str] = dict(session.execute(sa.select(Subproject.id, Subproject.code)).all())
        found = lights_of(session, month("2023-03"), ids, two_fronts.now)
    assert {ids[line_id]: light for line_id, light in found.items()} == {
        "甲": Light.GREEN,
        "乙": Light.RED,
        "丙": Light.RED,
    }


def test_a_closed_month_has_nothing_of_a_front_that_joined_later(two_fronts: Desk) -> None:
    two_fronts.close("2023-03")
    two_fronts.roster([line("丁", code="丁", front="生态现代化")])
    with two_fronts.looking() as session:
        line_id = session.scalars(sa.select(Subproject.id).where(Subproject.code == "丁")).one()
        assert project_page(session, 2023, "丁", two_fronts.now, month("2023-03")).figures is None
        assert lights_of(session, month("2023-03"), [line_id], two_fronts.now) == {}
