"""Owns reading the values of a form that was sent: text that every database can keep, numbers and days."""

from __future__ import annotations

from datetime import date

from flask import request

#: Signs that break a line in ways that no page and no cell shows.
_BREAKS = "\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029"


def printable(told: str | None) -> str:
    """Return the text without control characters and halves of characters, which PostgreSQL does not keep.

    Blanks of every width stay: Chinese names and indents are set apart by full-width ones.
    """
    return "".join(
        letter
        for letter in told or ""
        if letter.isprintable() or (letter.isspace() and letter not in _BREAKS)
    )


def text(name: str) -> str:
    """Return the value's text, of a length that services judge."""
    return printable(request.form.get(name, "")[:5000]).strip()


def long_text(name: str) -> str:
    """Return the value's text whole, however long: a line break that was sent as two signs counts one."""
    return printable(request.form.get(name)).strip()


def whole(name: str) -> int | None:
    """Return the value's whole number, None for anything that is none."""
    told = request.form.get(name, "").strip()
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 10 else None


def day(name: str) -> date | None:
    """Return the value's day, None for anything that is none."""
    try:
        return date.fromisoformat(request.form.get(name, "").strip())
    except ValueError:
        return None
