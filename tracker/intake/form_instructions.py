"""Owns the page of a form that says in plain words how to fill it in."""

from __future__ import annotations

from collections.abc import Iterator

from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from tracker import clock
from tracker.core.checks import LEAST_WORDS
from tracker.intake.form import Form
from tracker.intake.form_sheets import BODY, HEADING
from tracker.intake.paper import lie_on_a4
from tracker.intake.written import write_value

_WIDTH = 118


def deadline_text(form: Form) -> str:
    """Return until when the form is awaited, as a sentence."""
    if form.closed:
        return (
            f"{form.period.year}年{form.period.month}月已关闭，补报和更正须写明更正原因，由督查室审核后计入。"
        )
    if form.deadline is None:
        return "请尽快填报。"
    until = form.deadline.astimezone(clock.ZONE)
    return f"请于{until.year}年{until.month}月{until.day}日 {until:%H:%M} 前报送。"


def write_instructions(sheet: Worksheet, form: Form) -> None:
    """Fill the sheet of instructions."""
    sheet.column_dimensions["A"].width = _WIDTH
    for number, (text, is_head) in enumerate(_paragraphs(form), 1):
        cell = sheet.cell(number, 1)
        write_value(cell, text)
        cell.font = Font(HEADING, 16 if number == 1 else 12) if is_head else Font(BODY, 11)
        cell.alignment = Alignment("left", "center" if is_head else "top", wrap_text=True)
        # A Chinese character takes two units of width, a little more in the fonts of some offices.
        lines = -(-2 * len(text) // (_WIDTH - 4))
        sheet.row_dimensions[number].height = 30 if is_head else 17.0 * max(1, lines) + 3
    sheet.sheet_view.showGridLines = False
    lie_on_a4(sheet)
    sheet.page_setup.fitToHeight = 1


def _paragraphs(form: Form) -> Iterator[tuple[str, bool]]:
    period = form.period
    made = form.made_at.astimezone(clock.ZONE)
    yield f"{period.year}年{period.month}月重点项目月报填报说明", True
    yield deadline_text(form), False
    yield (
        f"本表由系统于{made.year}年{made.month}月{made.day}日 {made:%H:%M} 为{form.units}生成，只用于本月、本单位。",
        False,
    )
    yield "怎么填", True
    yield (
        "1. 只填浅黄色的单元格；灰色的是系统已有的数据，不用填，也不用改。右侧的灰色列是上月所报的内容，供对照。",
        False,
    )
    yield "2. 金额单位是万元，最多四位小数。12,345.6 这样带千位分隔符的也可以。", False
    yield "3. 0 和空白不同：0 表示本月确实没有完成投资；空白表示没有报送，到期按未报处理。", False
    yield "4. 整行空着的项目不报送，可以以后再填。已有内容的行请直接改，没有变化的行不会重复报送。", False
    yield "5. 累计完成投资可以不填，系统自动累计；填了就与各月之和核对，不一致的不能报送。", False
    yield (
        f"6. 实际开工只填{period.year}年{period.month}月及以前的月份，还没有开工的留空。新建项目不能早于{period.year}年。",
        False,
    )
    yield "7. 填了需协调事项的，要同时写明存在问题；存在问题会列入问题清单。", False
    yield "8. “工作”表填目标完成情况或形象进度；“节点”表填已经完成的日期，没有完成的留空。", False
    yield f"哪些情况要在“情况说明”里写明原因（至少{LEAST_WORDS}个字）", True
    yield "· 累计完成投资比以前报的少", False
    yield "· 本月完成投资超过年度计划剩余的部分，或是此前单月最高的 10 倍以上，或与此前累计完全相同", False
    yield "· 新建项目有了完成投资，但没有实际开工时间", False
    yield "· 本月完成投资为 0，形象进度却写着正在施工", False
    yield "· 形象进度或下月计划与上月一字不差", False
    if form.closed:
        yield "补报和更正", True
        yield f"本月已关闭：凡有改动的行，都要在“更正原因”里写明原因（至少{LEAST_WORDS}个字）。", False
    yield "填好以后", True
    yield "1. 保存文件，回到“本月填报”页面，点“上传工作簿”。系统先列出哪些内容会改变，您确认后才报送。", False
    yield "2. 有不能接受的内容时，一项也不报送；可以下载标出问题单元格的同一份文件，改好后再上传。", False
    yield "3. 下载之后别人报送过的项目会单独列出，默认不覆盖。", False
    yield "4. 可以整行排序或删去不填的行；请不要改编码，也不要只移动一部分列。", False
