"""What is found leads to a page that holds it, whichever year, kind or front its lines are of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.factories import Desk, line, report, work
from tests.web.conftest import make_app, sign_in
from tests.web.markup import parse
from tracker.settings import Settings
from tracker.store.engine import make_engine

OWN, OTHER = "创新现代化", "产业现代化"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[FlaskClient]:
    """Return the office at three rosters: months of 2022 and 2023, none of 2024; lines of every kind and two fronts."""
    app = make_app(tmp_path / "instance", with_year=False)
    engine: sa.Engine = make_engine(Settings.at(tmp_path / "instance").database_url)
    desk = Desk(engine, tmp_path / "instance" / "briefings")
    old = {"lead": "旧桥指挥部", "district": "旧城区"}
    desk.on("2023-01-04").roster([line("主桥", project="旧桥改建", front=OWN, **old)], 2022)
    desk.reports("2022-12", [report("主桥", ytd=900)], accept=True)
    desk.close("2022-12")
    early = {"category": "preparatory", "lead": "规划局", "district": "预留区", "responsible": ("征收办",)}
    desk.on("2023-04-04").roster(
        [
            line("厂房", project="科创园", front=OWN, lead="科技局", responsible=("园区办",)),
            line("码头", project="港区", front=OTHER, lead="港务局", district="沿江区"),
            line("新馆", None, project="场馆群", front=OWN, **early),
            work("出台办法", lead="法制办", front=OWN),
        ]
    )
    desk.reports("2023-03", [report("厂房", ytd=300)], accept=True)
    desk.close("2023-03")
    desk.roster([line("隧道", project="过江通道", front=OWN, lead="隧道局", district="南岸区")], 2024)
    client = app.test_client()
    assert sign_in(client, "office") == 302
    yield client
    engine.dispose()


def link_to(client: FlaskClient, name: str, group: str) -> str:
    """Return where the hit of this name leads."""
    page = parse(client.get("/search", query_string={"q": name, "in": group}).text)
    (link,) = [a.get("href") for a in page.findall(".//li//a") if "".join(a.itertext()) == name]
    return str(link)


@pytest.mark.parametrize(
    ("name", "group", "line_name"),
    [
        ("科创园", "key_projects", "厂房"),
        ("港区", "key_projects", "码头"),
        ("场馆群", "key_projects", "新馆"),
        ("旧桥改建", "key_projects", "主桥"),
        ("过江通道", "key_projects", "隧道"),
        ("科技局", "units", "厂房"),
        ("园区办", "units", "厂房"),
        ("港务局", "units", "码头"),
        ("沿江区", "units", "码头"),
        ("规划局", "units", "新馆"),
        ("征收办", "units", "新馆"),
        ("预留区", "units", "新馆"),
        ("法制办", "units", "出台办法"),
        ("旧桥指挥部", "units", "主桥"),
        ("旧城区", "units", "主桥"),
        ("隧道局", "units", "隧道"),
    ],
)
def test_a_key_project_and_a_unit_lead_to_their_lines(
    office: FlaskClient, name: str, group: str, line_name: str
) -> None:
    page = parse(office.get(link_to(office, name, group)).text)
    links = ["".join(a.itertext()) for a in page.findall(".//main//a")]
    assert line_name in links


def test_the_list_of_the_month_shown_needs_no_month_and_one_of_another_year_names_it(
    office: FlaskClient,
) -> None:
    assert "month" not in link_to(office, "科创园", "key_projects")
    assert "month=2022-12" in link_to(office, "旧桥改建", "key_projects")
    assert "kind=preparatory" in link_to(office, "场馆群", "key_projects")
    assert "kind=works" in link_to(office, "法制办", "units")
