"""Owns how large a workbook may be and the sentences that refuse one as a whole."""

from __future__ import annotations

from tracker.core.errors import Problem, Refused

FILE_BYTES = 20 * 1024 * 1024
#: All parts of a zipped workbook together, unpacked.
UNPACKED_BYTES = 64 * 1024 * 1024
ENTRIES = 2_000
DIRECTORY_BYTES = 512 * 1024
#: A part that unpacks to more than this many times its size is a bomb; honest sheets stay below 100.
RATIO = 250
RATIO_FROM_BYTES = 4 * 1024 * 1024
SHEETS = 256
#: Row elements, with or without values; and rows up to the last that carries a value.
ROW_ELEMENTS = 100_000
VALUE_ROWS = 60_000
COLUMNS = 400
CELLS = 2_000_000
#: Rows times columns up to the last values, over all sheets: what the reading library lays out in memory.
DENSE_CELLS = 2_500_000
#: Text in all cells together; one shared text may stand in many cells.
TEXT_BYTES = 48 * 1024 * 1024
MERGES = 50_000
MERGED_CELLS = 400_000

TOO_LARGE = f"文件太大，超过 {FILE_BYTES // 1024 // 1024} MB"
MEND_TOO_LARGE = "请删去无关的工作表、图片和空行空列，另存为 .xlsx 后再上传"
MEND_ENCRYPTED = "请在 Excel 或 WPS 里取消密码后再上传"
MEND_MACRO = "请另存为不带宏的 .xlsx 后再上传"
MEND_RESAVE = "请用 Excel 或 WPS 打开后另存为 .xlsx 再上传"


def refusal(name: str, what: str, mend: str, *, sheet: str = "", cell: str = "") -> Refused:
    """Return the refusal of the whole file `name` for one reason."""
    return Refused((Problem(what, mend, file=name, sheet=sheet, cell=cell),))
