"""Owns reading a view's arguments from the address; what is not understood is as good as not said."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TypeVar

from flask import request

from tracker.web.posted import printable

Choice = TypeVar("Choice", bound=StrEnum)


def chosen(name: str, choices: type[Choice]) -> Choice | None:
    """Return the member of `choices` that the argument names."""
    try:
        return choices(request.args.get(name, ""))
    except ValueError:
        return None


def text(name: str) -> str:
    """Return the argument's text, stripped, of a sane length and without what no page can show."""
    return printable(request.args.get(name, "")).strip()[:100]


def flag(name: str) -> bool:
    """Return whether the argument is switched on."""
    return request.args.get(name, "") == "1"


def day(name: str) -> date | None:
    """Return the argument's day; one that no calendar here reaches is as good as not said."""
    try:
        found = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return found if 1990 <= found.year <= 2200 else None


def whole(name: str) -> int | None:
    """Return the argument's whole number, None for anything that is none."""
    told = request.args.get(name, "")
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 10 else None
