"""Opening, closing and telling a month on the command line."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Instance, finished
from tests.core.test_figures import NOTICE
from tests.databases import dump
from tests.factories import line, report
from tracker.core.figures_json import figures_to_json


def told(instance: Instance, month: str, *options: str) -> dict[str, object]:
    done = instance.run("figures", "--month", month, "--json", *options)
    assert done.status == 0, done
    found: dict[str, object] = json.loads(done.out)
    return found


def test_the_notice_to_the_digit(quarter: Instance) -> None:
    march = told(quarter, "2023-03")
    cohorts: dict[str, dict[str, object]] = march["cohorts"]  # type: ignore[assignment]
    for cohort, wanted in NOTICE.items():
        assert {key: cohorts[cohort][key] for key in wanted} == wanted
    assert march["state"] == "open"
    assert [len(march[name]) for name in ("programmes", "departments", "districts", "subprojects")] == [
        6,
        19,
        7,
        70,
    ]  # type: ignore[arg-type]


def test_json_is_what_the_service_computes_and_nothing_else(quarter: Instance) -> None:
    assert told(quarter, "2023-02") == json.loads(
        json.dumps(figures_to_json(quarter.desk.figures("2023-02")))
    )


def test_every_amount_and_percentage_is_a_plain_text(quarter: Instance) -> None:
    amount, percentage = re.compile(r"-?\d+(\.\d{1,3}[1-9]|\.[1-9])?"), re.compile(r"-?\d+\.\d\d")
    for found in told(quarter, "2023-03")["subprojects"]:  # type: ignore[attr-defined]
        assert amount.fullmatch(found["annual_plan"])
        assert amount.fullmatch(found["completed"])
        assert percentage.fullmatch(found["progress"])
        assert {reason["rule"] for reason in found["reasons"]} or found["light"] == "green"


def test_figures_for_people(quarter: Instance) -> None:
    done = quarter.run("figures", "--month", "2023-03")
    assert done.status == 0
    assert done.out.startswith("今年1—3月，52个续建项目投资进度27.58%")
    assert len(done.out.splitlines()) > 70


def test_a_front_that_is_not_kept_here_is_refused(quarter: Instance) -> None:
    (reason,) = quarter.refused("figures", "--month", "2023-03", "--front", "产业现代化")
    assert "产业现代化" in reason


@pytest.mark.parametrize(
    "words",
    [["figures", "--month", "2023-07"], ["period", "show", "2023-07"], ["period", "close", "2023-07"]],
    ids=" ".join,
)
def test_a_month_that_is_not_there_is_one_sentence(quarter: Instance, words: list[str]) -> None:
    (reason,) = quarter.refused(*words)
    assert "2023-07" in reason


def test_open_show_close(instance: Instance, today: object) -> None:
    instance.desk.roster([line("甲"), line("乙")])
    opened = instance.run("period", "open", "2023-04")
    assert opened.out == "2023-04  填报中，报送期限 2023-05-06 23:59\n"
    assert instance.run("period", "open", "2023-04").out == opened.out
    instance.desk.on("2023-04-20").reports("2023-04", [report("甲", 1)])
    shown = instance.run("period", "show", "2023-04")
    assert shown.out == opened.out + "应报2个，已报1个，待报1个\n"
    closed = instance.run("period", "close", "2023-04")
    assert closed.status == 0
    path = Path(closed.out.splitlines()[-1].removeprefix("通报  "))
    assert path.is_file()
    assert path.is_relative_to(instance.home / "briefings")
    assert instance.run("period", "show", "2023-04").out.splitlines() == [
        "2023-04  已关闭，报送期限 2023-05-06 23:59，2023-04-04 10:00 关闭",
        "应报2个，已报1个，未报1个",
    ]
    assert instance.refused("period", "close", "2023-04") == ["2023-04 不是开放状态，不能关闭。"]
    (reason,) = instance.refused("period", "open", "2023-04")
    assert "已关闭" in reason


def test_a_deadline_that_is_only_estimated_says_so(instance: Instance, today: object) -> None:
    done = instance.run("period", "open", "2031-04")
    assert done.status == 0
    assert "估算" in done.err
    assert "估算" not in instance.run("period", "open", "2023-04").err


def test_closing_warns_of_earlier_months_that_are_still_open(quarter: Instance, today: object) -> None:
    done = quarter.run("period", "close", "2023-03")
    assert done.status == 0
    assert [reason[:14] for reason in done.reasons] == ["提示  2023-01 尚未", "提示  2023-02 尚未"]


def test_an_empty_year_cannot_be_closed(instance: Instance, today: object) -> None:
    instance.run("period", "open", "2023-03")
    (reason,) = instance.refused("period", "close", "2023-03")
    assert "tracker import roster" in reason
    assert not list((instance.home / "briefings").rglob("*.xlsx"))


def test_two_processes_that_close_at_once(quarter: Instance) -> None:
    done = [finished(process) for process in [quarter.start("period", "close", "2023-03") for _ in range(2)]]
    assert sorted(outcome.status for outcome in done) == [0, 1], done
    (loser,) = [outcome for outcome in done if outcome.status]
    assert loser.reasons == ["2023-03 不是开放状态，不能关闭。"]
    rows = dump(quarter.engine)
    assert len(rows["snapshot"]) == len(rows["briefing_issue"]) == 1
    assert len(rows["snapshot_line"]) == 70
    assert quarter.run("doctor").status == 0


def test_a_briefing_is_written_where_it_is_asked_for(closed: Instance, tmp_path: Path) -> None:
    done = closed.run("brief", "--month", "2023-03", "--out", tmp_path / "通报")
    assert done.status == 0
    (path,) = done.out.splitlines()
    first = hashlib.sha256(Path(path).read_bytes()).digest()
    again = finished(closed.start("brief", "--month", "2023-03", "--out", tmp_path / "再来"))
    assert hashlib.sha256(Path(again.out.strip()).read_bytes()).digest() == first


def test_the_doctor_says_what_is_wrong_and_exits_one(closed: Instance) -> None:
    assert closed.run("doctor").out == "实例正常。\n"
    issue = closed.desk.on("2023-04-11").issue("2023-03")
    (closed.home / "briefings" / issue.file_name).unlink()
    done = closed.run("doctor")
    assert (done.status, done.out, len(done.reasons)) == (1, "", 1)
    assert issue.file_name in done.err
