"""Every page, in both languages: valid, labelled, nothing inline, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.web.markup import problems
from tests.web.seed import HOSTILE

PAGES = (
    "/",
    "/?month=2023-01",
    "/?month=2023-04",
    "/flags",
    "/flags?light=grey",
    "/flags?lead=市科技局&worsened=1",
    "/flags?month=2023-04",
    "/flags?month=2023-03&corrected=1&since=still_red&sort=behind&desc=1",
    "/flags?month=2023-03&since=recovered",
    "/rules",
    "/rules/change",
    "/standings",
    "/standings?month=2023-01",
    "/standings?month=2023-03&by=amount",
    "/projects?status=missing&start=overdue&turned=better&lagging=1",
    "/wall",
    "/wall?by=district&month=2023-02",
    "/wall?month=2023-04",
    "/levers",
    "/levers?month=2023-01",
    "/levers?month=2023-04&cohort=newly_started&goal=schedule",
    "/levers?goal=citywide",
    "/levers/year",
    "/levers/year?month=2023-04&cohort=newly_started",
    "/projects",
    "/projects?q=平台&sort=progress&desc=1",
    "/projects?q=没有这样的",
    "/projects?kind=works",
    "/projects?kind=preparatory",
    "/projects/2023/A-1",
    "/projects/2023/A-2?month=2023-04",
    "/projects/2023/A-3",
    "/projects/2023/B-2",
    "/projects/2023/C-1",
    "/projects/2023/P-1",
    "/projects/2023/K-4",
    "/search",
    "/search?q=平台",
    "/search?q=平台&in=lines",
    "/problems",
    "/problems?list=new",
    "/problems?list=closed_out&q=没有这样的",
    "/problems?unit=市科技局&category=land&difficulty=city&overdue=1&sort=deadline&desc=1",
    "/problems/1",
    "/problems/2",
    "/problems/new",
    "/problems/new?q=平台",
    "/problems/new?year=2023&code=A-1",
    "/meetings",
    "/meetings/1",
    "/meetings/1/paper",
    "/actions",
    "/actions?group=closed_out&q=没有这样的",
    "/actions?group=open&unit=市科技局&source=meeting&meeting=1&overdue=1&sort=deadline&desc=1",
    "/actions/1",
    "/actions/2",
    "/to-do",
    "/to-do?kind=assign_problem",
    "/notices",
    "/notices?list=settled&q=没有这样的",
    "/notices?colour=blue&state=issued&unit=市科技局&overdue=1&sort=deadline&desc=1",
    "/notices/1",
    "/notices/1/print",
    "/notices/proposals",
    "/notices/proposals?colour=red",
    "/notices/proposals/line/2",
    "/notices/new",
    "/notices/new?q=平台",
    "/notices/new?year=2023&code=A-2",
    "/notices/new?problem=1",
    "/notices/ladder",
    "/briefings",
    "/audit",
    "/plans",
    "/plans?month=2023-04",
    "/plans/1",
    "/audit?who=office&family=period&about=2023-03&from=2023-01-01&to=2023-12-31&q=close",
    "/audit?from=0001-01-01&to=x&before=7",
    "/nowhere",
)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_page_is_valid_and_strict(office: FlaskClient, path: str, language: str) -> None:
    answer = office.get(path, headers={"Accept-Language": language})
    assert answer.status_code == (404 if path == "/nowhere" else 200)
    assert problems(answer.text) == []
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    "path", ["/", "/flags", "/standings", "/wall", "/projects", "/projects?kind=works", "/briefings"]
)
def test_empty_instance_says_what_to_do(at_empty: FlaskClient, path: str) -> None:
    answer = at_empty.get(path)
    assert answer.status_code == 200
    assert problems(answer.text) == []
    assert "tracker import roster" in answer.text or "tracker period close" in answer.text


def test_sign_in_and_administration_are_valid(
    signed_out: FlaskClient, as_role: Callable[[str], FlaskClient]
) -> None:
    assert problems(signed_out.get("/login").text) == []
    assert problems(as_role("administrator").get("/admin").text) == []


@pytest.mark.parametrize("path", ["/flags", "/flags.csv", "/projects", "/projects/2023/A-3"])
def test_names_are_escaped(office: FlaskClient, path: str) -> None:
    text = office.get(path, query_string={"month": "2023-03", "light": "" if "2023/" in path else None}).text
    assert HOSTILE not in text or path.endswith(".csv")
    if not path.endswith(".csv"):
        assert "&lt;script&gt;" in text


@pytest.mark.parametrize(
    "field", ["q", "programme", "lead", "district", "light", "sort", "month", "page", "since"]
)
def test_hostile_arguments_are_escaped(office: FlaskClient, field: str) -> None:
    for path in ("/flags", "/projects", "/"):
        answer = office.get(path, query_string={field: '"><script>alert(1)</script>'})
        assert answer.status_code in (200, 404)
        assert "<script>alert" not in answer.text
        assert problems(answer.text) == []
