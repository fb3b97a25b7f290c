"""One whole month as people live it, in the browser: 26 units report four ways, the office reviews and closes.

March 2023 is the reference month: once everybody has reported what the plain tables say, the closed figures are
those of the published notice.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page

from tests.browser.months import EXPLANATION, Line, Stage, owed, staged
from tests.core.test_figures import NOTICE
from tests.databases import Server
from tests.factories import at
from tests.reference import table
from tracker.store.engine import reading
from tracker.store.roster import KeyProject, Kind, Unit

MONTH = "/month/2023-03"
#: It leads one work and no line, so that the money of the month is whole without it.
SILENT = "市财政局"
LATE = "市大数据局"
#: Its report is returned once.
RETURNED = "市工信局"
#: Two people of this unit are at the same line.
TWO = "市科协"
BY_GRID = ("市科技局", "武进区", "新北区", "市教育局", "市卫健委")
BY_WORKBOOK = ("金坛区", "市科教城管委会", "中以常州创新园", "钟楼区", "市住建局")
BY_INTERFACE = ("市资规局", "市人社局", "天宁区", "常州经开区", "市地方金融监管局")


def test_a_month_from_opening_to_correction(server: Server, tmp_path: Path, browser: Browser) -> None:
    with staged(server, tmp_path, browser) as stage:
        everybody_reports(stage)
        one_is_returned_and_mends_it(stage)
        one_is_late_and_one_never_reports(stage)
        the_office_closes(stage)
        closed = stage.figures("2023-03")
        assert closed["state"] == "closed"
        for cohort, wanted in NOTICE.items():
            assert {key: closed["cohorts"][cohort][key] for key in wanted} == wanted
        late = {line["code"] for line in closed["subprojects"] if line["status"] == "late"}
        assert late == {line.code for line in owed(LATE)}
        assert closed["coverage"] == {
            "due": 70, "reported": 70, "on_time": 69, "late": 1, "missing": 0, "pending": 0, "exempt": 0,
            "not_due": 0,
        }  # fmt: skip
        a_correction_leaves_the_closed_month_alone(stage, closed)
        assert stage.complaints == []


def everybody_reports(stage: Stage) -> None:
    units = [row["name"] for row in table("units.csv")]
    for unit in units:
        if unit in (SILENT, LATE):
            continue
        lines, works = owed(unit), works_of(stage, unit)
        if unit == TWO:
            two_people_at_one_line(stage, lines[0])
        elif unit in BY_INTERFACE:
            by_interface(stage, unit, [*lines, *works])
            continue
        else:
            page = stage.page(username(unit))
            if unit in BY_GRID:
                by_grid(page, lines)
            elif unit in BY_WORKBOOK:
                by_workbook(page, lines, stage.home)
            else:
                for line in lines:
                    by_form(page, line)
        page = stage.page(username(unit))
        for work in works:
            by_form(page, work)
        page.goto(MONTH)
        assert page.locator(".month-progress").get_by_text(re.compile("全部|已报")).count()
        stage.leave()


def by_form(page: Page, line: Line) -> None:
    page.goto(f"{MONTH}/{line.code}")
    fill(page, line)
    page.click("button[type=submit]:has-text('报送') >> nth=0")
    page.wait_for_url(f"**{MONTH}")


def fill(page: Page, line: Line) -> None:
    if line.work:
        page.fill("[name=target_reached]", "已按序推进，完成阶段目标")
        return
    page.fill("[name=month_completed]", line.amount)
    if line.start:
        page.fill("[name=actual_start]", line.start)
    page.fill("[name=explanation]", EXPLANATION)


def by_grid(page: Page, lines: list[Line]) -> None:
    """Paste the amounts of all lines from a spreadsheet, then type the rest."""
    page.goto(f"{MONTH}/grid")
    rows = page.locator("tr[data-row]")
    codes = rows.locator("input[name^='code.']").evaluate_all("found => found.map(one => one.value)")
    assert sorted(codes) == sorted(line.code for line in lines), "the grid holds the unit's own lines"
    known = {line.code: line for line in lines}
    page.locator("[name^='month_completed.']").first.focus()
    page.evaluate(
        """text => {
            const pasted = new DataTransfer();
            pasted.setData("text/plain", text);
            document.activeElement.dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: pasted, bubbles: true, cancelable: true }));
        }""",
        "\n".join(known[code].amount for code in codes),
    )
    for number, code in enumerate(codes):
        row = rows.nth(number)
        assert row.locator("[name^='month_completed.']").input_value() == known[code].amount
        if known[code].start:
            row.locator("[name^='actual_start.']").fill(known[code].start)
        row.locator("[name^='explanation.']").fill(EXPLANATION)
    page.click("button[type=submit]:has-text('报送有改动的行')")
    page.wait_for_url(f"**{MONTH}")


def by_workbook(page: Page, lines: list[Line], folder: Path) -> None:
    """Download the prefilled workbook, fill it in as in an office, upload it and agree to the preview."""
    page.goto(MONTH)
    with page.expect_download() as downloading:
        page.click("a:has-text('下载填报表')")
    file = folder / downloading.value.suggested_filename
    downloading.value.save_as(file)
    book = load_workbook(file)
    sheet = book["月报"]
    places = {
        str(cell.value).split("\n")[0].split("（")[0]: cell
        for row in sheet.iter_rows(max_row=12)
        for cell in row
        if cell.value
    }
    head = places["编码"]
    codes = {sheet.cell(row, head.column).value: row for row in range(head.row + 1, sheet.max_row + 1)}
    for line in lines:
        row = codes[line.code]
        sheet.cell(row, places["本月完成投资"].column).value = float(line.amount)
        if line.start:
            sheet.cell(row, places["实际开工"].column).value = line.start
        sheet.cell(row, places["情况说明"].column).value = EXPLANATION
    book.save(file)
    page.goto(f"{MONTH}/upload")
    page.set_input_files("[name=workbook]", file)
    page.click("button:has-text('上传并核对')")
    page.click(f"button:has-text('确认报送{len(lines)}项')")
    page.wait_for_url(f"**{MONTH}")


def by_interface(stage: Stage, unit: str, lines: list[Line]) -> None:
    secret = stage.token(unit)
    told = stage.ask(secret, "GET", "/reports?month=2023-03")
    revisions = {report["code"]: report["revision"] for report in told["reports"]}
    for line in lines:
        said = {"target_reached": "完成阶段目标"}
        if not line.work:
            said = {"month_completed": line.amount, "explanation": EXPLANATION}
            said |= {"actual_start": line.start} if line.start else {}
        stage.ask(
            secret, "PUT", f"/reports/2023-03/{line.code}", {"based_on": revisions[line.code], "said": said}
        )


def two_people_at_one_line(stage: Stage, line: Line) -> None:
    """The first hands in; the second, who opened the form before, is told and chooses field by field."""
    first, second = stage.page(username(TWO)), stage.page(f"{username(TWO)}b")
    second.goto(f"{MONTH}/{line.code}")
    second.fill("[name=month_completed]", "1")
    second.fill("[name=physical_progress]", "设备调试完成")
    second.fill("[name=explanation]", EXPLANATION)
    by_form(first, line)
    second.click("button[type=submit]:has-text('报送') >> nth=0")
    second.wait_for_selector(".meanwhile")
    assert "没有覆盖任何人的内容" in second.locator(".meanwhile").inner_text()
    second.check("input[type=radio][name='choice-month_completed'][value=theirs]")
    second.check("input[type=radio][name='choice-physical_progress'][value=mine]")
    for other in second.locator(".meanwhile input[type=radio][value=theirs]").all():
        if "physical_progress" not in (other.get_attribute("name") or ""):
            other.check()
    second.click("button[type=submit]:has-text('报送') >> nth=0")
    second.wait_for_url(f"**{MONTH}")
    second.goto(f"{MONTH}/{line.code}")
    assert second.input_value("[name=month_completed]") == line.amount
    assert second.input_value("[name=physical_progress]") == "设备调试完成"
    stage.leave()


def one_is_returned_and_mends_it(stage: Stage) -> None:
    line = owed(RETURNED)[0]
    office = stage.page("office")
    review(office, line, lambda page: return_it(page, "形象进度没有填写，请补充"))
    unit = stage.page(username(RETURNED))
    unit.goto(MONTH)
    assert "形象进度没有填写，请补充" in unit.locator("main").inner_text()
    unit.goto(f"{MONTH}/{line.code}")
    unit.fill("[name=physical_progress]", "主体结构完成八成")
    unit.click("button[type=submit]:has-text('报送') >> nth=0")
    unit.wait_for_url(f"**{MONTH}")
    review(office, line, lambda page: page.click("[name=action][value=accept]"))
    unit.goto(MONTH)
    assert "已审核" in unit.locator("main").inner_text()
    stage.leave()


def review(office: Page, line: Line, decide: Callable[[Page], None]) -> None:
    office.goto("/review?month=2023-03")
    office.click(f"main a:has-text('{line.name}')")
    office.wait_for_url("**/review/*")
    decide(office)
    office.wait_for_url("**/review?*")


def return_it(page: Page, reason: str) -> None:
    page.fill("[name=reason]", reason)
    page.click("[name=action][value=return]")


def one_is_late_and_one_never_reports(stage: Stage) -> None:
    stage.now = at("2023-04-07")
    office = stage.page("office")
    office.goto("/periods/2023-03/missing")
    text = office.locator("main").inner_text()
    assert SILENT in text
    assert LATE in text
    office.locator("form[action$='/remind'] button").first.click()
    office.wait_for_load_state("networkidle")
    unit = stage.page(username(LATE))
    unit.goto(MONTH)
    assert "督查室提醒" in unit.locator("main").inner_text()
    for line in [*owed(LATE), *works_of(stage, LATE)]:
        by_form(unit, line)
    stage.leave()


def the_office_closes(stage: Stage) -> None:
    stage.now = at("2023-04-10")
    office = stage.page("office")
    office.goto("/periods/2023-03/close")
    assert SILENT in office.locator("main").inner_text()
    if office.locator("[name=agreed]").count():
        office.check("[name=agreed]")
    office.click("main button[type=submit]:has-text('关闭')")
    office.wait_for_url("**/periods")
    office.goto("/briefings")
    with office.expect_download() as downloading:
        office.click("a:has-text('下载') >> nth=0")
    assert downloading.value.suggested_filename.endswith(".xlsx")
    stage.leave()


def a_correction_leaves_the_closed_month_alone(stage: Stage, closed: dict[str, object]) -> None:
    stage.now = at("2023-04-28")
    line = owed(RETURNED)[0]
    unit = stage.page(username(RETURNED))
    unit.goto(f"{MONTH}/{line.code}")
    corrected = str(float(line.amount) - 10).removesuffix(".0")
    unit.fill("[name=month_completed]", corrected)
    unit.fill("[name=explanation]", EXPLANATION)
    unit.fill("[name=correction_reason]", "重复计入设备款十万元")
    unit.click("button[type=submit]:has-text('提交更正')")
    unit.wait_for_url(f"**{MONTH}")
    assert stage.figures("2023-03") == closed
    assert completed(stage.figures("2023-03", "--corrected"), line) == completed(closed, line)
    office = stage.page("office")
    review(office, line, lambda page: page.click("[name=action][value=accept]"))
    assert stage.figures("2023-03") == closed, "a closed month says what it said"
    now = completed(stage.figures("2023-03", "--corrected"), line)
    assert float(str(now)) == float(str(completed(closed, line))) - 10
    office.goto(f"/projects/2023/{line.code}?month=2023-03")
    text = office.locator("main").inner_text()
    assert "更正后" in text
    assert "重复计入设备款十万元" in text
    stage.leave()


def completed(figures: dict[str, object], line: Line) -> object:
    lines = figures["subprojects"]
    assert isinstance(lines, list)
    return next(found["completed"] for found in lines if found["code"] == line.code)


def username(unit: str) -> str:
    return next(row["code"].lower() for row in table("units.csv") if row["name"] == unit)


def works_of(stage: Stage, unit: str) -> list[Line]:
    with reading(stage.engine) as session:
        rows = session.execute(
            sa.select(KeyProject.code, KeyProject.name)
            .join(Unit, Unit.id == KeyProject.lead_id)
            .where(Unit.name == unit, KeyProject.kind == Kind.WORK)
        ).all()
    return [Line(code, name, work=True) for code, name in rows]


@pytest.mark.parametrize("unit", [SILENT])
def test_the_silent_unit_owes_no_money(unit: str) -> None:
    """The play rests on this: without the unit that never reports, the money of March is whole."""
    assert owed(unit) == []
