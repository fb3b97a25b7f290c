"""Tests that a hostile or foreign file gets a sentence, quickly and in little memory."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import olefile
import pytest
import xlwt  # type: ignore[import-untyped]

from tracker.core.errors import Refused
from tracker.intake.biff import _Book, _globals
from tracker.intake.compound import wrapped
from tracker.intake.reading import open_workbook

Build = Callable[..., bytes]
_SHEET = "xl/worksheets/sheet1.xml"
_ROWS = [["子项目", "本月完成投资"], ["甲", 3]]

#: Runs in a process of its own: opens the file and reports what came of it, the seconds and the peak memory.
_WATCHED = """
import json, sys, time
from pathlib import Path
from tracker.core.errors import Refused
from tracker.intake.reading import open_path
start = time.perf_counter()
try:
    open_path(Path(sys.argv[1]))
    said = ""
except Refused as error:
    said = str(error)
seconds = time.perf_counter() - start
status = Path("/proc/self/status").read_text().splitlines()
peak = next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmHWM"))
print(json.dumps([said, seconds, peak]))
"""


def _refusal(name: str, content: bytes) -> str:
    with pytest.raises(Refused) as caught:
        open_workbook(name, content)
    (problem,) = caught.value.problems
    assert problem.file == name
    assert problem.mend
    return str(caught.value)


def _sheet(xml: bytes) -> Callable[[bytes], bytes]:
    """Return a change that puts other rows into a sheet."""

    def change(part: bytes) -> bytes:
        return part[: part.index(b"<sheetData")] + b"<sheetData>" + xml + b"</sheetData></worksheet>"

    return change


@pytest.fixture(scope="module")
def plain(xlsx: Build) -> bytes:
    return xlsx({"表": _ROWS})


def test_the_plain_workbook_opens(plain: bytes) -> None:
    assert open_workbook("甲.xlsx", plain).sheets[0].rows == [["子项目", "本月完成投资"], ["甲", 3.0]]


@pytest.mark.parametrize("name", ["甲.et", "甲.xls", "甲.csv", "甲"])
def test_content_decides_not_the_name(plain: bytes, name: str) -> None:
    assert len(open_workbook(name, plain).sheets[0].rows) == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "文件是空的"),
        (b"%PDF-1.7\n%%EOF", "内容不是 .xls 工作簿，是 PDF 文件"),
        (b"<html><body><table><tr><td>1</td></tr></table></body></html>", "是网页"),
        ("\ufeff  <!DOCTYPE html><html></html>".encode(), "是网页"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related", "是网页"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            "XML 表格",
        ),
        ("子项目,本月完成投资\n甲,3\n".encode(), "内容不是 .xls 工作簿，是文本"),
        (bytes(range(256)) * 8, "看不出种类"),
        (b"PK\x05\x06" + bytes(18), "空的压缩包"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(900), "损坏"),
    ],
)
def test_what_is_no_workbook_is_named(content: bytes, said: str) -> None:
    sentence = _refusal("名册.xls", content)
    assert said in sentence
    assert "另存为 .xlsx" in sentence or "核对" in sentence


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"xl/workbook.xml": None, "word/document.xml": b"<x/>"}, "Word 文档"),
        ({"content.xml": b"<x/>"}, "ODS"),
        ({"xl/workbook.bin": b"x"}, "xlsb"),
        ({"xl/workbook.xml": None}, "别的压缩文件"),
        ({"xl/vbaProject.bin": b"x"}, "文件里有宏"),
        (
            {
                "[Content_Types].xml": lambda part: part.replace(
                    b"spreadsheetml.sheet.main", b"sheet.macroEnabled.main"
                )
            },
            "文件里有宏",
        ),
        (
            {
                "xl/sharedStrings.xml": lambda part: part.replace(
                    b"<sst", b'<!DOCTYPE a [<!ENTITY x "y">]><sst'
                )
            },
            "DTD 或实体",
        ),
        ({"docProps/core.xml": "<!DOCTYPE a []><a/>".encode("utf-16-be")}, "DTD 或实体"),
        ({"docProps/core.xml": b"<?xml version='1.0' encoding='UTF-7'?><a/>"}, "不是 UTF-8"),
        ({_SHEET: "\ufeff<worksheet/>".encode("utf-16-le")}, "不是 UTF-8"),
        ({"xl/workbook.xml": b"<workbook"}, "损坏"),
        ({_SHEET: None}, "缺少工作表"),
    ],
)
def test_what_hides_in_a_package(
    plain: bytes, repacked: Build, changes: dict[str, object], said: str
) -> None:
    assert said in _refusal("名册.xlsx", repacked(plain, changes))


def _rows(count: int, cells: bytes = b"") -> bytes:
    return b"".join(
        b'<row r="%d">%s</row>' % (row, cells.replace(b"#", b"%d" % row)) for row in range(1, count + 1)
    )


def _far_and_odd(part: bytes) -> bytes:
    """Put a far cell in, written with a prefix, blanks and single quotes as no office program does."""
    named = b'<worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    return _sheet(b"<row><x:c  r = 'ZZ59000'><v>1</v></x:c></row>")(part.replace(b"<worksheet ", named))


def _same_sheet_often(part: bytes) -> bytes:
    more = b"".join(b'<sheet name="s%d" sheetId="%d" r:id="rId1"/>' % (n, n) for n in range(2, 200))
    return part.replace(b"</sheets>", more + b"</sheets>")


def _everything_merged(part: bytes) -> bytes:
    merged = b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    return part.replace(b"</sheetData>", merged)


_UNFOLDING: dict[str, Callable[[], tuple[dict[str, object], str]]] = {
    "a bomb beside the sheet": lambda: ({"xl/media/a.png": bytes(90 << 20)}, "解压后过大"),
    "a bomb in the sheet": lambda: ({_SHEET: _sheet(b" " * (40 << 20))}, "解压后过大"),
    "a million empty rows": lambda: (
        {_SHEET: _sheet(b"".join(b'<row r="%d"/>' % row for row in range(1, 1_048_577)))},
        "超过 100000 行",
    ),
    "a lone far cell": lambda: (
        {_SHEET: _sheet(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')},
        "XFD1048576 单元格",
    ),
    "a far cell oddly written": lambda: ({_SHEET: _far_and_odd}, "ZZ59000"),
    "a wide and long area": lambda: (
        {
            _SHEET: _sheet(
                b'<row r="1"><c r="NA1"><v>1</v></c></row><row r="9"><c r="A50000"><v>1</v></c></row>'
            )
        },
        "加起来过多",
    ),
    "one sheet two hundred times": lambda: (
        {_SHEET: _sheet(_rows(30_000, b'<c r="Z#"><v>1</v></c>')), "xl/workbook.xml": _same_sheet_often},
        "加起来过多",
    ),
    "a long text thousands of times": lambda: (
        {
            "xl/sharedStrings.xml": lambda part: part.replace(
                b"<si>", b"<si><t>%s</t></si><si>" % (b"x" * 500_000), 1
            ),
            _SHEET: _sheet(_rows(20_000, b'<c r="A#" t="s"><v>0</v></c>')),
        },
        "文字过多",
    ),
    "everything merged": lambda: ({_SHEET: _everything_merged}, "合并单元格"),
}


@pytest.mark.parametrize("case", _UNFOLDING)
def test_what_unfolds_is_refused_quickly_in_little_memory(
    plain: bytes, repacked: Build, tmp_path: Path, case: str
) -> None:
    changes, said = _UNFOLDING[case]()
    path = tmp_path / "名册.xlsx"
    path.write_bytes(repacked(plain, changes))
    sentence, seconds, megabytes = _watched(path)
    assert said in sentence
    assert seconds < 5
    assert megabytes < 200


def _watched(path: Path) -> tuple[str, float, int]:
    done = subprocess.run(
        [sys.executable, "-c", _WATCHED, str(path)], capture_output=True, text=True, check=True
    )
    sentence, seconds, megabytes = json.loads(done.stdout)
    return sentence, seconds, megabytes


def test_a_few_thousand_styled_blank_rows_are_honest(plain: bytes, repacked: Build) -> None:
    xml = _rows(2, b'<c r="A#"><v>1</v></c>') + b"".join(
        b'<row r="%d"><c r="A%d" s="0"/><c r="ZZ%d" s="0"/></row>' % (r, r, r)
        for r in (*range(3, 6000), 65_536, 1_048_576)
    )
    assert open_workbook("甲.xlsx", repacked(plain, {_SHEET: _sheet(xml)})).sheets[0].rows == [[1.0], [1.0]]


def _patched(content: bytes, mark: bytes, offset: int, value: bytes, last: bool = False) -> bytes:
    at = (content.rindex(mark) if last else content.index(mark)) + offset
    return content[:at] + value + content[at + len(value) :]


def test_a_package_that_lies_about_itself(plain: bytes) -> None:
    small = struct.pack("<I", 10)
    lies = {
        "a smaller size than the truth": _patched(plain, b"PK\1\2", 24, small),
        "another checksum": _patched(plain, b"PK\1\2", 16, b"\0\0\0\0"),
        "another name in the part's own header": _patched(plain, b"PK\3\4", 30, b"X"),
        "a password": _patched(plain, b"PK\1\2", 8, b"\1\0"),
        "overlapping parts": _patched(plain, b"PK\1\2", 42, struct.pack("<I", 0), last=True),
        "more bytes after the end": plain + b"x",
        "cut in half": plain[: len(plain) // 2],
        "cut at the end": plain[:-3],
        "too many parts": _patched(plain, b"PK\5\6", 8, struct.pack("<HH", 60_000, 60_000)),
    }
    for case, content in lies.items():
        sentence = _refusal("名册.xlsx", content)
        assert "名册.xlsx：文件" in sentence, case
    assert "密码" in _refusal("名册.xlsx", lies["a password"])


def test_two_parts_of_one_name(plain: bytes) -> None:
    out = io.BytesIO(plain)
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("XL/Workbook.xml", b"<workbook/>")
    assert "重名" in _refusal("名册.xlsx", out.getvalue())


# Old .xls files


def _with_stream(xls: Build, change: Callable[[bytearray], None] | None = None) -> bytes:
    """Return an .xls whose records were changed."""
    with olefile.OleFileIO(io.BytesIO(xls(_ROWS))) as ole:
        stream = bytearray(ole.openstream("Workbook").read())
    if change:
        change(stream)
    return wrapped(bytes(stream))


def _record(stream: bytearray, kind: int) -> int:
    at = 0
    while True:
        found, length = struct.unpack_from("<HH", stream, at)
        if found == kind:
            return at
        at += 4 + length


def test_an_old_workbook_survives_being_wrapped_anew(xls: Build) -> None:
    rows = [["子项目", "本月完成投资"], *([f"第{n}个项目", n * 1.5] for n in range(500))]
    assert open_workbook("甲.xls", xls(rows)).sheets[0].rows == rows


def test_an_old_workbook_with_a_password(xls: Build) -> None:
    def encrypt(stream: bytearray) -> None:
        at = _record(stream, 0x0042)
        stream[at : at + 2] = b"\x2f\0"

    assert "密码" in _refusal("名册.xls", _with_stream(xls, encrypt))


def test_a_new_workbook_with_a_password_comes_in_an_old_wrapping(xls: Build) -> None:
    content = _with_stream(xls)
    named = "EncryptedPackage".encode("utf-16-le")
    content = content.replace(
        "Workbook".encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", 18),
        named.ljust(64, b"\0") + struct.pack("<H", 34),
    )
    assert "密码" in _refusal("名册.xlsx", content)


def test_a_word_document_in_an_old_wrapping(xls: Build) -> None:
    content = _with_stream(xls)
    named = "WordDocument".encode("utf-16-le")
    content = content.replace(
        "Workbook".encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", 18),
        named.ljust(64, b"\0") + struct.pack("<H", 26),
    )
    assert "Word 文档" in _refusal("名册.xls", content)


def test_an_old_macro_sheet(xls: Build) -> None:
    def turn(stream: bytearray) -> None:
        stream[_record(stream, 0x0085) + 9] = 1

    assert "文件里有宏" in _refusal("名册.xls", _with_stream(xls, turn))


def _claim_everything(stream: bytearray) -> None:
    """Declare four thousand million rows, and as many shared texts: the library reserves what it is told."""
    start = struct.unpack_from("<I", stream, _record(stream, 0x0085) + 4)[0]
    at = start + _record(stream[start:], 0x0200)
    struct.pack_into("<IIHH", stream, at + 4, 9, 0xFFFFFFF0, 9, 0xFFF0)
    struct.pack_into("<II", stream, _record(stream, 0x00FC) + 4, 0x7FFFFFFF, 0x7FFFFFFF)


def test_sizes_that_an_old_workbook_only_claims_are_not_believed(xls: Build) -> None:
    read = open_workbook("甲.xls", _with_stream(xls, _claim_everything))
    assert read.sheets[0].rows == [["子项目", "本月完成投资"], ["甲", 3.0]]


def test_an_old_cell_too_far_out(xls: Build, tmp_path: Path) -> None:
    path = tmp_path / "名册.xls"
    rows: list[list[object]] = [["子项目"], *([[]] * 65_000), [*[None] * 250, "远"]]
    path.write_bytes(xls(rows))
    sentence, seconds, megabytes = _watched(path)
    assert "IQ65002 单元格" in sentence
    assert seconds < 5
    assert megabytes < 200


def test_old_workbooks_cut_anywhere_get_a_sentence(xls: Build) -> None:
    content = xls([["子项目", "本月完成投资"], *([f"项目{n}", n] for n in range(200))])
    for length in range(600, len(content) - 4096, 1700):
        assert "损坏" in _refusal("名册.xls", content[:length]), length


def test_an_old_formula_error_is_not_a_blank() -> None:
    out = io.BytesIO()
    book = xlwt.Workbook()
    page = book.add_sheet("表")
    page.write(0, 0, "甲")
    page.row(0).set_cell_error(1, "#DIV/0!")
    book.save(out)
    assert open_workbook("甲.xls", out.getvalue()).sheets[0].rows == [["甲", "#DIV/0!"]]


def test_shared_texts_are_measured_across_their_pieces(xls: Build) -> None:
    """Long texts spill over into further records; the lengths found must be those of the texts."""
    texts = [("龙城" if number % 2 else "lab") * (number * 7 + 1) for number in range(300)]
    with olefile.OleFileIO(io.BytesIO(xls([[text] for text in texts]))) as ole:
        stream = bytearray(ole.openstream("Workbook").read())
    _, lengths, _ = _globals(_Book(stream))
    assert lengths == [2 * len(text) for text in texts]


def test_one_long_text_in_very_many_old_cells(xls: Build) -> None:
    rows = [["字" * 30_000] * 40 for _ in range(100)]
    assert "文字过多" in _refusal("名册.xls", xls(rows))
