"""Owns the files that are wrong as a whole, and uploads that are confirmed without a right to it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace

from openpyxl import load_workbook
from werkzeug.test import TestResponse

from tests.intake.conftest import make_xls, make_xlsx
from tests.web.markup import parse
from tests.web.wrong.stage import CLOSED, MONTH, UNHEARD, UPCOMING, Stage
from tests.web.wrong.told import FILE, PAGE, Answer, Way, Wrong, page_told
from tests.web.wrong.uploads import listed, seen_in, uploaded
from tracker.intake.form_stamp import read_stamp, write_stamp
from tracker.intake.limits import FILE_BYTES
from tracker.intake.reading import open_workbook

_ROWS = (("编码", "子项目", "本月完成投资"), ("A-1", "平台一期", 120))
_RESAVE = "请用 Excel 或 WPS 打开后另存为 .xlsx 再上传"
_ADDRESS = "请核对地址，或从导航重新进入"
_AGAIN = "情况可能刚刚有变化，请刷新页面后再看"


@dataclass(frozen=True)
class File:
    """A file as it is; `content` makes it, for some are large."""

    name: str
    content: Callable[[], bytes]
    month: str = MONTH

    def send(self, stage: Stage) -> Answer:
        """Upload the file."""
        return uploaded(stage, self.month, self.name, self.content())


@dataclass(frozen=True)
class Downloaded:
    """The form of a month as it was handed out to its unit, uploaded for March by 赵 of another."""

    month: str
    neighbour: bool = False

    def send(self, stage: Stage) -> Answer:
        """Upload the form unchanged."""
        browser = stage.neighbour if self.neighbour else stage.browser
        form = browser.get(f"/month/{self.month}/workbook")
        return uploaded(stage, MONTH, "填报表.xlsx", form.data)


@dataclass(frozen=True)
class Confirmed:
    """A good upload, confirmed as `told` says: what was seen, whose it is, for which month, whether by these pages."""

    told: str

    def send(self, stage: Stage) -> Answer:
        """Upload the file, and confirm it wrongly."""
        file = {"workbook": (io.BytesIO(make_xlsx({"表": _ROWS})), "三月.xlsx")}
        path = stage.post(f"/month/{MONTH}/upload", file).headers["Location"]
        seen = {"seen": seen_in(stage.browser.get(path).text)}
        if self.told == "another's":
            form = seen | {"csrf_token": stage.neighbours_token}
            return _unnumbered(stage.neighbour.post(path, data=form))
        if self.told == "for another month":
            return _unnumbered(stage.post(path.replace(MONTH, CLOSED), seen))
        if self.told == "elsewhere":
            return page_told(stage.post(path, seen | {"csrf_token": ""}))
        answer = stage.post(path, {"seen": "0" * 64})
        return Answer(answer.status_code, listed(parse(answer.text), {}), answer.text)


@dataclass(frozen=True)
class Old:
    """A form that was made before somebody else reported; `chosen` is what the confirmation writes over."""

    chosen: str = ""

    def send(self, stage: Stage) -> Answer:
        """Fill a form of yesterday in for A-3, which was reported since."""
        form = stage.browser.get(f"/month/{MONTH}/workbook").data
        stamp = read_stamp(open_workbook("填报表.xlsx", form))
        assert stamp is not None
        book = load_workbook(io.BytesIO(form))
        book["月报"]["I7"] = 99
        del book["_tracker"]
        write_stamp(book, replace(stamp, revisions={**stamp.revisions, "A-3": 1}))
        out = io.BytesIO()
        book.save(out)
        return uploaded(stage, MONTH, "填报表.xlsx", out.getvalue(), chosen=self.chosen)


def _unnumbered(answer: TestResponse) -> Answer:
    """Return what the page tells, without the number of the upload."""
    found = page_told(answer)
    told = (replace(told, sentence=re.sub("“[0-9]+”", "", told.sentence)) for told in found.told)
    return Answer(found.status, tuple(told), found.text)


def _repacked(**changes: bytes) -> bytes:
    out = io.BytesIO(make_xlsx({"表": _ROWS}))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as package:
        for part, content in changes.items():
            package.writestr(part.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


def _file(name: str, what: str, mend: str, file: str, content: Callable[[], bytes]) -> Wrong:
    return Wrong(name, Way.WORKBOOK, File(file, content), 422, FILE, what, mend)


def _page(name: str, sent: File | Confirmed, status: int, what: str, mend: str) -> Wrong:
    return Wrong(name, Way.WORKBOOK, sent, status, PAGE, what, mend)


def _cut() -> bytes:
    return _good()[:-400]


def _good() -> bytes:
    return make_xlsx({"表": _ROWS})


CASES = (
    _file("an empty file", "文件是空的", "请核对选的文件", "三月.xlsx", lambda: b""),
    _file("a PDF", "内容不是 .xlsx 工作簿，是 PDF 文件", _RESAVE, "三月.xlsx", lambda: b"%PDF-1.7\n%%EOF"),
    _file(
        "a page as a workbook",
        "内容不是 .xls 工作簿，是网页",
        _RESAVE,
        "三月.xls",
        lambda: b"<html><body><table><tr><td>1</td></tr></table></body></html>",
    ),
    _file(
        "a CSV in an encoding that nobody knows",
        "内容不是工作簿，是看不出种类的文件",
        _RESAVE,
        "三月.csv",
        lambda: b"\xc3\x28" + "编码,本月完成投资\nA-1,120\n".encode("utf-16-le"),
    ),
    _file(
        "a CSV called a workbook",
        "内容不是 .xlsx 工作簿，是文本",
        _RESAVE,
        "三月.xlsx",
        "编码,本月完成投资\nA-1,120\n".encode,
    ),
    _file("a cut workbook", "文件损坏或没有传完整，压缩结构对不上", _RESAVE, "三月.xlsx", _cut),
    _file(
        "a cut old workbook",
        "文件损坏或没有传完整，读不出来",
        _RESAVE,
        "三月.xls",
        lambda: make_xls([["编码", "本月完成投资"], *([f"A-{n}", n] for n in range(200))])[:900],
    ),
    _file(
        "macros",
        "文件里有宏",
        "请另存为不带宏的 .xlsx 后再上传",
        "三月.xlsx",
        lambda: _repacked(xl__vbaProject_bin=b"x"),
    ),
    _file(
        "a bomb",
        "文件解压后过大，不是正常的表格",
        _RESAVE,
        "三月.xlsx",
        lambda: _repacked(xl__media__a_png=bytes(90 << 20)),
    ),
    _file(
        "more bytes than a workbook may have",
        "文件太大，超过 20 MB",
        "请删去无关的工作表、图片和空行空列，另存为 .xlsx 后再上传",
        "三月.xlsx",
        lambda: _good() + bytes(FILE_BYTES),
    ),
    Wrong(
        "no file",
        Way.WORKBOOK,
        File("", lambda: b"x"),
        422,
        FILE,
        "没有选择文件",
        "请选择填好的工作簿后再上传",
    ),
    Wrong(
        "the form of another month",
        Way.WORKBOOK,
        Downloaded(CLOSED),
        422,
        FILE,
        "这是 2023-02 的填报表，现在填报的是 2023-03",
        "请下载本月的填报表，或到那个月去上传",
    ),
    Wrong(
        "the form of another unit",
        Way.WORKBOOK,
        Downloaded(MONTH, neighbour=True),
        422,
        FILE,
        "这是“市人社局”的填报表，不是本单位的",
        "请下载本单位的填报表",
    ),
    _page(
        "twenty-five megabytes",
        File("三月.xlsx", lambda: bytes(25 << 20)),
        413,
        "提交的内容过大",
        "请减少内容后重试",
    ),
    _page(
        "a month that has not begun",
        File("三月.xlsx", _good, UPCOMING),
        409,
        "2023-04 还没有开始填报",
        _AGAIN,
    ),
    _page(
        "a month that nobody thought of",
        File("三月.xlsx", _good, UNHEARD),
        404,
        "没有找到报告期“2023-09”",
        _ADDRESS,
    ),
    _page(
        "confirmed without looking",
        Confirmed("unseen"),
        409,
        "您核对之后，情况又有变化",
        "没有写入任何数据，请重新核对后再确认",
    ),
    *(
        Wrong(
            f"over somebody else's report, {how}",
            Way.WORKBOOK,
            Old(chosen),
            422,
            FILE,
            "没有选中要报送的项目",
            "别人已经报送的默认不覆盖，确要按文件报送的请先勾选",
        )
        for how, chosen in (("nothing chosen", ""), ("one that is older chosen", "A-3@1"))
    ),
    _page("somebody else's upload", Confirmed("another's"), 404, "没有找到上传的文件", _ADDRESS),
    _page("confirmed for another month", Confirmed("for another month"), 404, "没有找到上传的文件", _ADDRESS),
    _page(
        "confirmed from elsewhere",
        Confirmed("elsewhere"),
        400,
        "请求无法识别",
        "页面可能已打开过久，请返回上一页刷新后重试",
    ),
)
