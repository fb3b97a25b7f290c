"""挂图作战: every light where it belongs, the board asked for again and again, the end of the session."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient

from tests.web.clocks import Clock, app_by
from tests.web.conftest import sign_in
from tests.web.markup import parse, text_of
from tests.web.reporting import Place
from tests.web.seed import HOSTILE, NOW
from tracker.core.periods import Period
from tracker.services.figures import figures_of
from tracker.store.engine import reading

SVG = "{http://www.w3.org/2000/svg}"
LETTERS = {"red": "红", "yellow": "黄", "green": "绿", "grey": "灰"}


def cells_of(root: Element) -> dict[str, list[tuple[str, str]]]:
    """Return per line of the grid the class and the letter of its twelve cells."""
    found = {}
    for row in root.iter("tr"):
        link = row.find("th[@scope='row']/a")
        if link is not None:
            code = link.get("href", "").partition("?")[0].rpartition("/")[2]
            found[code] = [(cell.get("class", ""), cell.text or "") for cell in row.iter("td")]
    return found


@pytest.mark.parametrize("by", ["programme", "district"])
def test_every_cell_is_the_light_of_its_month(office: FlaskClient, by: str) -> None:
    found = cells_of(parse(office.get("/wall", query_string={"by": by}).text))
    assert set(found) == {"A-1", "A-2", "A-3", "B-1", "B-2", "C-1"}
    with reading(office.application.extensions["tracker_engine"]) as session:
        for month in range(1, 13):
            told = {}
            if month <= 4:
                figures = figures_of(session, Period(2023, month), NOW)
                told = {line.line.code: line.light.value for line in figures.lines}
            for code, cells in found.items():
                css, letter = cells[month - 1]
                light = told.get(code)
                open_ = " provisional" if month == 4 else ""
                assert (css, letter) == (f"{light}{open_}" if light else "dark", LETTERS.get(light or "", ""))


def test_the_headline_is_of_the_newest_closed_month(office: FlaskClient) -> None:
    text = text_of(office.get("/wall").text)
    assert "2023年3月 已关闭 今年1—3月" in text
    assert "2023年2月 已关闭 今年1—2月" in text_of(office.get("/wall?month=2023-02").text)
    assert "填报中（暂定数）" in text_of(office.get("/wall?month=2023-04").text)


def test_groups_and_districts_tell_their_figures(office: FlaskClient) -> None:
    root = parse(office.get("/wall?by=district").text)
    heads = [
        " ".join(" ".join(head.itertext()).split())
        for head in root.iter("th")
        if head.get("scope") == "rowgroup"
    ]
    with reading(office.application.extensions["tracker_engine"]) as session:
        figures = figures_of(session, Period(2023, 3), NOW)
    for group in figures.summary.districts:
        lights = [line.light.value for line in figures.lines if line.line.district == group.name]
        (head,) = [head for head in heads if head.startswith(group.name)]
        assert f"{(group.sums.progress or 0) / 100:.2f}%" in head
        assert (f"红 {lights.count('red')}" in head) == ("red" in lights)
        tile = next(
            link for link in root.iter(f"{SVG}a") if f"district={group.name}" in unquote(link.get("href", ""))
        )
        assert f"{group.name} · 排名 {group.rank}" in "".join(tile.itertext())
        assert f"红{lights.count('red')}" in "".join(tile.itertext())


def test_names_are_escaped(office: FlaskClient) -> None:
    html = office.get("/wall").text
    assert HOSTILE not in html
    assert "&lt;script&gt;" in html


def test_english_has_its_own_letters(office: FlaskClient) -> None:
    root = parse(office.get("/wall", headers={"Accept-Language": "en"}).text)
    letters = {letter for cells in cells_of(root).values() for _, letter in cells}
    assert letters <= {"R", "Y", "G", "–", ""}
    assert "R" in letters


def test_an_unchanged_board_is_not_sent_again(office: FlaskClient) -> None:
    first = office.get("/wall/board")
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "no-store")
    again = office.get("/wall/board", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Tracker-Now"] == NOW.isoformat()
    other = office.get("/wall/board?by=district", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200
    english = {"If-None-Match": first.headers["ETag"], "Accept-Language": "en"}
    assert office.get("/wall/board", headers=english).status_code == 200


def test_the_board_is_the_one_on_the_page(office: FlaskClient) -> None:
    def board(path: str) -> str:
        html = office.get(path).text
        start = html.index('<div class="wall-board"')
        return html[start : html.index("</aside>")]

    assert board("/wall?month=2023-02&by=district") == board("/wall/board?month=2023-02&by=district")


def test_a_changed_light_makes_another_board(place: Place) -> None:
    office = place.browser("office").client
    etag = {"If-None-Match": office.get("/wall/board").headers["ETag"]}
    assert office.get("/wall/board", headers=etag).status_code == 304
    told = {"month_completed": "110", "physical_progress": "三层封顶", "based_on": "0"}
    assert place.browser().post("/month/2023-05/A-1", told).status_code == 303
    changed = office.get("/wall/board", headers=etag)
    assert changed.status_code == 200
    assert changed.headers["ETag"] != etag["If-None-Match"]


def test_a_month_that_was_never_opened_is_not_found(office: FlaskClient) -> None:
    assert office.get("/wall?month=2023-09").status_code == 404
    assert office.get("/wall/board?month=2023-09").status_code == 404


def test_without_any_month_the_page_says_what_to_do(at_empty: FlaskClient) -> None:
    assert "tracker import roster" in at_empty.get("/wall").text
    assert at_empty.get("/wall/board").status_code == 404


def test_a_wall_that_refreshes_stays_signed_in_until_the_session_ends(tmp_path: Path) -> None:
    clock = Clock()
    client = app_by(clock, tmp_path).test_client()
    assert sign_in(client, "leader") == 302
    for _ in range(11):
        clock.forward(hours=1)
        answer = client.get("/wall/board")
        assert answer.status_code == 200
        ends, now = (
            datetime.fromisoformat(answer.headers[name]) for name in ("Tracker-Session-Ends", "Tracker-Now")
        )
        assert (now, ends) == (clock(), NOW + timedelta(hours=12))
    clock.forward(hours=1)
    over = client.get("/wall/board")
    # The script takes any redirection for a session that is over.
    assert (over.status_code, over.headers["Location"]) == (302, "/login?next=/wall/board")


def test_a_wall_that_was_cut_off_for_too_long_is_signed_out(tmp_path: Path) -> None:
    clock = Clock()
    client = app_by(clock, tmp_path).test_client()
    assert sign_in(client, "leader") == 302
    clock.forward(hours=2)
    assert client.get("/wall/board").status_code == 302
