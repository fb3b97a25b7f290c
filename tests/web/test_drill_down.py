"""One click from any number to the lines behind it: what is listed there comes to the number that was clicked."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from urllib.parse import parse_qs, urlsplit
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from tests.web.markup import parse, text_of

MONTHS = ("2023-01", "2023-02", "2023-03", "2023-04")
#: With one of these in the address, the number that was clicked is a count of lines.
COUNTED = {"lagging", "status", "start", "turned", "light"}


def words(element: Element) -> str:
    """Return what an element shows, without what only a voice reads."""
    found = element.text or ""
    for child in element:
        if child.get("class") != "visually-hidden":
            found += words(child)
        found += child.tail or ""
    return "".join(found.split())


def links(html: str) -> Iterator[tuple[str, str]]:
    """Return the text and address of every number that leads to the list of lines."""
    for element in parse(html).iter("a"):
        address = element.get("href") or ""
        if element.get("class") in ("behind", "count") and address.startswith("/projects"):
            yield words(element), address


def totals(office: FlaskClient, address: str) -> dict[str, str]:
    """Return what the listed lines come to, by figure; nothing where none is listed."""
    page = office.get(address)
    assert page.status_code == 200
    return {name: words(e) for e in parse(page.text).iter("dd") if (name := e.get("data-total"))}


@pytest.mark.parametrize("month", MONTHS)
@pytest.mark.parametrize("path", ["/", "/standings"])
def test_the_lines_behind_a_number_come_to_it(office: FlaskClient, path: str, month: str) -> None:
    found = list(links(office.get(f"{path}?month={month}").text))
    assert len(found) > 20
    for text, address in found:
        told = totals(office, address)
        if not told:
            assert text == "0", f"{text} leads to no lines: {address}"
        elif COUNTED & parse_qs(urlsplit(address).query).keys():
            assert text == told["count"], address
        else:
            reported, _, due = told["reported"].partition("/")
            assert text in {*told.values(), reported, due}, address


def test_every_filter_can_be_changed_on_the_list(office: FlaskClient) -> None:
    root = parse(office.get("/projects?month=2023-03&status=missing&start=overdue&lagging=1").text)
    chosen = {
        field.get("name"): option.get("value")
        for field in root.iter("select")
        for option in field.iter("option")
        if option.get("selected") is not None
    }
    assert (chosen["status"], chosen["start"]) == ("missing", "overdue")
    assert [f.get("checked") is not None for f in root.iter("input") if f.get("name") == "lagging"] == [True]
    more = [e for e in root.iter("details") if e.get("class") == "filter-more"]
    assert [e.get("open") is not None for e in more] == [True]


def test_what_no_filter_is_called_narrows_nothing(office: FlaskClient) -> None:
    page = text_of(office.get("/projects?month=2023-03&status=x&start=y&turned=z&lagging=2").text)
    assert "共6个子项目，符合条件6个" in page


def test_the_workbook_of_the_list_is_narrowed_too_and_says_so(office: FlaskClient) -> None:
    answer = office.get("/projects.xlsx?month=2023-03&cohort=continuing&lagging=1")
    sheet = load_workbook(BytesIO(answer.data)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert any("低于序时" in str(value) for row in rows[:3] for value in row)
    assert sum("A-2" in row for row in rows) == 1
    assert not any("A-1" in row for row in rows)


def test_down_to_the_report_and_its_cell(office: FlaskClient) -> None:
    text = text_of(office.get("/projects/2023/A-2?month=2023-03").text)
    assert "来自 3月月报.xlsx 工作表“月报” F5 单元格" in text
    english = office.get("/projects/2023/A-2?month=2023-03", headers={"Accept-Language": "en"})
    assert "from 3月月报.xlsx, sheet “月报”, cell F5" in text_of(english.text)


def test_other_fronts_totals_name_their_file(office: FlaskClient) -> None:
    assert "各领域.xlsx" in text_of(office.get("/standings?month=2023-03").text)


@pytest.mark.parametrize("month", MONTHS)
def test_each_light_leads_to_as_many_lines(office: FlaskClient, month: str) -> None:
    root = parse(office.get(f"/?month={month}").text)
    counts = next(e for e in root.iter("ul") if e.get("class") == "light-counts")
    for link in counts.iter("a"):
        told = parse(office.get(link.get("href") or "").text)
        rows = [row for body in told.iter("tbody") for row in body.iter("tr")]
        assert len(rows) == int(next("".join(e.itertext()) for e in link.iter("strong"))), link.get("href")
