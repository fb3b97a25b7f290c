"""Owns how cells look: fonts, number formats by kind of value and colours by tone."""

from __future__ import annotations

from typing import Any

import xlsxwriter
from xlsxwriter.format import Format

BODY = "宋体"
_HEADING = "黑体"
_NOTICE = "仿宋"
_LINE_COLOUR = "#A6A6A6"
#: The colour of headings, rules and first curves.
INK = "#1F3864"

_KINDS: dict[str, dict[str, Any]] = {
    "text": {"align": "left", "text_wrap": True},
    "label": {"align": "center", "text_wrap": True},
    "money0": {"num_format": "#,##0"},
    "money1": {"num_format": "#,##0.0"},
    "money2": {"num_format": "#,##0.00"},
    "money3": {"num_format": "#,##0.000"},
    "money4": {"num_format": "#,##0.0000"},
    "percent": {"num_format": "0.00%"},
    "points": {"num_format": "+0.00;-0.00;0.00"},
    "count": {"num_format": "0", "align": "center"},
    "moved": {"num_format": '"↑"0;"↓"0;"持平"', "align": "center"},
    "month": {"num_format": "yyyy-mm", "align": "center"},
    "day": {"num_format": "yyyy-mm-dd", "align": "center"},
    "head": {
        "align": "center",
        "text_wrap": True,
        "bold": True,
        "font_name": _HEADING,
        "bg_color": "#DCE6F1",
    },
    "title": {"align": "center", "text_wrap": True, "font_name": _HEADING, "font_size": 16, "border": 0},
    "title_left": {"text_wrap": True, "font_name": _HEADING, "font_size": 16, "border": 0},
    "headline": {"align": "center", "text_wrap": True, "font_name": _HEADING, "font_size": 22, "border": 0},
    "subtitle": {"align": "center", "text_wrap": True, "border": 0, "font_size": 12, "font_color": "#404040"},
    "section": {"bold": True, "font_name": _HEADING, "font_size": 12, "border": 0, "font_color": INK},
    "caption": {"text_wrap": True, "border": 0, "font_color": "#595959"},
    "right": {"align": "right", "border": 0, "font_name": _NOTICE, "font_size": 15},
    "notice": {"text_wrap": True, "border": 0, "font_name": _NOTICE, "font_size": 15},
}
_TONES: dict[str, dict[str, Any]] = {
    "": {},
    "total": {"bold": True, "bg_color": "#F2F2F2"},
    "own": {"bold": True, "bg_color": "#EAF1FB"},
    "strong": {"bold": True},
    "large": {"font_size": 11},
    "red": {"bold": True, "font_color": "#9C0006", "bg_color": "#FBE3E1"},
    "yellow": {"bold": True, "font_color": "#7F6000", "bg_color": "#FFF3CC"},
    "green": {"font_color": "#2F5D1E"},
    "muted": {"font_color": "#7F7F7F"},
}


class Formats(dict[tuple[str, str], Format]):
    """The formats in use at one font size, each made once, by kind and tone."""

    def __init__(self, workbook: xlsxwriter.Workbook, size: float) -> None:
        super().__init__()
        self._workbook = workbook
        self._size = size

    def __missing__(self, key: tuple[str, str]) -> Format:
        kind, tone = key
        look = {"font_name": BODY, "font_size": self._size, "valign": "vcenter", "border": 1}
        look |= {"border_color": _LINE_COLOUR} | _KINDS[kind] | _TONES[tone]
        made: Format = self._workbook.add_format(look)
        self[key] = made
        return made
