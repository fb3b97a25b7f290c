"""A month's reports: the forms in which amounts come, what is refused, and that nothing is written then."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.databases import dump
from tests.factories import Desk, at, line, report, reports_file, work, workbook, yuan
from tests.services.month_desk import accepted, hand_in, march, returned, seen, standing
from tracker.core.coverage import ReportStatus
from tracker.core.errors import NotFound, Refused
from tracker.store.audit import AuditEntry
from tracker.store.periods import PeriodRow, StateChange
from tracker.store.problems import ProblemRow
from tracker.store.reports import Report, ReportRevision, ReportState
from tracker.store.roster import MilestoneRow, Subproject


@pytest.fixture
def office(desk: Desk) -> Desk:
    """Return a desk with two continuing lines and a new one of 1200 万元 each, and a work."""
    desk.roster(
        [
            line("甲", code="CX-1"),
            line("乙", code="CX-2"),
            line("丙", code="CX-3", category="new", planned_start="2023-02"),
            work("招商", code="G-1"),
        ]
    )
    return desk


def refused(desk: Desk, period: str, *rows: object, **options: object) -> list[str]:
    """Import rows that must be refused; return the sentences, having checked that nothing was written."""
    before = dump(desk.engine)
    with pytest.raises(Refused) as refusal:
        desk.reports(period, rows, **options)  # type: ignore[arg-type]
    assert dump(desk.engine) == before, "a refused file must leave nothing behind"
    return [problem.sentence() for problem in refusal.value.problems]


# ---- The forms of an amount -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("january", "february"),
    [
        (report("甲", 30), report("甲", 20)),
        (report("甲", ytd=30), report("甲", ytd=50)),
        (report("甲", 30, 30), report("甲", 20, 50)),
        (report("甲", 30), report("甲", ytd=50)),
        (report("甲", ytd=30), report("甲", 20)),
    ],
    ids=["month", "year to date", "both", "month then year", "year then month"],
)
def test_whatever_is_said_the_other_follows(office: Desk, january: object, february: object) -> None:
    office.reports("2023-01", [january])  # type: ignore[list-item]
    office.reports("2023-02", [february])  # type: ignore[list-item]
    found = office.line("2023-02", "甲")
    assert (found.month_completed, found.completed) == (yuan(20), yuan(50))
    assert found.amounts[:2] == (yuan(30), yuan(20))


def test_a_first_year_to_date_is_one_entry_and_says_so(office: Desk) -> None:
    outcome = office.reports("2023-03", [report("甲", ytd=300), report("乙", ytd=200)])
    assert outcome.notes == ("此前月份未报的，累计完成投资按 1—3月 一笔计入",)
    found = office.line("2023-03", "甲")
    assert (found.completed, found.amounts[:3], found.spans[2]) == (yuan(300), (None, None, yuan(300)), 1)
    assert found.best_month == 0, "three months in one are no best month"


def test_january_alone_is_its_own_year_to_date_without_a_note(office: Desk) -> None:
    assert office.reports("2023-01", [report("甲", ytd=30)]).notes == ()


def test_fractions_to_the_yuan_are_exact(office: Desk) -> None:
    office.reports("2023-01", [report("甲", "0.0001")])
    office.reports("2023-02", [report("甲", "0.0002", "0.0003")])
    assert office.line("2023-02", "甲").completed == 3


# ---- Contradictions ---------------------------------------------------------------------------------


def test_a_year_to_date_that_is_not_the_sum_is_refused_with_both_numbers(office: Desk) -> None:
    office.reports("2023-01", [report("甲", 30)])
    (sentence,) = refused(office, "2023-02", report("甲", 20, 60), report("乙", 1))
    assert "累计完成投资 60 万元" in sentence
    assert "50 万元" in sentence
    assert "月报.xlsx，工作表“月报”，D" in sentence


def test_a_falling_year_to_date_is_refused_with_both_numbers(office: Desk) -> None:
    office.reports("2023-01", [report("甲", 30)])
    (sentence,) = refused(office, "2023-02", report("甲", ytd=20))
    assert "20 万元，低于此前已报累计 30 万元" in sentence


def test_a_year_to_date_below_what_is_known_is_refused_across_a_gap(office: Desk) -> None:
    office.reports("2023-01", [report("甲", 30)])
    (sentence,) = refused(office, "2023-04", report("甲", 10, 35))
    assert "35" in sentence
    assert "40" in sentence


def test_an_earlier_month_that_contradicts_a_later_one_warns_and_names_it(office: Desk) -> None:
    office.reports("2023-02", [report("甲", 20, 50)])
    outcome = office.reports("2023-01", [report("甲", 45)])
    (warning,) = outcome.warnings
    assert "2月已报累计 50 万元" in warning.what
    assert "65 万元" in warning.what


def test_every_problem_of_a_file_is_told_at_once(office: Desk) -> None:
    office.reports("2023-01", [report("甲", 30)])
    sentences = refused(
        office, "2023-02", report("甲", 1, 1), report("没有的", 1), report("招商", 5), report("乙", 1)
    )
    assert len(sentences) == 3


# ---- Who is meant -----------------------------------------------------------------------------------


def test_an_unknown_name_is_refused_with_the_nearest_names(desk: Desk) -> None:
    desk.roster([line("龙城实验室一期"), line("龙城实验室中试基地"), line("碳纤维研发楼")])
    (sentence,) = refused(desk, "2023-01", report("龙城试验室一期", 1))
    assert "名册里没有“龙城试验室一期”" in sentence
    assert sentence.index("“龙城实验室一期”") < sentence.index("“龙城实验室中试基地”")
    assert "碳纤维" not in sentence


def test_an_ambiguous_name_needs_its_code_or_its_key_project(desk: Desk) -> None:
    desk.roster([line("一期", project="甲"), line("一期", project="乙")])
    (sentence,) = refused(desk, "2023-01", report("一期", 1))
    assert all(code in sentence for code in ("K001-1", "K002-1"))
    desk.reports("2023-01", [report("一期", 7, key_project="乙"), report(code="K001-1", month_completed=5)])
    found = {line.line.key_project: line.completed for line in desk.figures("2023-01").lines}
    assert found == {"甲": yuan(5), "乙": yuan(7)}


def test_a_code_wins_over_a_name_with_a_warning(office: Desk) -> None:
    outcome = office.reports("2023-01", [report("甲", 7, code="CX-2")])
    (warning,) = outcome.warnings
    assert "编码 CX-2 是“乙”，文件中写的是“甲”" in warning.what
    assert office.line("2023-01", "乙").completed == yuan(7)
    assert office.line("2023-01", "甲").line.submitted_late is None


def test_a_code_that_nobody_has_and_no_name_is_refused(office: Desk) -> None:
    (sentence,) = refused(office, "2023-01", report(code="CX-99", month_completed=1))
    assert "CX-99" in sentence


def test_the_same_line_by_code_and_by_name_is_refused(office: Desk) -> None:
    (sentence,) = refused(office, "2023-01", report("甲", 1), report(code="CX-1", month_completed=1))
    assert "“甲”出现两次" in sentence


def test_spaces_and_brackets_are_no_difference(desk: Desk) -> None:
    desk.roster([line("研发楼（一期）")])
    assert desk.reports("2023-01", [report(" 研发楼 (一期)", 1)]).created == 1


# ---- Impossible input -------------------------------------------------------------------------------


@pytest.mark.parametrize("amount", [-5, "-5", "（5）", "五十", "12,34"])
def test_what_is_no_amount_is_refused_at_its_cell(office: Desk, tmp_path: Path, amount: object) -> None:
    file = workbook(
        tmp_path / "月报.xlsx", [["子项目", "本月完成投资"], ["甲", amount], ["乙", 3]], sheet="三月"
    )
    before = dump(office.engine)
    with pytest.raises(Refused) as refusal:
        office.reports("2023-03", file)
    (problem,) = refusal.value.problems
    assert (problem.file, problem.sheet, problem.cell) == ("月报.xlsx", "三月", "B2")
    assert dump(office.engine) == before


def test_a_start_before_the_year_is_refused_for_a_new_project_only(office: Desk) -> None:
    (sentence,) = refused(office, "2023-03", report("丙", 1, actual_start="2022-11"))
    assert "“丙”的实际开工早于2023年" in sentence
    office.reports("2023-03", [report("甲", 1, actual_start="2021-05")])


def test_money_of_a_work_is_refused_its_words_are_taken(office: Desk) -> None:
    (sentence,) = refused(office, "2023-03", report("招商", 100))
    assert "这是一项工作，没有投资额" in sentence
    assert office.reports("2023-03", [report("招商", physical_progress="签约三个")]).created == 1
    assert office.figures("2023-03").summary.coverage.reported == 0, "a work has no part in the figures"


def test_money_without_a_start_warns_that_the_project_counts_as_not_started(office: Desk) -> None:
    outcome = office.reports("2023-03", [report("丙", 5)])
    assert ["按未开工统计" in warning.what for warning in outcome.warnings] == [True]
    assert office.figures("2023-03").summary.starts.started == 0
    office.reports("2023-04", [report("丙", 5, actual_start="2023-03")])
    assert office.reports("2023-05", [report("丙", 5)]).warnings == (), "the start is known by now"
    assert office.figures("2023-05").summary.starts.started == 1


def test_another_plan_than_the_rosters_is_a_warning(office: Desk) -> None:
    outcome = office.reports("2023-03", [report("甲", 1, annual_plan=yuan(999))])
    assert ["999" in warning.what and "1,200" in warning.what for warning in outcome.warnings] == [True]
    assert office.line("2023-03", "甲").line.annual_plan == yuan(1200)


def test_a_year_without_a_roster_takes_no_reports(desk: Desk) -> None:
    with pytest.raises(NotFound, match="tracker import roster"):
        desk.reports("2023-01", [report("甲", 1)])
    assert desk.all(PeriodRow.id) == []


# ---- Once more --------------------------------------------------------------------------------------


def test_importing_a_month_twice_changes_nothing(open_quarter: Desk) -> None:
    before = dump(open_quarter.engine)
    for number in (3, 1, 2):
        outcome = open_quarter.reports(f"2023-{number:02d}", reports_file(number), accept=True)
        assert (outcome.created, outcome.changed, outcome.unchanged) == (0, 0, 70)
    assert dump(open_quarter.engine) == before


def test_a_changed_row_is_a_second_revision_beside_the_first(office: Desk) -> None:
    office.reports("2023-01", [report("甲", 30), report("乙", 20)])
    outcome = office.reports("2023-01", [report("甲", 31), report("乙", 20)])
    assert (outcome.created, outcome.changed, outcome.unchanged) == (0, 1, 1)
    revisions = office.all(ReportRevision.number, ReportRevision.month_completed)
    assert sorted(revisions) == [(1, yuan(20)), (1, yuan(30)), (2, yuan(31))]
    assert office.line("2023-01", "甲").completed == yuan(31)


def test_what_the_second_file_has_no_column_for_stays(office: Desk) -> None:
    """A sheet with only the progress in words takes back neither the money nor the start told before."""
    office.reports("2023-03", [report("丙", 30, actual_start="2023-03", problem_text="缺地")])
    office.reports("2023-03", [report("丙", physical_progress="主体封顶")])
    found = office.line("2023-03", "丙")
    assert (found.completed, found.started) == (yuan(30), True)
    assert found.line.physical_progress == "主体封顶"
    office.reports("2023-03", [report("丙", 40)])
    found = office.line("2023-03", "丙")
    assert (found.completed, found.started, found.line.physical_progress) == (yuan(40), True, "主体封顶")


def test_a_year_to_date_replaces_the_month_told_before(office: Desk) -> None:
    office.reports("2023-01", [report("甲", 30)])
    office.reports("2023-01", [report("甲", ytd=35)])
    assert office.line("2023-01", "甲").completed == yuan(35)


def test_a_report_without_any_amount_is_taken_and_warned_about(office: Desk) -> None:
    outcome = office.reports("2023-03", [report("甲", physical_progress="办理手续")])
    assert ["没有填完成投资" in warning.what for warning in outcome.warnings] == [True]
    assert office.line("2023-03", "甲").month_completed is None


def test_a_line_that_is_not_named_stays_missing_not_zero(office: Desk) -> None:
    office.reports("2023-03", [report("甲", 0)])
    figures = office.figures("2023-03")
    by_name = {found.line.name: found for found in figures.lines}
    assert by_name["甲"].status is ReportStatus.ON_TIME
    assert by_name["甲"].month_completed == 0
    assert by_name["乙"].month_completed is None
    assert (figures.summary.coverage.due, figures.summary.coverage.reported) == (3, 1)


# ---- Periods and states -----------------------------------------------------------------------------


def test_a_month_loaded_long_after_opens_without_a_deadline_and_nothing_in_it_is_late(office: Desk) -> None:
    office.on("2023-09-01").reports("2023-01", [report("甲", 30)])
    ((state, deadline),) = office.all(PeriodRow.state, PeriodRow.deadline)
    assert (state.value, deadline) == ("open", None)
    found = office.figures("2023-01")
    assert {line.line.name: line.status for line in found.lines} == {
        "甲": ReportStatus.ON_TIME,
        "乙": ReportStatus.MISSING,
        "丙": ReportStatus.MISSING,
    }


def test_a_report_after_the_deadline_is_late_and_one_before_is_not(office: Desk) -> None:
    office.on("2023-03-30").reports("2023-03", [report("甲", 30)])
    office.now = at("2023-04-06", 23)
    office.reports("2023-03", [report("乙", 30)])
    office.now = at("2023-04-07", 0)
    assert office.line("2023-03", "丙").status is ReportStatus.MISSING
    office.reports("2023-03", [report("丙", 30, actual_start="2023-03")])
    found = {line.line.name: line.status for line in office.figures("2023-03").lines}
    assert found == {"甲": ReportStatus.ON_TIME, "乙": ReportStatus.ON_TIME, "丙": ReportStatus.LATE}


def test_before_the_deadline_what_has_not_come_is_awaited(office: Desk) -> None:
    office.on("2023-03-30").reports("2023-03", [report("甲", 30)])
    assert office.line("2023-03", "乙").status is ReportStatus.PENDING


def test_accepting_on_import_is_a_state_and_a_change_of_it_is_written_down(office: Desk) -> None:
    office.reports("2023-03", [report("甲", 30)])
    assert office.all(Report.state) == [ReportState.SUBMITTED]
    outcome = office.reports("2023-03", [report("甲", 30)], accept=True)
    assert (outcome.changed, outcome.unchanged) == (0, 1)
    assert office.all(Report.state) == [ReportState.ACCEPTED]
    changes = [
        row
        for row in office.all(StateChange.kind, StateChange.before, StateChange.after)
        if row[0] == "report"
    ]
    assert changes == [("report", "submitted", "accepted")]
    office.reports("2023-03", [report("甲", 31)])
    assert office.all(Report.state) == [ReportState.SUBMITTED], "what changed has to be looked at again"


def test_a_returned_report_counts_no_more_until_it_is_submitted_again(office: Desk) -> None:
    office.reports("2023-03", [report("甲", 30)])
    office.change(Report, Report.id > 0, state=ReportState.RETURNED, counted=None)
    assert office.line("2023-03", "甲").month_completed is None
    office.reports("2023-03", [report("甲", 30)])
    assert office.line("2023-03", "甲").completed == yuan(30)
    assert office.all(Report.state) == [ReportState.SUBMITTED]


def test_a_report_that_came_on_time_does_not_come_late_when_a_file_mends_it(desk: Desk) -> None:
    desk = march(desk)
    hand_in(desk.on("2023-04-03"), "2023-03", "A-1", "10")
    desk.on("2023-04-09").reports("2023-03", [report("甲", 20), report("乙", 5)])
    found = {line.line.code: line.status for line in desk.figures("2023-03").lines}
    assert found["A-1"] is ReportStatus.ON_TIME, "the rule is that of the form: what came on time is on time"
    assert found["A-2"] is ReportStatus.LATE


def test_a_returned_report_that_a_file_mends_after_the_deadline_is_not_late(desk: Desk) -> None:
    desk = march(desk)
    hand_in(desk.on("2023-04-03"), "2023-03", "A-1", "10")
    returned(desk, seen(desk, "2023-03", "A-1"))
    desk.on("2023-04-09").reports("2023-03", [report("甲", 20)])
    assert desk.line("2023-03", "A-1").status is ReportStatus.ON_TIME


def test_what_was_missing_when_its_month_closed_comes_late_by_file_too(desk: Desk) -> None:
    desk = march(desk)
    hand_in(desk.on("2023-04-03"), "2023-03", "A-1", "10")
    returned(desk, seen(desk, "2023-03", "A-1"))
    desk.on("2023-04-10").close("2023-03")
    desk.on("2023-06-10").reports("2023-03", [report("甲", 20)], correction="六月才补报")
    assert desk.line("2023-03", "A-1", corrected=True).status is ReportStatus.LATE


# ---- What came since from the units -----------------------------------------------------------------


def test_accepting_a_file_does_not_pass_over_a_correction_that_waits(desk: Desk) -> None:
    desk = march(desk)
    hand_in(desk, "2023-01", "A-1", "90", 1, correction_reason="重复计入设备款")
    before = standing(desk, "2023-01", "A-1")
    outcome = desk.reports("2023-01", [report("甲", 100), report("乙", 100)], accept=True)
    assert standing(desk, "2023-01", "A-1") == before == (ReportState.SUBMITTED, 2, 1, 1)
    assert standing(desk, "2023-01", "A-2")[0] is ReportState.ACCEPTED, "what nobody corrected is accepted"
    (warning,) = outcome.warnings
    assert "“甲”填报员 第2次报送的内容正等待审核" in warning.what
    assert "没有随导入审核通过" in warning.what


def test_accepting_a_file_leaves_a_returned_report_returned(desk: Desk) -> None:
    desk = march(desk)
    hand_in(desk, "2023-03", "A-1", "100")
    accepted(desk, seen(desk, "2023-03", "A-1"))
    hand_in(desk, "2023-03", "A-1", "110", 1)
    returned(desk, seen(desk, "2023-03", "A-1"))
    outcome = desk.reports("2023-03", [report("甲", 100)], accept=True)
    assert standing(desk, "2023-03", "A-1") == (ReportState.RETURNED, 2, 1, 1), (
        "accepted words are the newest"
    )
    (warning,) = outcome.warnings
    assert "“甲”填报员 第2次报送的内容已退回" in warning.what


def test_a_file_that_passes_over_a_correction_that_waits_names_it(desk: Desk) -> None:
    desk = march(desk)
    hand_in(desk, "2023-01", "A-1", "90", 1, correction_reason="重复计入设备款")
    outcome = desk.reports("2023-01", [report("甲", 80), report("乙", 70)], correction="审计核减")
    assert ["“甲”填报员 第2次报送的内容正等待审核" in warning.what for warning in outcome.warnings] == [True]
    assert standing(desk, "2023-01", "A-1")[1:3] == (3, 3)


def test_a_file_takes_back_no_milestone_that_a_report_reached(desk: Desk) -> None:
    desk = march(desk)
    with desk.writing() as session:
        line_id = session.scalar(sa.select(Subproject.id).where(Subproject.code == "A-1"))
        step = MilestoneRow(subproject_id=line_id, name="主体封顶", due_on=at("2023-03-20").date())
        session.add(step)
        session.flush()
        field = f"milestone_{step.id}"
    reached = [at("2023-03-18").date()]
    hand_in(desk, "2023-03", "A-1", "30", **{field: "2023-03-18"})
    desk.reports("2023-03", [report("甲", 31)])
    assert desk.all(MilestoneRow.done_on) == reached
    desk.on("2023-05-03")
    hand_in(desk, "2023-04", "A-1", "3")
    assert desk.all(MilestoneRow.done_on) == reached, "a later report settles it anew from what counts"
    hand_in(desk, "2023-03", "A-1", "32", 2)
    assert desk.all(MilestoneRow.done_on) == [None], "a form that says it is not reached does take it back"


# ---- The audit trail --------------------------------------------------------------------------------


def test_an_import_is_audited_with_its_counts_and_one_without_news_is_not(office: Desk) -> None:
    office.reports("2023-03", [report("甲", 30)])
    office.reports("2023-03", [report("甲", 30)])
    told = [
        (action, after)
        for action, after in office.all(AuditEntry.action, AuditEntry.after)
        if "reports" in action
    ]
    assert [action for action, _ in told] == ["reports.import"]
    assert (told[0][1]["file"], told[0][1]["created"]) == ("月报.xlsx", 1)


def trail(desk: Desk) -> list[tuple[str, dict[str, str] | None, dict[str, str]]]:
    """Return about what the imports left entries, with the values before and after; oldest first."""
    columns = (AuditEntry.action, AuditEntry.object_id, AuditEntry.before, AuditEntry.after)
    return [
        (about, before, after)
        for _, action, about, before, after in sorted(desk.all(AuditEntry.id, *columns))
        if action.startswith("reports.")
    ]


def test_a_report_that_an_import_changes_is_audited_before_and_after(office: Desk) -> None:
    office.reports("2023-03", [report("甲", 30, physical_progress="打桩"), report("乙", 20)])
    office.reports("2023-03", [report("甲", 31), report("乙", 20), report("招商", physical_progress="签约")])
    created, (about, before, after), (period, _, counts) = trail(office)
    assert created[0] == period == "2023-03"
    assert about == "2023-03 CX-1"
    assert before is not None
    assert {name: (before[name], after[name]) for name in before if before[name] != after[name]} == {
        "month_completed": ("30", "31"),
        "revision": ("1", "2"),
    }
    assert (after["physical_progress"], after["source"]) == ("打桩", "月报.xlsx")
    assert (counts["created"], counts["changed"]) == (1, 1), "what is new is only counted"


def test_a_report_that_an_import_accepts_is_audited_before_and_after(office: Desk) -> None:
    office.reports("2023-03", [report("甲", 30)])
    office.reports("2023-03", [report("甲", 30)], accept=True)
    about, before, after = trail(office)[1]
    assert (about, before) == ("2023-03 CX-1", {"state": "submitted"})
    assert after["state"] == "accepted"


def test_a_correction_by_file_is_audited_with_its_reason_and_what_counted_before(desk: Desk) -> None:
    desk = march(desk)
    hand_in(desk, "2023-01", "A-1", "90", 1, correction_reason="重复计入设备款")
    desk.reports("2023-01", [report("甲", 80)], correction="审计核减")
    about, before, after = trail(desk)[0]
    assert about == "2023-01 A-1"
    assert before is not None
    assert (before["month_completed"], before["revision"]) == ("100", "1"), "not what only waited"
    assert (after["month_completed"], after["correction_reason"], after["revision"]) == (
        "80",
        "审计核减",
        "3",
    )


def test_a_file_that_changes_very_many_reports_leaves_one_entry_with_a_bounded_list(desk: Desk) -> None:
    names = [f"项目{number:03d}" for number in range(205)]
    desk.roster([line(name, code=f"N-{name[-3:]}") for name in names])
    desk.reports("2023-03", [report(name, 1) for name in names])
    told = "长" * 300
    desk.reports("2023-03", [report(name, 2, physical_progress=told) for name in names])
    (_, (period, _, counts)) = trail(desk)
    assert (period, counts["changed"]) == ("2023-03", 205)
    assert len(counts["changes"]) == 201
    short = "长" * 60
    assert counts["changes"][0] == f"N-000：本月完成投资 1 → 2，形象进度 无 → {short}…"
    assert counts["changes"][-1] == "另有 5 项，见各项月报的历次报送"
    desk.reports("2023-03", [report(name, 2) for name in names], accept=True)
    assert trail(desk)[-1][2]["changes"][0] == "N-000：审核通过"
    assert len(trail(desk)) == 3


# ---- Problems ---------------------------------------------------------------------------------------


def test_a_problem_told_every_month_is_raised_once(office: Desk) -> None:
    for name in ("2023-01", "2023-02", "2023-03"):
        office.reports(name, [report("甲", 1, problem_text="缺地", help_needed="请协调")])
    office.reports("2023-03", [report("乙", 1, problem_text="缺地"), report("招商", problem_text="缺人")])
    rows = office.all(ProblemRow.text, ProblemRow.help_needed, ProblemRow.raised_in)
    assert sorted((text, help_needed, str(month)) for text, help_needed, month in rows) == [
        ("缺人", "", "2023-03"),
        ("缺地", "", "2023-03"),
        ("缺地", "请协调", "2023-01"),
    ]


def test_a_problem_stands_since_the_first_month_that_told_it_in_whatever_order_they_come(
    office: Desk,
) -> None:
    office.reports("2023-03", [report("甲", 1, problem_text="缺地")])
    office.reports("2023-01", [report("甲", 1, problem_text="缺地")])
    assert [str(month) for month in office.all(ProblemRow.raised_in)] == ["2023-01"]
    assert [entry.text for entry in office.briefing("2023-01").problems] == ["缺地"]


def test_problems_of_the_quarter_are_those_of_its_files(open_quarter: Desk) -> None:
    texts = open_quarter.all(sa.func.count(ProblemRow.id))
    told = {(problem.code, problem.text) for problem in open_quarter.briefing("2023-03").problems}
    assert texts == [len(told)]
    assert len(told) > 0


def test_a_problem_is_worded_anew_with_its_report(office: Desk) -> None:
    office.reports("2023-01", [report("甲", 100, problem_text="缺用地指标")])
    office.reports("2023-01", [report("甲", 100, problem_text="缺用地指标30亩")])
    assert office.all(ProblemRow.text) == ["缺用地指标30亩"]
    office.reports("2023-01", [report("甲", 100, problem_text="")])
    assert office.all(ProblemRow.text) == []
