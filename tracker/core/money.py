"""Owns money: whole yuan in memory, 万元 on paper, never a binary fraction in between."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from enum import IntEnum
from fractions import Fraction
from math import isfinite

#: No public work of a city comes near this; a larger figure is a slip of the unit or of a finger.
MAX_YUAN = 10**14


class Unit(IntEnum):
    """A unit of money that workbooks use, as yuan per unit."""

    YUAN = 1
    WAN = 10_000
    YI = 100_000_000

    @property
    def label(self) -> str:
        """Return the unit as it is written in a header."""
        return {Unit.YUAN: "元", Unit.WAN: "万元", Unit.YI: "亿元"}[self]


class NotMoney(ValueError):
    """Raised when a text or number is not an exact amount; `str()` says why."""


def yuan_from_number(value: float | int, unit: Unit = Unit.WAN) -> int:
    """Return whole yuan for a spreadsheet's number given in `unit`.

    A spreadsheet keeps about fifteen significant digits, so the noise that its own sums leave behind is
    taken off first. What is still finer than one yuan is refused: domain.md, arithmetic 1.
    """
    if isinstance(value, int):
        yuan = value * int(unit)
    else:
        scaled = value * int(unit)
        if not isfinite(scaled):
            raise NotMoney("不是数")
        yuan = round(scaled)
        if abs(scaled - yuan) > max(1e-6, abs(scaled) * 4e-15):
            return yuan_from_decimal(Decimal(repr(value)), unit)
    if abs(yuan) > MAX_YUAN:
        raise NotMoney("金额过大，请核对单位")
    return yuan


def yuan_from_decimal(value: Decimal, unit: Unit = Unit.WAN) -> int:
    """Return whole yuan for an exact decimal in `unit`; raise NotMoney for fractions of a yuan."""
    if not value.is_finite():
        raise NotMoney("不是数")
    if value.adjusted() > 20:
        raise NotMoney("金额过大，请核对单位")
    yuan = Fraction(value) * int(unit)
    if yuan.denominator != 1:
        places = {Unit.YUAN: "不带小数", Unit.WAN: "最多四位小数", Unit.YI: "最多八位小数"}[unit]
        raise NotMoney(f"金额须精确到元（以{unit.label}计{places}）")
    if abs(yuan) > MAX_YUAN:
        raise NotMoney("金额过大，请核对单位")
    return int(yuan)


def yuan_from_text(text: str, unit: Unit = Unit.WAN) -> int:
    """Return whole yuan for plain ASCII text such as "1,234.5"; separators must stand at thousands."""
    stripped = text.strip()
    whole, _, rest = stripped.partition(".")
    if "," in rest or ("," in whole and any(len(group) != 3 for group in whole.split(",")[1:])):
        raise NotMoney("千位分隔符的位置不对")
    try:
        value = Decimal(stripped.replace(",", ""))
    except InvalidOperation:
        raise NotMoney("不是数") from None
    return yuan_from_decimal(value, unit)


def wan_text(yuan: int) -> str:
    """Return 万元 as the shortest exact decimal: no exponent, no trailing zeros, no separators."""
    sign = "-" if yuan < 0 else ""
    whole, rest = divmod(abs(yuan), int(Unit.WAN))
    return f"{sign}{whole}.{rest:04d}".rstrip("0").rstrip(".") if rest else f"{sign}{whole}"


def wan_grouped(yuan: int) -> str:
    """Return 万元 with thousands separators, for sentences and tables."""
    whole, dot, rest = wan_text(abs(yuan)).partition(".")
    return f"{'-' if yuan < 0 else ''}{int(whole):,}{dot}{rest}"


def hundreds_up(yuan: int) -> int:
    """Return an amount that has to be reached rounded up to whole hundreds, so that two decimals of 万元 suffice."""
    return -(-yuan // 100) * 100
