"""Owns how values are written on a page: amounts in 万元, percentages, months, days, words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask import Flask
from flask_babel import gettext

from tracker import clock
from tracker.core import reasons, sentences
from tracker.core.figures import MonthSummary
from tracker.core.lights import Reason
from tracker.core.money import hundreds_up, wan_grouped
from tracker.core.periods import Period
from tracker.core.progress import percent_text
from tracker.web.languages import language
from tracker.web.words import SOURCES, word

#: Stands for what is not known or not defined; never a zero.
DASH = "—"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed number as it is shown, which way it points, and that way as a word for a voice."""

    text: str
    way: str
    word: str


def install(app: Flask) -> None:
    """Give templates the filters."""
    app.jinja_env.filters.update(
        wan=wan,
        wan_up=wan_up,
        pct=pct,
        number=number,
        gap=gap,
        more=more,
        moved=moved,
        month=month,
        short_month=short_month,
        with_unit=with_unit,
        day=day,
        moment=moment,
        size=size,
        word=word,
        source=source,
        came_from=came_from,
        reason=reason,
        sentence=sentence,
    )


def wan(yuan: int | None) -> str:
    """Return an amount in 万元."""
    return DASH if yuan is None else wan_grouped(yuan)


def wan_up(yuan: int | None) -> str:
    """Return an amount that has to be reached in 万元 with two decimals, rounded up so that it suffices."""
    if yuan is None:
        return DASH
    whole, rest = divmod(hundreds_up(yuan) // 100, 100)
    return f"{whole:,}.{rest:02d}"


def pct(hundredths: int | None) -> str:
    """Return a percentage without its sign."""
    return percent_text(hundredths) or DASH


def number(value: int | None) -> str:
    """Return a count or a rank."""
    return DASH if value is None else f"{value:,}"


def gap(hundredths: int | None) -> Signed:
    """Return a difference in percentage points."""
    if hundredths is None:
        return Signed(DASH, "none", "")
    text = percent_text(abs(hundredths)) or ""
    if hundredths > 0:
        return Signed(f"+{text}", "up", gettext("高出"))
    if hundredths < 0:
        return Signed(f"−{text}", "down", gettext("低于"))
    return Signed(text, "level", gettext("持平"))


def more(yuan: int | None) -> Signed:
    """Return by how much an amount differs from another, in 万元."""
    if yuan is None:
        return Signed(DASH, "none", "")
    if yuan > 0:
        return Signed(f"+{wan_grouped(yuan)}", "up", gettext("增加"))
    if yuan < 0:
        return Signed(f"−{wan_grouped(-yuan)}", "down", gettext("减少"))
    return Signed(wan_grouped(0), "level", gettext("持平"))


def moved(places: int | None) -> Signed:
    """Return a movement in a ranking."""
    if places is None:
        return Signed(DASH, "none", "")
    if places > 0:
        return Signed(f"↑{places}", "up", gettext("上升"))
    if places < 0:
        return Signed(f"↓{-places}", "down", gettext("下降"))
    return Signed("=", "level", gettext("不变"))


def month(period: Period | None) -> str:
    """Return "2023年3月" or "Mar 2023"."""
    if period is None:
        return DASH
    if language() == "en":
        return f"{_MONTHS[period.month - 1]} {period.year}"
    return f"{period.year}年{period.month}月"


def short_month(number: int) -> str:
    """Return "3月" or "Mar" for 3."""
    return _MONTHS[number - 1] if language() == "en" else f"{number}月"


def with_unit(label: str, unit: str) -> str:
    """Return a label with its unit in brackets."""
    return f"{label} ({unit})" if unit == "%" or language() == "en" else f"{label}（{unit}）"


def day(value: date | None) -> str:
    """Return a day."""
    return DASH if value is None else value.isoformat()


def moment(value: datetime | None) -> str:
    """Return a moment in the office's time zone, to the minute."""
    return DASH if value is None else value.astimezone(clock.ZONE).strftime("%Y-%m-%d %H:%M")


def size(count: int) -> str:
    """Return a file's size."""
    return f"{count / 1024:,.0f} KB" if count < 1024 * 1024 else f"{count / 1024 / 1024:,.1f} MB"


def source(text: str) -> str:
    """Return where a report came from: a way that is known in words, a file by its name."""
    return str(SOURCES.get(text, text))


def came_from(text: str, cell: str = "") -> str:
    """Return where a report came from as a sentence; `cell` such as "月报!F7" is where its amount stood."""
    if not text:
        return ""
    if text in SOURCES:
        return str(gettext("来自%(way)s", way=source(text)))
    sheet, _, address = cell.rpartition("!")
    if not address:
        return str(gettext("来自 %(file)s", file=text))
    if not sheet:
        return str(gettext("来自 %(file)s %(cell)s 单元格", file=text, cell=address))
    return str(
        gettext("来自 %(file)s 工作表“%(sheet)s” %(cell)s 单元格", file=text, sheet=sheet, cell=address)
    )


def reason(value: Reason) -> str:
    """Return a light's reason with its numbers."""
    return reasons.reason_text(value, language())


def sentence(summary: MonthSummary) -> str:
    """Return the sentence of the month."""
    return sentences.month_sentence(summary, language())
