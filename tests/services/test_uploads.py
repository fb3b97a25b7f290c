"""The offline workbook: downloaded, filled in as people do, uploaded, looked through, handed in whole or not at all."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import Workbook as Book
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.factories import ACTOR, Desk, line, month, report, work
from tests.services.at_once import Second
from tracker.core.errors import NotFound, Refused, WrongState
from tracker.core.periods import Period
from tracker.intake.marked import LIST_TITLE
from tracker.intake.reading import open_workbook
from tracker.intake.reports import read_reports
from tracker.services.actors import Actor
from tracker.services.drafts import save_drafts
from tracker.services.import_reports import import_reports
from tracker.services.reporting import Entry, Reporter, Submitted, submit
from tracker.services.unit_workbook import unit_workbook
from tracker.services.upload_preview import Origin, UploadPreview
from tracker.services.uploads import Overtaken, confirm_upload, keep_upload, marked_upload, preview_upload
from tracker.store.accounts import Account, Role
from tracker.store.audit import AuditEntry
from tracker.store.periods import PeriodRow
from tracker.store.reports import PendingUpload, Report, ReportRevision
from tracker.store.roster import KeyProject, MilestoneRow, Subproject, Unit

MARCH = "2023-03"
HEADERS, FIRST = 4, 5
Fill = Callable[[Book], None]


@pytest.fixture
def march(desk: Desk) -> Desk:
    """Return a desk with three lines and a work, January and February reported, March open."""
    desk.on("2023-01-10").roster(
        [
            line("甲", "1200", code="A-1"),
            line("乙", "2400", code="A-2", category="new", planned_start="2023-02"),
            line("丙", "3600", code="A-3"),
            line("丁", "600", code="B-1", lead="市人社局"),
            work("戊", code="W-1"),
        ]
    )
    with desk.writing() as session:
        for number in (1, 2):
            session.add(
                Account(
                    id=number,
                    username=f"u{number}",
                    display_name=f"填报{number}",
                    role=Role.REPORTER,
                    password_hash="-",
                    made_at=desk.now,
                )
            )
        steps = (
            ("主体封顶", date(2023, 3, 20), "A-1", None),
            ("印发文件", date(2023, 6, 1), None, "W-1"),
            ("启动申报", date(2023, 2, 1), None, "W-1"),
        )
        for name, due, of_line, of_work in steps:
            session.add(
                MilestoneRow(
                    name=name,
                    due_on=due,
                    subproject_id=session.scalar(sa.select(Subproject.id).where(Subproject.code == of_line)),
                    key_project_id=session.scalar(sa.select(KeyProject.id).where(KeyProject.code == of_work)),
                )
            )
    for period, day in (("2023-01", "2023-02-02"), ("2023-02", "2023-03-02")):
        desk.on(day).open(period)
        for code in ("A-1", "A-3"):
            hand_in(desk, period, code, "100", physical_progress=f"{period[-1]}月基础施工")
    desk.on("2023-04-03").open(MARCH)
    return desk


@pytest.fixture(scope="session")
def recalculated(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes], bytes]:
    """Return what lets a real LibreOffice open a workbook and save it again."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice (soffice) is not installed, so no workbook can be saved by an office suite")
    home = tmp_path_factory.mktemp("libreoffice")

    def saved(content: bytes) -> bytes:
        (home / "三月.xlsx").write_bytes(content)
        command = [soffice, "--headless", f"-env:UserInstallation={(home / 'profile').as_uri()}"]
        command += ["--convert-to", "xlsx", "--outdir", str(home / "out"), str(home / "三月.xlsx")]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        return (home / "out" / "三月.xlsx").read_bytes()

    return saved


def reporter(desk: Desk, unit: str = "市科技局", account: int = 1) -> Reporter:
    with desk.looking() as session:
        ids = session.scalars(sa.select(Unit.id).where(Unit.name == unit))
        return Reporter(Actor(f"填报{account}"), frozenset(ids), account)


def hand_in(
    desk: Desk, period: str, code: str, amount: str, based_on: int = 0, account: int = 1, **typed: str
) -> None:
    who = reporter(desk, account=account)
    with desk.writing() as session:
        entry = Entry(code, {"month_completed": amount, **typed}, based_on)
        submit(session, who, month(period), [entry], desk.now, "网页表单")


def download(desk: Desk, period: str = MARCH, unit: str = "市科技局", account: int = 1) -> bytes:
    who = reporter(desk, unit, account)
    with desk.looking() as session:
        return unit_workbook(session, who, month(period), desk.now)


def column(sheet: Worksheet, header: str) -> int:
    return next(
        place for place in range(1, sheet.max_column + 1) if sheet.cell(HEADERS, place).value == header
    )


def row_of(sheet: Worksheet, code: str, after: int = 0) -> int:
    return next(
        row for row in range(max(FIRST, after + 1), sheet.max_row + 1) if sheet.cell(row, 1).value == code
    )


def put(book: Book, code: str, sheet: str = "月报", **told: Any) -> None:
    """Type into the row of `code`, by the words above the columns."""
    page = book[sheet]
    for header, value in told.items():
        page.cell(row_of(page, code), column(page, header)).value = value


def filled(content: bytes, *fills: Fill) -> bytes:
    book = load_workbook(io.BytesIO(content))
    for fill in fills:
        fill(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def typed(code: str, sheet: str = "月报", **told: Any) -> Fill:
    return lambda book: put(book, code, sheet, **told)


def upload(
    desk: Desk,
    content: bytes,
    name: str = "三月.xlsx",
    period: str = MARCH,
    account: int = 1,
    unit: str = "市科技局",
) -> int:
    who = reporter(desk, unit, account)
    with desk.writing() as session:
        return keep_upload(session, who, month(period), name, content, desk.now)


def preview(desk: Desk, upload_id: int, period: str = MARCH, account: int = 1) -> UploadPreview:
    who = reporter(desk, account=account)
    with desk.looking() as session:
        return preview_upload(session, who, month(period), upload_id, desk.now)


def confirm(
    desk: Desk,
    upload_id: int,
    period: str = MARCH,
    account: int = 1,
    seen: str | None = None,
    **chosen: int,
) -> tuple[Submitted, ...]:
    who = reporter(desk, account=account)
    seen = preview(desk, upload_id, period, account).fingerprint if seen is None else seen
    over = {code.replace("_", "-"): number for code, number in chosen.items()}
    with desk.writing() as session:
        return confirm_upload(session, who, month(period), upload_id, seen, over, desk.now)


def previewed(desk: Desk, content: bytes, **told: Any) -> UploadPreview:
    return preview(desk, upload(desk, content, **told), told.get("period", MARCH))


def revisions(desk: Desk, period: str = MARCH) -> dict[str, ReportRevision]:
    """Return the newest revision of every report of a month by code."""
    with desk.looking() as session:
        rows = session.execute(
            sa.select(sa.func.coalesce(Subproject.code, KeyProject.code), ReportRevision)
            .select_from(Report)
            .join(
                ReportRevision,
                sa.and_(ReportRevision.report_id == Report.id, ReportRevision.number == Report.revisions),
            )
            .outerjoin(Subproject, Subproject.id == Report.subproject_id)
            .outerjoin(KeyProject, KeyProject.id == Report.key_project_id)
            .join(PeriodRow, PeriodRow.id == Report.period_id)
            .where(PeriodRow.year == month(period).year, PeriodRow.month == month(period).month)
        ).all()
        session.expunge_all()
    return dict(rows)


def cells(preview: UploadPreview) -> list[tuple[str, str]]:
    return [(problem.sheet, problem.cell) for problem in preview.problems]


def at(content: bytes, code: str, header: str, sheet: str = "月报") -> tuple[str, str]:
    """Return the address of a cell by its row's code and its header."""
    page = load_workbook(io.BytesIO(content))[sheet]
    return sheet, page.cell(row_of(page, code), column(page, header)).coordinate


# -- there and back -------------------------------------------------------------------------------


def test_figures_come_back_as_they_were_typed(march: Desk) -> None:
    content = filled(
        download(march),
        typed(
            "A-1",
            本月完成投资=120.5,
            形象进度="主体施工至五层",
            下月计划="封顶",
            存在问题="钢材未到",
            需协调事项="请协调钢材",
        ),
        typed(
            "A-2", 本月完成投资="１２，３４５．６ 万元", 实际开工="2023-03", 情况说明="设备集中到货一次付清"
        ),
        typed("W-1", "工作", 目标完成情况="已出台两项政策"),
    )
    number = upload(march, content)
    found = preview(march, number)
    assert (found.origin, found.problems, found.conflicts) == (Origin.FORM, (), ())
    assert {row.code: [(c.field, c.theirs, c.yours) for c in row.changes] for row in found.changed}[
        "A-2"
    ] == [
        ("month_completed", "", "12345.6"),
        ("actual_start", "", "2023-03"),
        ("explanation", "", "设备集中到货一次付清"),
    ]
    assert [one.code for one in found.blank] == ["A-3"]
    assert revisions(march) == {}, "a preview writes nothing"
    done = confirm(march, number)
    assert [(one.code, one.number, one.counted) for one in done] == [
        ("A-1", 1, True),
        ("A-2", 1, True),
        ("W-1", 1, True),
    ]
    told = revisions(march)
    assert told.keys() == {"A-1", "A-2", "W-1"}, "what is left blank is not handed in"
    assert (told["A-1"].month_completed, told["A-1"].help_needed) == (1_205_000, "请协调钢材")
    assert (told["A-2"].month_completed, told["A-2"].actual_start) == (123_456_000, Period(2023, 3))
    assert told["W-1"].target_reached == "已出台两项政策"
    assert {one.source for one in told.values()} == {"三月.xlsx"}
    assert march.line(MARCH, "A-1").completed == 3_205_000
    assert march.all(AuditEntry.action).count("report.submit") == 7


def test_each_amount_keeps_the_cell_that_it_was_typed_into(march: Desk) -> None:
    content = filled(download(march), typed("A-1", 本月完成投资=80))
    confirm(march, upload(march, content))
    sheet, cell = at(content, "A-1", "本月完成投资")
    revision = revisions(march)["A-1"]
    assert (revision.source, revision.cell) == ("三月.xlsx", f"{sheet}!{cell}")


def test_the_form_comes_back_unchanged_when_nothing_was_typed(march: Desk) -> None:
    hand_in(march, MARCH, "A-1", "120.5", physical_progress="=cmd|'/c calc'!A1", actual_start="2023-01")
    number = upload(march, download(march))
    found = preview(march, number)
    assert (found.changed, found.problems) == ((), ())
    assert [one.code for one in found.unchanged] == ["A-1"]
    with pytest.raises(Refused, match="没有要报送的内容"):
        confirm(march, number)


def test_texts_that_begin_like_formulas_are_texts(march: Desk) -> None:
    for sign in ("=cmd|'/c calc'!A1", "+1+1", "-2+3", "@SUM(1)"):
        hand_in(march, MARCH, "A-1", "1", len(march.all(ReportRevision.id)) - 4, physical_progress=sign)
        book = load_workbook(io.BytesIO(download(march)))
        cell = book["月报"].cell(FIRST, column(book["月报"], "形象进度"))
        assert (cell.value, cell.data_type, cell.quotePrefix) == (sign, "s", True)


def test_what_one_person_is_typing_is_in_their_form_alone(march: Desk) -> None:
    with march.writing() as session:
        told = {"month_completed": "77.25", "physical_progress": "草稿里的话"}
        save_drafts(session, reporter(march), month(MARCH), [Entry("A-1", told)], march.now)
    mine, theirs = download(march), download(march, account=2)
    assert [row.code for row in previewed(march, mine).changed] == ["A-1"]
    assert "草稿里的话" not in {
        cell.value for row in load_workbook(io.BytesIO(theirs))["月报"].rows for cell in row
    }
    hand_in(march, MARCH, "A-1", "80", account=2)
    book = load_workbook(io.BytesIO(download(march)))
    amount = book["月报"].cell(FIRST, column(book["月报"], "本月完成投资")).value
    assert amount == 80, "a draft that somebody overtook is not in the form"


def test_what_a_draft_says_beside_the_file_is_named(march: Desk) -> None:
    file = download(march)
    with march.writing() as session:
        told = {"month_completed": "80.00", "physical_progress": "草稿里的话", "ytd_completed": "八十"}
        save_drafts(session, reporter(march), month(MARCH), [Entry("A-1", told)], march.now)
    book = load_workbook(io.BytesIO(file))
    book["月报"].cell(FIRST, column(book["月报"], "本月完成投资")).value = 80
    changed = io.BytesIO()
    book.save(changed)
    (row,) = previewed(march, changed.getvalue()).changed
    assert row.drafted == ("ytd_completed", "physical_progress"), (
        "the amount is the same, however it was typed"
    )


def test_keys_are_locked_and_inputs_are_open(march: Desk) -> None:
    book = load_workbook(io.BytesIO(download(march)))
    sheet = book["月报"]
    assert sheet.protection.sheet
    assert not sheet.protection.password
    row = row_of(sheet, "A-1")
    open_columns = {
        sheet.cell(HEADERS, cell.column).value for cell in sheet[row] if not cell.protection.locked
    }
    assert open_columns == {
        "本月完成投资", "1—3月累计完成投资", "实际开工", "形象进度", "存在问题", "需协调事项", "下月计划", "情况说明",
    }  # fmt: skip
    told = {sheet.cell(HEADERS, cell.column).value: cell.value for cell in sheet[row]}
    assert (told["年度计划投资"], told["本月计划"], told["上月完成"], told["至上月累计"]) == (
        1200,
        100,
        100,
        200,
    )
    assert told["上月形象进度"] == "2月基础施工"
    assert sheet.page_setup.orientation == "landscape"
    assert book["_tracker"].sheet_state == "veryHidden"
    assert [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"] == [
        "月报", "工作", "节点", "填报说明",
    ]  # fmt: skip
    assert "单位：万元" in {cell.value for cell in sheet[2]}


def test_a_closed_months_form_asks_for_the_reason(march: Desk) -> None:
    hand_in(march, MARCH, "A-1", "120")
    march.on("2023-04-10").close(MARCH)
    content = download(march)
    without = filled(content, typed("A-1", 本月完成投资=110))
    found = previewed(march, without)
    assert cells(found) == [at(content, "A-1", "更正原因")]
    assert "本月已关闭" in found.problems[0].what
    number = upload(march, filled(without, typed("A-1", 更正原因="重复计入设备款")))
    (done,) = confirm(march, number)
    assert not done.counted, "the office decides"
    assert march.line(MARCH, "A-1").month_completed == 1_200_000
    assert revisions(march)["A-1"].correction_reason == "重复计入设备款"
    again = previewed(march, download(march))
    assert (again.changed, again.problems) == ((), ()), "the reason of the last correction is no change"


def test_milestones_are_reached_on_the_days_of_their_sheet(march: Desk) -> None:
    hand_in(march, "2023-02", "A-1", "100", 1, physical_progress="2月基础施工")
    with march.writing() as session:
        session.execute(
            sa.update(MilestoneRow).where(MilestoneRow.name == "启动申报").values(done_on=date(2023, 2, 3))
        )
    content = download(march)
    page = load_workbook(io.BytesIO(content))["节点"]
    rows = {page.cell(row, 3).value: row for row in range(FIRST, page.max_row + 1)}
    day = column(page, "实际完成日期")
    assert [page.cell(rows[name], day).protection.locked for name in ("主体封顶", "印发文件", "启动申报")] == [
        False, False, True,
    ]  # fmt: skip

    def reach(book: Book) -> None:
        book["节点"].cell(rows["主体封顶"], day).value = date(2023, 3, 18)
        book["节点"].cell(rows["印发文件"], day).value = "2023年3月25日"

    number = upload(march, filled(content, reach, typed("A-1", 本月完成投资=90)))
    found = preview(march, number)
    assert found.problems == ()
    confirm(march, number)
    ids = dict(march.all(MilestoneRow.name, MilestoneRow.id))
    told = revisions(march)
    assert told["A-1"].milestones == {str(ids["主体封顶"]): "2023-03-18"}
    assert told["W-1"].milestones == {str(ids["印发文件"]): "2023-03-25"}
    assert dict(march.all(MilestoneRow.name, MilestoneRow.done_on)) == {
        "主体封顶": date(2023, 3, 18),
        "印发文件": date(2023, 3, 25),
        "启动申报": date(2023, 2, 3),
    }
    late = filled(
        download(march),
        lambda book: setattr(book["节点"].cell(rows["主体封顶"], day), "value", date(2023, 5, 1)),
    )
    found = previewed(march, late)
    assert cells(found) == [("节点", f"E{rows['主体封顶']}")]
    assert "晚于" in found.problems[0].what


# -- refused, cell by cell ------------------------------------------------------------------------

WRONG = [
    ("A-1", {"本月完成投资": -5}, "本月完成投资", "金额不能是负数"),
    ("A-1", {"本月完成投资": "约三百"}, "本月完成投资", "金额不是数字"),
    ("A-1", {"本月完成投资": "12,34"}, "本月完成投资", "千位分隔符的位置不对"),
    ("A-1", {"本月完成投资": 0.12345}, "本月完成投资", "最多四位小数"),
    ("A-1", {"本月完成投资": True}, "本月完成投资", "不是真假值"),
    ("A-1", {"本月完成投资": date(2023, 3, 1)}, "本月完成投资", "不是日期"),
    ("A-1", {"本月完成投资": "=1+1"}, "本月完成投资", "公式没有算出的值"),
    ("A-1", {"本月完成投资": 100, "1—3月累计完成投资": 250}, "1—3月累计完成投资", "与各月之和"),
    ("A-1", {"1—3月累计完成投资": 150}, "情况说明", "低于此前已报累计"),
    ("A-1", {"本月完成投资": 1100}, "情况说明", "超过年度计划剩余的 1,000 万元"),
    ("A-1", {"本月完成投资": 1100, "情况说明": "多"}, "情况说明", "超过年度计划剩余"),
    ("A-1", {"本月完成投资": 0, "形象进度": "正在施工"}, "情况说明", "正在施工"),
    ("A-1", {"本月完成投资": 10, "形象进度": "2月基础施工"}, "情况说明", "一字不差"),
    ("A-1", {"本月完成投资": 10, "实际开工": "2023-05"}, "实际开工", "晚于报告期"),
    ("A-2", {"本月完成投资": 10, "实际开工": "2022-11"}, "实际开工", "早于2023年"),
    ("A-2", {"本月完成投资": 10, "实际开工": "去年"}, "实际开工", "看不出是哪个月"),
    ("A-2", {"本月完成投资": 10}, "情况说明", "没有实际开工时间"),
    ("A-1", {"本月完成投资": 10, "需协调事项": "请协调用地"}, "存在问题", "没有填存在问题"),
    ("A-1", {"本月完成投资": 10, "形象进度": "长" * 2001}, "形象进度", "最多 2000 个字"),
    ("A-1", {"形象进度": "主体施工"}, "本月完成投资", "没有填完成投资"),
]


# What a cell says is judged by no database.
@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("code", "told", "header", "says"), WRONG)
def test_what_is_wrong_is_said_at_its_cell_and_marked_there_alone(
    march: Desk, code: str, told: dict[str, Any], header: str, says: str
) -> None:
    content = filled(download(march), typed(code, **told))
    number = upload(march, content)
    found = preview(march, number)
    assert cells(found) == [at(content, code, header)]
    assert says in found.problems[0].sentence()
    with pytest.raises(Refused, match=r"三月\.xlsx"):
        confirm(march, number)
    assert revisions(march) == {}
    with march.looking() as session:
        name, copy = marked_upload(session, reporter(march), month(MARCH), number, march.now)
    assert name == "三月（标出问题）.xlsx"
    before, after = load_workbook(io.BytesIO(content)), load_workbook(io.BytesIO(copy))
    assert after.sheetnames == [LIST_TITLE, *before.sheetnames]
    coloured = [
        (sheet.title, cell.coordinate)
        for sheet in before.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if after[sheet.title][cell.coordinate].fill.start_color.rgb != cell.fill.start_color.rgb
    ]
    assert coloured == [at(content, code, header)]


def test_one_wrong_cell_holds_everything_back_and_the_marked_copy_can_be_mended(march: Desk) -> None:
    content = filled(download(march), typed("A-1", 本月完成投资=10), typed("A-3", 本月完成投资="十万"))
    number = upload(march, content)
    assert [row.code for row in preview(march, number).changed] == ["A-1"]
    with march.looking() as session:
        _, copy = marked_upload(session, reporter(march), month(MARCH), number, march.now)
    mended = filled(copy, typed("A-3", 本月完成投资=10))
    assert len(confirm(march, upload(march, mended))) == 2


def test_a_work_has_no_money_and_something_to_say(march: Desk) -> None:
    content = filled(download(march), typed("W-1", "工作", 情况说明="没有什么可说的"))
    found = previewed(march, content)
    assert cells(found) == [at(content, "W-1", "目标完成情况", "工作")]


def test_formulas_count_with_the_value_that_was_computed(
    march: Desk, recalculated: Callable[[bytes], bytes]
) -> None:
    """A real office suite saves the form again, with a formula in it: nothing that matters gets lost."""
    content = filled(download(march), typed("A-1", 本月完成投资="=100+20.5", 形象进度="主体施工"))
    assert "公式没有算出的值" in previewed(march, content).problems[0].what
    saved = recalculated(content)
    found = previewed(march, saved)
    assert (found.origin, found.problems) == (Origin.FORM, ())
    assert [(c.field, c.yours) for c in found.changed[0].changes][:1] == [("month_completed", "120.5")]


# -- rows that moved ------------------------------------------------------------------------------


def test_sorted_and_inserted_rows_are_matched_by_code(march: Desk) -> None:
    content = filled(download(march), typed("A-1", 本月完成投资=11), typed("A-3", 本月完成投资=33))

    def turn_around(book: Book) -> None:
        sheet = book["月报"]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(FIRST, FIRST + 2)]
        blank: list[Any] = [None] * len(rows[0])
        for number, values in enumerate([rows[2], blank, rows[1], rows[0]], FIRST):
            for place, value in enumerate(values, 1):
                sheet.cell(number, place).value = value

    confirm(march, upload(march, filled(content, turn_around)))
    assert {code: told.month_completed for code, told in revisions(march).items()} == {
        "A-1": 110_000,
        "A-3": 330_000,
    }


def test_columns_that_moved_without_their_row_are_noticed(march: Desk) -> None:
    def shift(book: Book) -> None:
        sheet = book["月报"]
        put(book, "A-1", 本月完成投资=11)
        for place in (1, 2):
            first, second = sheet.cell(FIRST, place), sheet.cell(FIRST + 1, place)
            first.value, second.value = second.value, first.value

    found = previewed(march, filled(download(march), shift))
    assert "核对码" in found.problems[0].what
    assert found.changed == ()


def test_rows_of_others_unknown_ones_and_doubles_are_refused_with_a_sentence(march: Desk) -> None:
    table = [
        ["编码", "子项目", "本月完成投资"],
        ["", "丁", 5],
        ["", "甲项目部", 5],
        ["X-9", "", 5],
        ["A-3", "丙", 5],
        ["A-3", "丙", 6],
    ]
    found = previewed(march, _table(table))
    said = [problem.what for problem in found.problems]
    assert "“丁”不是本单位填报的项目或工作" in said
    assert any("名册里没有“甲项目部”" in what for what in said)
    assert any("名册里没有这个编码" in what for what in said)
    assert any("重复" in what for what in said)
    assert not any("出现两次" in what for what in said), "one finding is told once"


def _table(rows: Sequence[Sequence[Any]], title: str = "Sheet1") -> bytes:
    book = Book()
    book.worksheets[0].title = title
    for row in rows:
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# -- other files ----------------------------------------------------------------------------------


def test_an_offices_own_table_is_taken_too(march: Desk) -> None:
    hand_in(march, MARCH, "A-3", "30", physical_progress="在建", next_intention="封顶")
    rows = [
        ["2023年3月完成情况"],
        ["单位：亿元"],
        ["项目名称", "1-3月累计完成投资"],
        ["甲", 0.03],
        ["丙", 0.0235],
        ["合计", 0.0535],
    ]
    number = upload(march, _table(rows), "本单位报表.xlsx")
    found = preview(march, number)
    assert (found.origin, found.problems) == (Origin.FOREIGN, ())
    assert {row.code: [(c.field, c.theirs, c.yours) for c in row.changes] for row in found.changed} == {
        "A-1": [("ytd_completed", "", "300")],
        "A-3": [("month_completed", "30", ""), ("ytd_completed", "", "235")],
    }
    confirm(march, number)
    assert revisions(march)["A-3"].next_intention == "封顶", "what a table has no column for stays"
    assert march.line(MARCH, "A-1").month_completed == 1_000_000


def test_a_table_without_a_column_for_it_is_told_to_add_one(march: Desk) -> None:
    found = previewed(march, _table([["编码", "子项目", "本月完成投资"], ["A-1", "甲", 1100]]))
    assert "请加上" in found.problems[0].mend


@pytest.mark.parametrize(
    ("period", "unit", "says"),
    [
        ("2023-02", "市科技局", "这是 2023-02 的填报表，现在填报的是 2023-03"),
        (MARCH, "市人社局", "这是“市人社局”的填报表，不是本单位的"),
    ],
)
def test_the_form_of_another_month_or_unit_is_refused(march: Desk, period: str, unit: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        upload(march, download(march, period, unit))
    assert march.all(PendingUpload.id) == []


def test_the_form_of_another_year_is_refused(march: Desk) -> None:
    march.on("2024-04-02").roster([line("甲", "1200", code="A-1")], year=2024)
    march.open("2024-03")
    with pytest.raises(Refused, match="这是 2023-03 的填报表，现在填报的是 2024-03"):
        upload(march, download(march), period="2024-03")


def test_without_its_stamp_a_form_is_a_table_like_any_other(march: Desk) -> None:
    def strip(book: Book) -> None:
        del book["_tracker"]

    content = filled(download(march), strip, typed("A-1", 本月完成投资=12))
    number = upload(march, content)
    assert preview(march, number).origin is Origin.FOREIGN
    confirm(march, number)
    assert revisions(march)["A-1"].month_completed == 120_000
    other_month = filled(download(march, "2023-02"), strip, typed("A-3", 本月完成投资=12))
    assert any("1—2月" in problem.what for problem in previewed(march, other_month).problems)


def test_a_stamp_that_somebody_changed_counts_for_nothing(march: Desk) -> None:
    hand_in(march, MARCH, "A-1", "10")

    def forge(book: Book) -> None:
        sheet = book["_tracker"]
        for row in sheet.iter_rows():
            if row[0].value == "A-1":
                row[1].value = "9"

    assert (
        previewed(march, filled(download(march), forge, typed("A-1", 本月完成投资=12))).origin
        is Origin.ALTERED
    )


def test_hidden_sheets_are_not_read(march: Desk) -> None:
    def hide(book: Book) -> None:
        put(book, "A-1", 本月完成投资=12)
        book["月报"].sheet_state = "hidden"

    found = previewed(march, filled(download(march), hide))
    assert found.changed == ()
    assert any("是隐藏的，没有读" in note for note in found.notes)


# -- somebody else was faster ---------------------------------------------------------------------


def test_what_somebody_reported_meanwhile_is_shown_and_left_alone(march: Desk) -> None:
    content = filled(download(march), typed("A-1", 本月完成投资=11), typed("A-3", 本月完成投资=33))
    hand_in(march, MARCH, "A-1", "12", account=2)
    number = upload(march, content)
    found = preview(march, number)
    (conflict,) = found.conflicts
    assert (conflict.code, conflict.prospect.made_by, conflict.prospect.number) == ("A-1", "填报2", 1)
    assert [(c.field, c.theirs, c.yours) for c in conflict.changes] == [("month_completed", "12", "11")]
    assert [one.code for one in confirm(march, number)] == ["A-3"]
    assert revisions(march)["A-1"].month_completed == 120_000


def test_it_is_handed_in_when_chosen_and_only_over_what_was_seen(march: Desk) -> None:
    content = filled(download(march), typed("A-1", 本月完成投资=11))
    hand_in(march, MARCH, "A-1", "12", account=2)
    number = upload(march, content)
    with pytest.raises(Refused, match="没有选中要报送的项目"):
        confirm(march, number, A_1=7)
    seen = preview(march, number).fingerprint
    hand_in(march, MARCH, "A-1", "13", 1, account=2)
    with pytest.raises(Overtaken):
        confirm(march, number, seen=seen, A_1=1)
    (done,) = confirm(march, number, A_1=2)
    assert (done.number, revisions(march)["A-1"].month_completed) == (3, 110_000)


def test_a_row_that_was_not_touched_is_no_conflict(march: Desk) -> None:
    hand_in(march, MARCH, "A-1", "10")
    content = filled(download(march), typed("A-3", 本月完成投资=33))
    hand_in(march, MARCH, "A-1", "12", 1, account=2)
    found = previewed(march, content)
    assert (found.conflicts, [row.code for row in found.changed]) == ((), ["A-3"])


def test_what_came_between_looking_and_confirming_stops_it(march: Desk) -> None:
    number = upload(march, filled(download(march), typed("A-1", 本月完成投资=11)))
    seen = preview(march, number).fingerprint
    hand_in(march, MARCH, "A-1", "12", account=2)
    with pytest.raises(Overtaken, match="重新核对"):
        confirm(march, number, seen=seen)
    assert revisions(march)["A-1"].month_completed == 120_000


def test_a_table_of_ones_own_rests_on_what_stood_when_it_was_uploaded(march: Desk) -> None:
    table = _table([["编码", "子项目", "本月完成投资"], ["A-1", "甲", 11]])
    hand_in(march, MARCH, "A-1", "10")
    number = upload(march, table)
    assert [row.code for row in preview(march, number).changed] == ["A-1"]
    march.now += timedelta(minutes=1)
    hand_in(march, MARCH, "A-1", "12", 1, account=2)
    assert [row.code for row in preview(march, number).conflicts] == ["A-1"]


def test_two_clicks_hand_in_once(march: Desk) -> None:
    number = upload(march, filled(download(march), typed("A-1", 本月完成投资=11)))
    seen = preview(march, number).fingerprint
    who = reporter(march)
    with march.writing() as session:
        confirm_upload(session, who, month(MARCH), number, seen, {}, march.now)
        second = Second(
            march, lambda other: confirm_upload(other, who, month(MARCH), number, seen, {}, march.now)
        )
        second.start()
        second.join(0.3)
    second.join(20)
    assert isinstance(second.outcome, WrongState)
    assert "已经报送过" in str(second.outcome)
    assert revisions(march)["A-1"].number == 1


# -- whose it is, and for how long ----------------------------------------------------------------


def test_an_upload_belongs_to_its_account_its_month_and_its_day(march: Desk) -> None:
    number = upload(march, filled(download(march), typed("A-1", 本月完成投资=11)))
    seen = preview(march, number).fingerprint
    with pytest.raises(NotFound):
        preview(march, number, account=2)
    with pytest.raises(NotFound):
        confirm(march, number, account=2, seen=seen)
    with pytest.raises(NotFound):
        preview(march, number, "2023-02")
    march.now += timedelta(days=1)
    with pytest.raises(NotFound):
        confirm(march, number, seen=seen)
    upload(march, download(march))
    assert march.all(PendingUpload.made_at) == [march.now], "what is older than a day is gone"


def test_an_account_keeps_its_last_uploads_only(march: Desk) -> None:
    content = download(march)
    numbers = [upload(march, content) for _ in range(7)]
    other = upload(march, content, account=2)
    assert sorted(march.all(PendingUpload.id)) == [*numbers[-5:], other]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("C:\\Users\\王\\三月 月报.xlsx", "三月 月报.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("长" * 300 + ".xlsx", "长" * 115 + ".xlsx"),
        ("a\x00b\r\n.xlsx", "a b .xlsx"),
    ],
)
def test_a_files_name_is_kept_without_folders_and_short(march: Desk, name: str, kept: str) -> None:
    upload(march, download(march), name)
    assert march.all(PendingUpload.file_name) == [kept]


# -- the command line takes the same file ---------------------------------------------------------


def test_the_importer_takes_the_same_file(march: Desk) -> None:
    content = filled(
        download(march),
        typed("A-1", 本月完成投资=1100, 情况说明="设备集中到货一次付清"),
        lambda book: put(book, "A-3", **{"1—3月累计完成投资": 150, "情况说明": "上月重复计入，本月冲减"}),
        typed("W-1", "工作", 目标完成情况="已出台两项政策"),
    )
    reading = read_reports(open_workbook("三月.xlsx", content), month(MARCH))
    with march.writing() as session:
        outcome = import_reports(session, ACTOR, reading, month(MARCH), march.now)
    assert outcome.created == 3
    told = revisions(march)
    assert told["A-1"].explanation == "设备集中到货一次付清"
    assert told["W-1"].target_reached == "已出台两项政策"
    assert told["A-3"].doubts is not None
    assert "低于此前已报累计" in told["A-3"].doubts[0]
    assert march.line(MARCH, "A-3").completed == 1_500_000
    with march.writing() as session:
        again = import_reports(session, ACTOR, reading, month(MARCH), march.now)
    assert (again.created, again.changed, again.unchanged) == (0, 0, 3)


def test_a_falling_year_to_date_without_an_explanation_stays_refused(march: Desk) -> None:
    with pytest.raises(Refused, match="低于此前已报累计"):
        march.reports(MARCH, [report("甲", ytd="150", explanation="少")])


def test_a_closed_months_row_may_bring_its_own_reason(march: Desk) -> None:
    march.on("2023-04-10").close(MARCH)
    with pytest.raises(WrongState, match="--correction"):
        march.reports(MARCH, [report("甲", "5")])
    march.reports(MARCH, [report("甲", "5", correction_reason="补报漏报的三月数")])
    assert revisions(march)["A-1"].correction_reason == "补报漏报的三月数"
