"""What programs read: periods, roster, figures, lights and their unit's own reports, each as the document says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.databases import Server, address
from tests.web.programs import OTHER, Office, opened
from tests.web.seed import ACTOR
from tracker import clock
from tracker.cli import main
from tracker.core.periods import Period
from tracker.services.drafts import save_drafts
from tracker.services.reporting import Entry, Reporter
from tracker.store.accounts import Account
from tracker.store.engine import writing
from tracker.store.periods import PeriodRow, StateChange
from tracker.store.reports import Report, ReportState
from tracker.store.roster import Subproject, Unit


@pytest.fixture
def office(server: Server, tmp_path: Path) -> Iterator[Office]:
    with opened(server, tmp_path) as found:
        yield found


def test_periods_newest_first(office: Office) -> None:
    found = office.program().get("/periods")["periods"]
    assert [(period["period"], period["state"]) for period in found] == [
        ("2023-04", "open"),
        ("2023-03", "closed"),
        ("2023-02", "closed"),
        ("2023-01", "closed"),
    ]
    assert found[0]["deadline"] == "2023-05-06T23:59:59+08:00"
    assert found[0]["closed_at"] is None


def test_the_roster_says_what_is_ones_own(office: Office) -> None:
    roster = office.program().get("/roster?year=2023")
    assert (roster["year"], roster["as_of"]) == (2023, "2023-04")
    own = {line["code"]: line["own"] for line in roster["lines"] + roster["works"]}
    assert own["A-1"]
    assert own["A-2"]
    assert own["K-4"], "its lead unit reports a work"
    assert not own["B-1"]
    line = next(line for line in roster["lines"] if line["code"] == "A-2")
    assert (line["annual_plan"], line["category"], line["responsible"]) == ("1200", "continuing", ["武进区"])
    other = office.program("武进区").get("/roster?year=2023")
    assert [line["code"] for line in other["lines"] if line["own"]] == ["A-2"]


@pytest.mark.parametrize("query", ["month=2023-03", "month=2023-03&corrected=true", "month=2023-04"])
def test_figures_are_those_of_the_command_line(
    office: Office, query: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TRACKER_HOME", str(tmp_path))
    monkeypatch.setenv("TRACKER_DATABASE_URL", address(office.engine))
    monkeypatch.setattr(clock, "now", lambda: office.now)
    arguments = ["--month", query[6:13], *(["--corrected"] if "corrected" in query else [])]
    printed = CliRunner().invoke(main, ["figures", "--json", *arguments])
    assert printed.exit_code == 0, printed.output
    assert office.program().get(f"/figures?{query}") == json.loads(printed.output)


def test_a_correction_shows_where_it_is_asked_for(office: Office) -> None:
    program = office.program()

    def completed(query: str) -> str:
        lines = program.get(f"/figures?month=2023-03{query}")["subprojects"]
        return str(next(line["completed"] for line in lines if line["code"] == "A-1"))

    assert (completed(""), completed("&corrected=false"), completed("&corrected=true")) == (
        "390",
        "390",
        "350",
    )


def test_lights_are_those_of_the_figures(office: Office) -> None:
    program = office.program(OTHER)
    lines = {line["code"]: line for line in program.get("/figures?month=2023-03")["subprojects"]}
    listed = program.get("/lights?month=2023-03")
    assert [light["code"] for light in listed["lights"]] == list(lines)
    for light in listed["lights"]:
        assert light == {name: lines[light["code"]][name] for name in light}
    red = program.get("/lights?month=2023-03&light=red")["lights"]
    assert [light["code"] for light in red] == [
        code for code, line in lines.items() if line["light"] == "red"
    ]
    assert red[0]["reasons"][0]["text"]
    assert red[0]["months_in_a_row"] >= 1


def by_code(found: dict[str, Any]) -> dict[str, Any]:
    return {report["code"]: report for report in found["reports"]}


def test_reports_are_what_the_unit_owes_and_nothing_else(office: Office) -> None:
    found = office.program().get("/reports?month=2023-04")
    assert found["period"]["state"] == "open"
    mine = by_code(found)
    assert set(mine) == {"A-1", "A-2", "K-4"}
    first = mine["A-1"]
    assert (first["kind"], first["state"], first["revision"], first["counted"]) == ("line", "accepted", 1, 1)
    assert first["newest"]["said"]["month_completed"] == "150"
    assert first["newest"]["said"]["milestones"] == {}
    assert first["figures"]["month_completed"] == "150"
    assert first["last_month"]["month_completed"] == "100", "the corrected figure of March"
    work = mine["K-4"]
    assert (work["kind"], work["state"], work["revision"], work["newest"]) == ("work", None, 0, None)
    assert work["milestones"][0]["name"] == "印发文件"


def test_a_draft_is_never_told(office: Office) -> None:
    with writing(office.engine) as session:
        account = session.query(Account).filter_by(username="reporter").one()
        unit = session.query(Unit).filter_by(name="市科技局").one()
        person = Reporter(ACTOR, frozenset({unit.id}), account.id)
        entry = Entry("A-1", {"month_completed": "777", "physical_progress": "只是草稿"}, 1)
        save_drafts(session, person, Period(2023, 4), [entry], office.now)
    program = office.program()
    for path in ("/reports?month=2023-04", "/reports/2023-04/A-1"):
        assert "草稿" not in json.dumps(program.get(path), ensure_ascii=False)


def test_a_return_tells_its_reason(office: Office) -> None:
    program = office.program()
    assert program.put("A-1", "151", based_on=1).status_code == 200
    with writing(office.engine) as session:
        head = (
            session.query(Report)
            .join(Subproject, Subproject.id == Report.subproject_id)
            .join(PeriodRow, PeriodRow.id == Report.period_id)
            .filter(Subproject.code == "A-1", PeriodRow.month == 4)
            .one()
        )
        head.state = ReportState.RETURNED
        session.add(
            StateChange(
                kind="report",
                object_id=head.id,
                before="submitted",
                after="returned",
                made_by="督查室",
                made_at=office.now,
                reason="请核对设备款",
            )
        )
    found = program.get("/reports/2023-04/A-1")
    assert (found["state"], found["returned_reason"]) == ("returned", "请核对设备款")


def test_one_report_has_every_revision(office: Office) -> None:
    program = office.program()
    assert program.put("A-1", "151", based_on=1, physical_progress="封顶").status_code == 200
    found = program.get("/reports/2023-04/A-1")
    assert [revision["revision"] for revision in found["revisions"]] == [2, 1]
    assert found["newest"] == found["revisions"][0]
    assert found["newest"]["source"] == "接口"
    assert found["newest"]["made_by"].startswith("接口令牌")
    assert found["newest"]["said"]["physical_progress"] == "封顶"


def test_what_was_read_can_be_sent_again(office: Office) -> None:
    program = office.program()
    found = program.get("/reports/2023-04/A-1")
    answer = program.put("A-1", based_on=found["revision"], **found["newest"]["said"])
    assert answer.json == {
        "code": "A-1",
        "name": "平台一期",
        "revision": 1,
        "counted": True,
        "unchanged": True,
    }


@pytest.mark.parametrize(
    "path", ["/reports/2023-04/B-1", "/reports/2023-04/nothing", "/reports/2023-04/a%2Fb"]
)
def test_another_units_report_is_as_good_as_none(office: Office, path: str) -> None:
    program = office.program()
    answer = program.ask("GET", path)
    assert answer.status_code == 404
    assert "人才公寓" not in answer.text
    told = {"based_on": 1, "said": {"month_completed": "1"}}
    for query in ("", "?dry_run=true"):
        assert program.ask("PUT", f"{path}{query}", json=told).status_code == 404


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/figures", "month"),
        ("/figures?month=", "month"),
        ("/figures?month=2023-13", "month"),
        ("/figures?month=2023-3", "month"),
        ("/figures?month=2023-03%0A", "month"),
        ("/figures?month=２０２３-03", "month"),
        ("/figures?month=1989-12", "month"),
        ("/figures?month=2023-03&month=2023-04", "month"),
        ("/figures?month=2023-03&corrected=1", "corrected"),
        ("/figures?month=2023-03&corrected=", "corrected"),
        ("/figures?month=2023-03&colour=red", "colour"),
        ("/lights?month=2023-03&light=blue", "light"),
        ("/roster", "year"),
        ("/roster?year=23", "year"),
        ("/roster?year=1800", "year"),
        ("/periods?page=1", "page"),
        ("/reports/2023-4/A-1", "month"),
        ("/reports/2023-04/A-1?month=2023-04", "month"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(office: Office, path: str, field: str) -> None:
    answer = office.program().ask("GET", path)
    assert (answer.status_code, answer.mimetype) == (400, "application/json"), answer.text
    assert answer.json is not None
    (problem,) = answer.json["problems"]
    assert problem["field"] == field
    assert problem["what"]
    assert answer.json["message"] == "请求看不懂，请按 problems 逐项修改（共 1 项）。"


@pytest.mark.parametrize(
    "path",
    [
        "/figures?month=2023-03&front=%00",
        "/figures?month=2023-03&front=产业现代化",
        "/figures?month=2023-11",
        "/lights?month=2023-11",
        "/roster?year=2024",
        "/reports?month=2022-04",
        "/reports/2022-04/A-1",
        "/reports/2023-04/%00",
        "/reports/2023-04/" + "9" * 41,
    ],
)
def test_what_is_not_there_is_not_found(office: Office, path: str) -> None:
    answer = office.program().ask("GET", path)
    assert (answer.status_code, answer.mimetype) == (404, "application/json"), answer.text
    assert answer.json is not None
    assert answer.json["message"].startswith("没有找到")
