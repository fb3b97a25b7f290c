"""Making a briefing: checked before it is written, written whole or not at all, issued once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.databases import dump
from tests.factories import ACTOR, Desk, line, month, report
from tracker.briefing import write_briefing
from tracker.core.briefing import Briefing
from tracker.core.errors import NotFound
from tracker.services import briefings
from tracker.services.briefing_issues import find_issue, list_issues, newest_issue
from tracker.services.briefings import FailedChecks, issue_briefing, write_briefing_to
from tracker.store.briefings import BriefingIssue

NAME = "创新现代化重点项目进展情况通报（2023年3月）.xlsx"


def files(folder: Path) -> list[str]:
    """Return every file under a folder, hidden ones too."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def written_to(desk: Desk, folder: Path, write: object = write_briefing) -> Path:
    with desk.looking() as session:
        return write_briefing_to(session, month("2023-03"), folder, desk.now, write).path  # type: ignore[arg-type]


@pytest.fixture
def wrong_sums(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every briefing be composed with a check that fails."""
    compose = briefings.compose

    def with_a_failed_check(*told: object) -> Briefing:
        briefing = compose(*told)  # type: ignore[arg-type]
        first = replace(briefing.checks[0], passed=False, detail="70个与69个")
        return replace(briefing, checks=(first, *briefing.checks[1:]))

    monkeypatch.setattr(briefings, "compose", with_a_failed_check)


# ---- Names and bytes --------------------------------------------------------------------------------


def test_a_closed_months_briefing_has_its_plain_name(closed_quarter: Desk, tmp_path: Path) -> None:
    assert written_to(closed_quarter, tmp_path / "out" / "deep").name == NAME
    assert files(tmp_path / "out") == [f"deep/{NAME}"]


def test_an_open_months_briefing_says_that_it_is_provisional(open_quarter: Desk, tmp_path: Path) -> None:
    assert written_to(open_quarter, tmp_path).name == NAME.replace("）.xlsx", "）（暂定）.xlsx")


def test_a_front_with_signs_that_no_file_name_may_have(desk: Desk, tmp_path: Path) -> None:
    desk.roster([line("甲", front='产/业:"现代"?*')])
    desk.reports("2023-03", [report("甲", 1)])
    path = written_to(desk, tmp_path)
    assert path.parent == tmp_path
    assert path.name.startswith("产业现代重点项目")


def test_the_same_closed_month_gives_the_same_bytes_on_any_day(closed_quarter: Desk, tmp_path: Path) -> None:
    first = written_to(closed_quarter, tmp_path / "1").read_bytes()
    closed_quarter.on("2024-08-08")
    assert written_to(closed_quarter, tmp_path / "2").read_bytes() == first


def test_writing_again_replaces_the_file(closed_quarter: Desk, tmp_path: Path) -> None:
    path = written_to(closed_quarter, tmp_path)
    content = path.read_bytes()
    path.write_bytes(b"old")
    assert written_to(closed_quarter, tmp_path).read_bytes() == content
    assert files(tmp_path) == [NAME]


# ---- Failing ----------------------------------------------------------------------------------------


def test_a_failed_check_stops_the_briefing_and_is_told(
    open_quarter: Desk, tmp_path: Path, wrong_sums: None
) -> None:
    with pytest.raises(FailedChecks, match=r"2023-03 的通报没有生成，核对未通过：.*70个与69个"):
        written_to(open_quarter, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_failed_check_keeps_the_month_open(open_quarter: Desk, wrong_sums: None) -> None:
    before = dump(open_quarter.engine)
    with pytest.raises(FailedChecks):
        open_quarter.close("2023-03")
    assert dump(open_quarter.engine) == before


def test_a_workbook_that_breaks_half_way_leaves_nothing_and_the_old_one_alone(
    closed_quarter: Desk, tmp_path: Path
) -> None:
    def break_half_way(_briefing: Briefing, path: Path) -> None:
        path.write_bytes(b"half a workbook")
        raise OSError("disk full")

    (tmp_path / NAME).write_bytes(b"the one before")
    with pytest.raises(OSError, match="disk full"):
        written_to(closed_quarter, tmp_path, break_half_way)
    assert files(tmp_path) == [NAME]
    assert (tmp_path / NAME).read_bytes() == b"the one before"


def test_whoever_watches_the_folder_never_sees_half_a_workbook(closed_quarter: Desk, tmp_path: Path) -> None:
    seen: list[list[str]] = []

    def watched(briefing: Briefing, path: Path) -> None:
        path.write_bytes(b"half")
        seen.append([name for name in files(tmp_path) if not name.startswith(".")])
        write_briefing(briefing, path)

    written_to(closed_quarter, tmp_path, watched)
    assert seen == [[]]


def test_a_period_that_is_not_there_has_no_briefing(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="2023-03"):
        written_to(desk, tmp_path)


# ---- Issues -----------------------------------------------------------------------------------------


def test_the_same_briefing_again_is_the_same_issue(closed_quarter: Desk) -> None:
    first = closed_quarter.issue("2023-03")
    before, on_disk = dump(closed_quarter.engine), files(closed_quarter.briefings)
    second = closed_quarter.on("2023-06-01").issue("2023-03")
    assert (second.id, second.number, second.sha256) == (first.id, 1, first.sha256)
    assert dump(closed_quarter.engine) == before
    assert files(closed_quarter.briefings) == on_disk == [first.file_name]
    assert Path(first.file_name).name == NAME
    assert len(list((closed_quarter.briefings / "2023-03").iterdir())) == 1, "no empty folder may stay"


def test_another_briefing_of_the_month_is_issue_two(open_quarter: Desk) -> None:
    provisional = open_quarter.issue("2023-03")
    open_quarter.on("2023-04-10").close("2023-03")
    final = open_quarter.issue("2023-03")
    assert (provisional.number, provisional.provisional) == (1, True)
    assert (final.number, final.provisional) == (2, False)
    assert len(files(open_quarter.briefings)) == 2
    assert open_quarter.doctor() == []


def test_issues_are_listed_newest_first_and_found(open_quarter: Desk) -> None:
    for period in ("2023-01", "2023-03"):
        open_quarter.issue(period)
    open_quarter.on("2023-04-10").close("2023-03")
    final = open_quarter.issue("2023-03")
    with open_quarter.looking() as session:
        listed = [(str(issue.period), issue.number) for issue in list_issues(session)]
        newest = newest_issue(session, month("2023-03"), "创新现代化")
        assert find_issue(session, final.id) == newest
        assert newest_issue(session, month("2023-02"), "创新现代化") is None
        with pytest.raises(NotFound):
            find_issue(session, 10**6)
    assert listed == [("2023-03", 2), ("2023-03", 1), ("2023-01", 1)]
    assert newest is not None
    assert newest.passed == len(newest.checks) > 0
    assert newest.sentence.startswith("今年1—3月，52个续建项目投资进度27.58%")


def test_an_issue_that_is_rolled_back_can_be_made_again(closed_quarter: Desk) -> None:
    with closed_quarter.undone() as session:
        issue_briefing(
            session, ACTOR, month("2023-03"), closed_quarter.briefings, closed_quarter.now, write_briefing
        )
    assert closed_quarter.all(BriefingIssue.id) == []
    issue = closed_quarter.issue("2023-03")
    assert issue.number == 1
    assert files(closed_quarter.briefings) == [issue.file_name]


# ---- What it tells ----------------------------------------------------------------------------------


def test_every_check_of_the_quarter_passes(closed_quarter: Desk) -> None:
    for period in ("2023-01", "2023-02", "2023-03"):
        briefing = closed_quarter.briefing(period)
        assert len(briefing.checks) == 7
        assert all(check.passed for check in briefing.checks)


def test_the_month_before_stands_beside_but_for_january(closed_quarter: Desk) -> None:
    before = closed_quarter.briefing("2023-03").previous
    assert before is not None
    assert (str(before.period), before.trend) == ("2023-02", ())
    assert closed_quarter.briefing("2023-01").previous is None


def test_the_cut_off_is_the_day_of_closing_here_not_in_greenwich(desk: Desk) -> None:
    desk.roster([line("甲")])
    desk.reports("2023-03", [report("甲", 1)])
    desk.on("2023-04-11", 1).close("2023-03")
    assert desk.briefing("2023-03").cut_off.isoformat() == "2023-04-11"
