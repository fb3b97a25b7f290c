"""Owns cutting a long list into pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of a list; pages count from 1, `first` is the running number of its first row."""

    rows: Sequence[Item]
    number: int
    pages: int
    total: int
    first: int


def paged(rows: Sequence[Item], per_page: int) -> Page[Item]:
    """Return the page that the address asks for, the nearest one there is."""
    pages = max(1, -(-len(rows) // per_page))
    asked = request.args.get("page", "1")
    number = min(max(int(asked), 1), pages) if asked.isdecimal() and len(asked) < 9 else 1
    start = (number - 1) * per_page
    return Page(rows[start : start + per_page], number, pages, len(rows), start + 1)
