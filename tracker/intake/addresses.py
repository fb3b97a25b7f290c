"""Owns cell addresses: column letters and A1 notation."""

from __future__ import annotations

from functools import cache


@cache
def letters(column: int) -> str:
    """Return the letters of a column counted from 0: 0 is A, 26 is AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def column_of(text: str) -> int:
    """Return the column, counted from 0, of letters such as "AA"."""
    number = 0
    for letter in text:
        number = number * 26 + ord(letter) - 64
    return number - 1


def a1(row: int, column: int) -> str:
    """Return the address of a cell whose row and column are counted from 0."""
    return f"{letters(column)}{row + 1}"
