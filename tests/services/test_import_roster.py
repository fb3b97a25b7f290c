"""A roster makes a year's units, projects and plans; importing it again changes nothing."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa

from tests.databases import dump
from tests.factories import ACTOR, ROSTER_FILE, Desk, evenly, line, report, work, workbook, yuan
from tests.services.at_once import Second
from tracker.core.cohorts import Category
from tracker.core.errors import Refused
from tracker.intake.drafts import Reading
from tracker.services.import_roster import import_roster
from tracker.services.office import set_office
from tracker.store.audit import AuditEntry
from tracker.store.plans import PlanRevision
from tracker.store.roster import Front, KeyProject, Programme, Responsibility, Subproject, Unit

HEADER = [
    "重点项目（工作）",
    "子项目",
    "建设性质",
    "板块",
    "牵头部门",
    "责任单位",
    "年度计划投资",
    "计划开工",
]


def kinds(desk: Desk) -> dict[str, str]:
    return {name: kind.value for name, kind in desk.all(Unit.name, Unit.kind)}


# ---- The first import -------------------------------------------------------------------------------


def test_the_reference_roster_makes_every_unit_project_and_plan(desk: Desk) -> None:
    outcome = desk.roster(ROSTER_FILE)
    assert (outcome.created, outcome.changed, outcome.unchanged) == (78, 0, 0)
    assert desk.all(sa.func.count(Subproject.id)) == [70]
    assert desk.all(sa.func.count(KeyProject.id)) == [50]
    assert desk.all(sa.func.count(Programme.id)) == [6]
    assert desk.all(sa.func.sum(PlanRevision.annual_plan)) == [sum(desk.all(PlanRevision.annual_plan))]
    found = kinds(desk)
    assert sorted(found.values()).count("department") == 19
    assert sorted(found.values()).count("district") == 7
    assert found["武进区"] == "district"
    assert desk.all(Front.name) == ["创新现代化"]


def test_amounts_are_whole_yuan_whatever_unit_the_sheet_mixes(desk: Desk, tmp_path: Path) -> None:
    file = workbook(
        tmp_path / "清单.xlsx",
        [
            ["2023年清单", None, None, None, "单位：万元"],
            ["项目名称", "建设性质", "总投资(亿元)", "年度计划投资", "牵头部门"],
            ["甲", "续建", 1.23456789, 1234.5678, "市科技局"],
        ],
    )
    desk.roster(file)
    assert desk.all(Subproject.total_investment) == [123_456_789]
    assert desk.all(PlanRevision.annual_plan) == [12_345_678]


def test_a_district_is_whoever_hosts_and_any_other_lead_a_department(desk: Desk) -> None:
    desk.roster(
        [
            line("甲", lead="市科技局", district="武进区", responsible=("常州高新集团", "武进区")),
            line("乙", lead="新北区", district="新北区"),
            line("丙", lead="金坛区", district=None),
            line("丁", lead="市发改委", district="金坛区"),
        ]
    )
    assert kinds(desk) == {
        "市科技局": "department",
        "武进区": "district",
        "常州高新集团": "department",
        "新北区": "district",
        "金坛区": "district",
        "市发改委": "department",
    }


def test_works_are_kept_beside_the_lines_and_counted_as_created(desk: Desk) -> None:
    outcome = desk.roster([line("甲"), work("推进科技招商", responsible=("市商务局",))])
    assert outcome.created == 2
    assert sorted(desk.all(KeyProject.name, KeyProject.kind)) == [("推进科技招商", "work"), ("甲", "project")]
    assert desk.all(sa.func.count(Subproject.id)) == [1]
    assert len(desk.all(Responsibility.key_project_id)) == 1
    assert desk.roster([line("甲"), work("推进科技招商", responsible=("市商务局",))]).unchanged == 2


def test_a_preparatory_line_is_kept_and_counted_nowhere(desk: Desk) -> None:
    desk.roster(
        [line("甲"), line("乙", None, category="preparatory"), line("丙", "500", category="preparatory")]
    )
    desk.open("2023-03")
    figures = desk.figures("2023-03")
    assert [found.line.name for found in figures.lines] == ["甲"]
    assert figures.summary.coverage.due == 1
    assert figures.summary.starts.count == 0
    assert desk.all(Subproject.category).count(Category.PREPARATORY) == 2


def test_made_codes_are_unique_and_leave_given_codes_alone(desk: Desk) -> None:
    desk.roster(
        [line("甲", code="K002"), line("乙"), line("丙", project="乙"), work("丁"), work("戊", code="K001")]
    )
    lines = desk.all(Subproject.code)
    projects = desk.all(KeyProject.code)
    assert "K002" in lines
    assert "K001" in projects
    assert len({*lines, *projects}) == len(lines) + len(projects), (
        "a code that stands for a line and for a work"
    )


# ---- The second import ------------------------------------------------------------------------------


def test_the_second_import_changes_nothing_at_all(desk: Desk) -> None:
    desk.roster(ROSTER_FILE)
    before = dump(desk.engine)
    outcome = desk.on("2023-05-01").roster(ROSTER_FILE)
    assert (outcome.created, outcome.changed, outcome.unchanged, outcome.changes) == (0, 0, 78, ())
    assert dump(desk.engine) == before


@pytest.mark.parametrize("seed", range(3))
def test_made_codes_stay_when_the_file_is_sorted_anew_and_rows_are_added(desk: Desk, seed: int) -> None:
    rows = [line(f"项目{number}") for number in range(8)] + [
        line(f"子{n}", project="大项目") for n in range(3)
    ]
    desk.roster(rows)
    codes = desk.codes()
    assert len(set(codes.values())) == 11
    more = [*rows, line("新来的"), line("子9", project="大项目"), line("再来的", programme="乙工程")]
    Random(seed).shuffle(more)
    outcome = desk.roster(more)
    assert (outcome.created, outcome.unchanged) == (3, 11)
    assert {name: code for name, code in desk.codes().items() if name in codes} == codes
    assert len(set(desk.codes().values())) == 14


def test_lines_that_the_file_does_not_name_stay_and_are_told(desk: Desk) -> None:
    desk.roster([line("甲"), line("乙")])
    outcome = desk.roster([line("甲")])
    assert outcome.notes == ("名册中另有 1 个子项目不在文件中，保持不变",)
    assert sorted(desk.codes()) == ["乙", "甲"]


def test_what_the_file_does_not_say_stays(desk: Desk) -> None:
    full = line("甲", monthly_plan=evenly(1200), total_investment=10**9, responsible=("常州高新集团",))
    desk.roster([full])
    before = dump(desk.engine)
    bare = line("甲", None, programme=None, lead=None, district=None, category=None)
    assert desk.roster([bare]).changes == ()
    assert dump(desk.engine) == before


def test_spaces_and_brackets_do_not_make_another_line(desk: Desk) -> None:
    desk.roster([line("研发楼（一期）")])
    assert desk.roster([line("研发楼 (一期)")]).unchanged == 1


def test_the_same_subproject_name_in_two_key_projects_is_two_lines(desk: Desk) -> None:
    both = [line("一期", "100", project="甲"), line("一期", "200", project="乙")]
    desk.roster(both)
    assert len(desk.all(Subproject.code)) == 2
    before = dump(desk.engine)
    assert desk.roster(both[::-1]).unchanged == 2
    assert dump(desk.engine) == before


def test_a_same_named_subproject_can_join_later_in_another_key_project(desk: Desk) -> None:
    first = line("一期", "100", project="甲")
    desk.roster([first])
    (code,) = desk.all(Subproject.code)
    outcome = desk.roster([first, line("一期", "200", project="乙")])
    assert (outcome.created, outcome.unchanged) == (1, 1)
    desk.open("2023-03")
    lines = [found.line for found in desk.figures("2023-03").lines]
    assert [(found.key_project, found.code == code) for found in lines] == [("甲", True), ("乙", False)]


def test_a_line_can_move_to_another_key_project(desk: Desk) -> None:
    desk.roster([line("一期", project="甲"), line("二期", project="甲")])
    codes = desk.codes()
    outcome = desk.roster([line("一期", project="乙"), line("二期", project="甲")])
    assert outcome.changed == 1
    assert "由“甲”改为“乙”" in outcome.changes[0]
    assert desk.codes() == codes


def test_a_renamed_line_is_found_by_its_code(desk: Desk) -> None:
    desk.roster([line("旧名", code="CX-1", project="某重点项目")])
    outcome = desk.roster([line("新名", code="CX-1", project="某重点项目")])
    assert "名称由“旧名”改为“新名”" in outcome.changes[0]
    assert desk.codes() == {"新名": "CX-1"}


def test_a_renamed_work_is_found_by_its_code(desk: Desk) -> None:
    desk.roster([work("旧名", code="G-1"), line("甲")])
    outcome = desk.roster([work("新名", code="G-1"), line("甲")])
    assert (outcome.created, outcome.changed) == (0, 1)
    assert ("新名", "G-1") in desk.all(KeyProject.name, KeyProject.code)
    assert desk.roster([work("新名", code="G-1"), line("甲")]).unchanged == 2


def test_a_code_that_another_line_has_already_made_is_refused(desk: Desk) -> None:
    desk.roster([line("甲")])
    (code,) = desk.all(Subproject.code)
    with pytest.raises(Refused, match=f"“甲”已有编码 {code}，文件中写的是 CX-9"):
        desk.roster([line("甲", code="CX-9")])


def test_a_work_with_the_code_of_another_key_project_is_refused_not_crashed(desk: Desk) -> None:
    desk.roster([line("甲")])
    (code,) = desk.all(KeyProject.code)
    with pytest.raises(Refused, match=code):
        desk.roster([work("丁", code=code)])


def test_the_lead_of_a_key_project_changes_in_one_voice_only(desk: Desk) -> None:
    desk.roster([line("一期", project="甲", lead="市科技局"), line("二期", project="甲", lead="市科技局")])
    changed = [line("一期", project="甲", lead="市发改委"), line("二期", project="甲", lead="市发改委")]
    outcome = desk.roster(changed)
    assert outcome.changes == ("重点项目“甲”牵头单位由“市科技局”改为“市发改委”",)
    assert desk.roster(changed).changes == ()


@pytest.mark.parametrize("known", [False, True], ids=["first import", "project known"])
@pytest.mark.parametrize("order", [1, -1], ids=["known lead first", "known lead last"])
def test_two_leads_for_one_key_project_are_refused(desk: Desk, known: bool, order: int) -> None:
    if known:
        desk.roster([line("一期", project="甲"), line("二期", project="甲")])
    before = dump(desk.engine)
    rows = [line("一期", project="甲", lead="市科技局"), line("二期", project="甲", lead="市发改委")][::order]
    with pytest.raises(Refused, match="牵头单位前后不一") as refusal:
        desk.roster(rows)
    (problem,) = refusal.value.problems
    assert problem.cell
    assert problem.read == rows[1].lead
    assert dump(desk.engine) == before


def test_a_project_cannot_turn_into_a_work(desk: Desk) -> None:
    desk.roster([line("甲")])
    with pytest.raises(Refused, match="既是项目又是工作"):
        desk.roster([work("甲")])


def test_a_moved_programme_is_a_change_that_is_told(desk: Desk) -> None:
    desk.roster([line("一期", project="甲", programme="甲工程"), line("乙", programme="甲工程")])
    outcome = desk.roster([line("一期", project="甲", programme="乙工程"), line("乙", programme="甲工程")])
    assert any("甲工程" in change and "乙工程" in change for change in outcome.changes)
    desk.open("2023-03")
    assert desk.line("2023-03", "一期").line.programme == "乙工程"
    again = desk.roster([line("一期", project="甲", programme="乙工程"), line("乙", programme="甲工程")])
    assert again.changes == ()


def test_a_new_line_of_a_known_project_needs_no_programme(desk: Desk) -> None:
    desk.roster([line("一期", project="甲", programme="甲工程")])
    desk.roster([line("二期", project="甲", programme=None, lead=None)])
    assert desk.all(KeyProject.name) == ["甲"]
    desk.open("2023-03")
    assert desk.line("2023-03", "二期").line.programme == "甲工程"


def test_added_responsible_units_are_told_and_audited(desk: Desk) -> None:
    rows = [line("甲", responsible=("常州高新集团",)), work("丁", responsible=("市商务局",))]
    desk.roster(rows)
    entries = len(desk.all(AuditEntry.id))
    more = [
        line("甲", responsible=("常州高新集团", "市城投")),
        work("丁", responsible=("市商务局", "市城投")),
    ]
    outcome = desk.roster(more)
    assert len(outcome.changes) == 2
    assert all("市城投" in change for change in outcome.changes)
    assert len(desk.all(AuditEntry.id)) == entries + 1
    desk.open("2023-03")
    assert desk.line("2023-03", "甲").line.responsible == ("常州高新集团", "市城投")
    assert desk.roster(more).changes == ()


# ---- Fronts and years -------------------------------------------------------------------------------


def test_a_roster_without_fronts_belongs_to_the_offices_own(desk: Desk) -> None:
    with desk.writing() as session:
        set_office(session, own_front="城市更新")
    desk.roster([line("甲")])
    desk.open("2023-03")
    assert desk.figures("2023-03").summary.front == "城市更新"


def test_another_citys_fronts_are_understood_without_any_setting(desk: Desk) -> None:
    desk.roster([line("甲", front="先进制造"), line("乙", front="先进制造"), line("丙", front="民生改善")])
    desk.reports("2023-03", [report("甲", ytd=600), report("乙", ytd=300), report("丙", ytd=300)])
    summary = desk.figures("2023-03").summary
    assert (summary.front, summary.total.count) == ("先进制造", 2)
    own = summary.cohorts[0]
    # 900 of 2400 here, 1200 of 3600 in the whole city.
    assert (own.sums.progress, own.citywide, own.rank, own.of) == (3750, 3333, 1, 2)
    assert desk.figures("2023-03", front="民生改善").summary.cohorts[0].rank == 2


def test_lines_added_without_a_front_join_the_front_whose_figures_are_told(desk: Desk) -> None:
    desk.roster([line("甲", front="先进制造"), line("乙", front="民生改善"), line("丙", front="先进制造")])
    desk.roster([line("丁")])
    desk.open("2023-03")
    assert [found.line.name for found in desk.figures("2023-03").lines] == ["甲", "丙", "丁"]


def test_next_years_roster_leaves_this_year_untouched(closed_quarter: Desk) -> None:
    desk = closed_quarter
    figures, briefing = desk.figures("2023-03"), desk.briefing("2023-03")
    corrected = desk.figures("2023-03", corrected=True)
    mine = ("plan_revision", "report", "report_revision", "snapshot", "snapshot_line", "period")
    before = dump(desk.engine)
    file_codes = desk.codes()
    names = list(file_codes)
    rows = [
        line(
            names[0],
            "99",
            code="CX-01-1",
            project="智能制造龙城实验室",
            lead="市发改委",
            programme="另一个工程",
        )
    ]
    rows += [line("明年的", "100", project="明年的项目")]
    desk.on("2024-01-10").roster(rows, year=2024)
    desk.reports("2024-01", [report(names[0], 5)])
    assert desk.codes() == file_codes
    assert desk.figures("2023-03") == figures
    assert desk.figures("2023-03", corrected=True) == corrected
    assert desk.briefing("2023-03") == briefing
    after = dump(desk.engine)
    for table in mine:
        assert set(before[table]) <= set(after[table])
    assert [found.line.annual_plan for found in desk.figures("2024-01").lines] == [yuan(99), yuan(100)]


# ---- Refusals ---------------------------------------------------------------------------------------


def test_a_new_line_must_say_its_plan_and_category_with_cell_and_way_out(desk: Desk, tmp_path: Path) -> None:
    file = workbook(
        tmp_path / "清单.xlsx",
        [
            HEADER,
            ["甲", "甲", "续建", "武进区", "市科技局", "", 100, ""],
            ["乙", "乙", "", "武进区", "市科技局", "", 100, ""],
            ["丙", "丙", "续建", "武进区", "市科技局", "", "", ""],
        ],
    )
    before = dump(desk.engine)
    with pytest.raises(Refused) as refusal:
        desk.roster(file)
    cells = {problem.cell for problem in refusal.value.problems}
    assert {"C3"} <= cells
    assert all(
        problem.file == "清单.xlsx" and problem.sheet == "Sheet1" for problem in refusal.value.problems
    )
    assert dump(desk.engine) == before


def test_a_new_project_without_a_planned_start_is_taken_with_a_warning(desk: Desk) -> None:
    outcome = desk.roster([line("甲", category="new")])
    assert [warning.cell for warning in outcome.warnings] != []
    assert "没有计划开工时间" in outcome.warnings[0].what
    desk.open("2023-03")
    assert desk.figures("2023-03").summary.starts.due_to_start == 0


def test_every_import_that_changes_something_is_audited_and_no_other(desk: Desk) -> None:
    desk.roster([line("甲")])
    desk.roster([line("甲")])
    desk.roster([line("甲", lead="市发改委")])
    found = desk.all(AuditEntry.action, AuditEntry.made_by, AuditEntry.address, AuditEntry.object_id)
    assert found == [("roster.import", "王敏", "127.0.0.1", "2023")] * 2


def test_two_imports_of_one_roster_at_once_are_one_after_the_other(desk: Desk) -> None:
    told, now = Reading("清单.xlsx", (line("甲"), line("乙"))), desk.now
    outcomes = []
    second = Second(desk, lambda session: outcomes.append(import_roster(session, ACTOR, told, 2023, now)))
    with desk.writing() as session:
        import_roster(session, ACTOR, told, 2023, now)
        second.start()
        second.join(0.7)
        assert second.is_alive(), "the second has to wait until the first is through"
    second.join(30)
    assert second.outcome is None, f"the second got {second.outcome!r}"
    assert [(outcome.created, outcome.unchanged) for outcome in outcomes] == [(0, 2)]


def test_two_lines_may_swap_their_names(desk: Desk) -> None:
    desk.roster([line("一号", code="A1", project="园区"), line("二号", code="A2", project="园区")])
    outcome = desk.roster([line("二号", code="A1", project="园区"), line("一号", code="A2", project="园区")])
    assert outcome.changed == 2
    assert desk.codes() == {"一号": "A2", "二号": "A1"}


def test_a_name_that_another_line_of_the_project_has_is_refused(desk: Desk) -> None:
    rows = [line("一号", code="A1", project="园区"), line("二号", code="A2", project="园区")]
    desk.roster(rows)
    before = dump(desk.engine)
    for wrong in (
        [line("二号", code="A1", project="园区")],
        [*rows, line("一号", code="A3", project="园区")],
    ):
        with pytest.raises(Refused):
            desk.roster(wrong)
        assert dump(desk.engine) == before


def test_a_line_and_a_work_never_share_a_code(desk: Desk) -> None:
    desk.roster([line("一号", code="A1"), work("政策", code="W1")])
    before = dump(desk.engine)
    with pytest.raises(Refused, match="A1 已是一个子项目的编码"):
        desk.roster([work("另一政策", code="A1")])
    with pytest.raises(Refused, match="W1 已是一项工作的编码"):
        desk.roster([line("二号", code="W1")])
    assert dump(desk.engine) == before
