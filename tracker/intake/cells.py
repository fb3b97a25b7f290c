"""Owns the reading of single cells: a value as the sheet keeps it becomes a domain value or a fault."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal

from tracker.core.errors import Severity
from tracker.core.money import MAX_YUAN, NotMoney, Unit, yuan_from_number, yuan_from_text
from tracker.core.periods import Period
from tracker.intake.texts import clean, key, tidy_name, tidy_text

#: What a cell may hold; a blank cell holds "".
Cell = str | float | int | bool | dt.date | dt.datetime | dt.time | dt.timedelta

#: What stands in a cell whose formula was saved without its value.
NOT_CALCULATED = "=?"

#: How many signs a name and a code may have.
NAME_SIGNS, CODE_SIGNS = 200, 40

#: Ways to say "nothing here" (compared after `key`).
_NOTHING = frozenset(
    {
        "",
        "-",
        "/",
        "\\",
        "无",
        "暂无",
        "没有",
        "空",
        "...",
        "…",
        "n/a",
        "na",
        "none",
        "null",
        "不涉及",
        "未填",
    }
)
_ERRORS = frozenset(
    {
        "#ref!",
        "#div/0!",
        "#n/a",
        "#name?",
        "#null!",
        "#num!",
        "#value!",
        "#getting_data",
        "#spill!",
        "#calc!",
        "#error",
    }
)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a cell cannot be taken as it stands, and the value to go on with (a warning keeps one)."""

    what: str
    mend: str
    severity: Severity = Severity.ERROR
    value: object = None


def as_text(value: Cell) -> str:
    """Return a cell as people see it; a whole number has no decimal point."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return str(value)


def is_nothing(value: Cell) -> bool:
    """Return whether a cell is blank or only says that nothing is there."""
    return isinstance(value, str) and (not value or key(value) in _NOTHING)


def formula_fault(value: Cell) -> Fault | None:
    """Return the fault of a cell that holds a formula's error instead of a value."""
    if not isinstance(value, str):
        return None
    if value == NOT_CALCULATED:
        return Fault("公式没有算出的值", "请用 Excel 或 WPS 打开文件、保存后再上传，或直接填数值")
    if value[:1] in "#＃" and key(value) in _ERRORS:
        return Fault("公式出错", "请改正公式，或直接填数值")
    return None


def read_name(value: Cell) -> str | Fault:
    """Return a name as it is to be printed, "" when there is none."""
    if isinstance(value, str) and 4 < len(value) <= NAME_SIGNS and value.isalnum():
        return value  # Most names are plain Chinese characters, and there is nothing to tidy.
    if fault := formula_fault(value):
        return fault
    text = tidy_name(as_text(value))
    if len(text) > NAME_SIGNS:
        return Fault(f"名称过长（最多{NAME_SIGNS}字）", "请改用简短的名称", value=text[:NAME_SIGNS])
    return "" if len(text) < 5 and key(text) in _NOTHING else text


def read_text(value: Cell) -> str | Fault:
    """Return running text as it is to be printed, "" when there is none."""
    if fault := formula_fault(value):
        return fault
    text = tidy_text(as_text(value))
    return "" if text in ("-", "—", "——", "/", "\\") else text


_PLAIN_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?|\.\d+", re.ASCII)
_BLANK_THOUSANDS = re.compile(r"(?<=\d) (?=\d{3}(?!\d))", re.ASCII)
#: Two lines or two pasted cells are two numbers, and no thousands.
_TWO_NUMBERS = re.compile(r"\d[^\S\t\r\n]*[\t\r\n]\s*\d")
_WRITTEN_UNIT = re.compile(r"(亿元?|万元?|元)(?:人民币)?$")
_UNITS = {"亿": Unit.YI, "万": Unit.WAN, "元": Unit.YUAN}
_MEND_MONEY = "请只填数字，没有的留空"


def read_money(value: Cell, unit: Unit) -> int | Fault | None:
    """Return whole yuan of a cell whose column is in `unit`; None when blank. Negative money is a fault."""
    if isinstance(value, float):
        # Nearly every amount is a whole number of its unit, which needs no second look.
        if value.is_integer() and 0 <= (yuan := int(value) * unit) <= MAX_YUAN:
            return yuan
        return _money(value, unit)
    if isinstance(value, str):
        return _money_text(value, unit) if value else None
    if isinstance(value, bool):
        return Fault("金额应是数字，不是真假值", _MEND_MONEY)
    if not isinstance(value, int):
        return Fault("金额应是数字，不是日期", "请把单元格格式改为“数值”，再填金额")
    return _money(value, unit)


def _money_text(value: str, unit: Unit) -> int | Fault | None:
    if is_nothing(value):
        return None
    if fault := formula_fault(value):
        return fault
    text = clean(value).replace("¥", "").replace("人民币", "").strip().removeprefix("+")
    if written := _WRITTEN_UNIT.search(text):
        unit = _UNITS[written[1][0]]
        text = text[: written.start()].strip()
    text = _BLANK_THOUSANDS.sub("", text)
    if re.match(r"[-−–—(]\s*[\d.]", text):
        return Fault("金额不能是负数", "请核对；要冲减以前的数，请作更正")
    if not _PLAIN_NUMBER.fullmatch(text) or _TWO_NUMBERS.search(value):
        return Fault("金额不是数字", _MEND_MONEY)
    return _money(text, unit)


def _money(value: str | float, unit: Unit) -> int | Fault:
    try:
        yuan = yuan_from_text(value, unit) if isinstance(value, str) else yuan_from_number(value, unit)
    except NotMoney as reason:
        return Fault(str(reason), f"请核对数字和单位（本列按{unit.label}读）")
    return yuan if yuan >= 0 else Fault("金额不能是负数", "请核对；要冲减以前的数，请作更正")


def read_count(value: Cell) -> int | Fault | None:
    """Return a whole number of projects; None when blank."""
    text = clean(as_text(value)).rstrip("个项") if not is_nothing(value) else ""
    if not text:
        return None
    if isinstance(value, bool) or not re.fullmatch(r"\d{1,6}", text, re.ASCII):
        return formula_fault(value) or Fault("项目数应是整数", "请填 0 或正整数")
    return int(text)


def read_percent(value: Cell) -> Decimal | None:
    """Return a reported percentage as a fraction; None when blank or unreadable, for it is never imported.

    A bare number up to 3 is a fraction (0.2758), a larger one a percentage (27.58).
    """
    text = clean(as_text(value))
    number = text.removesuffix("%").strip()
    if isinstance(value, bool) or not re.fullmatch(r"\d+(?:\.\d+)?", number, re.ASCII):
        return None
    exact = Decimal(number)
    return exact / 100 if text.endswith("%") or exact > 3 else exact


_UNIT_SPLIT = re.compile(r"[、,，;；/\r\n]+")
_UNIT_ROLE = re.compile(
    r"^(?:市级)?(?:牵头|配合|责任|协办|主办|会办)(?:单位|部门)?\s*[:：]\s*|[(（](?:牵头|配合|主办|协办)[)）]$"
)


def read_units(value: Cell) -> tuple[str, ...] | Fault:
    """Return the units that a cell lists, in order and once each."""
    if is_nothing(value):
        return ()
    if fault := formula_fault(value):
        return fault
    parts = (tidy_name(_UNIT_ROLE.sub("", part.strip())) for part in _UNIT_SPLIT.split(as_text(value)))
    return tuple(dict.fromkeys(part for part in parts if part))


_PLAIN_CODE = re.compile("[A-Z]+[0-9A-Z-]*", re.ASCII)


def read_code(value: Cell) -> str | Fault:
    """Return a code in half-width capitals without blanks, "" when there is none."""
    if isinstance(value, str) and len(value) <= CODE_SIGNS and _PLAIN_CODE.fullmatch(value):
        return value
    if fault := formula_fault(value):
        return fault
    code = "" if is_nothing(value) else clean(as_text(value)).replace(" ", "").upper()
    if len(code) > CODE_SIGNS:
        return Fault(f"编码过长（最多{CODE_SIGNS}字）", "请改用简短的编码", value=code[:CODE_SIGNS])
    return code


def stated_period(period: Period) -> str:
    """Return a period as people write it: 2023年3月."""
    return f"{period.year}年{period.month}月"
