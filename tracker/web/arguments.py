"""Owns reading a view's arguments from the address; what is not understood is as good as not said."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from flask import request

Choice = TypeVar("Choice", bound=StrEnum)


def chosen(name: str, choices: type[Choice]) -> Choice | None:
    """Return the member of `choices` that the argument names."""
    try:
        return choices(request.args.get(name, ""))
    except ValueError:
        return None


def text(name: str) -> str:
    """Return the argument's text, stripped and of a sane length."""
    return request.args.get(name, "").strip()[:100]


def flag(name: str) -> bool:
    """Return whether the argument is switched on."""
    return request.args.get(name, "") == "1"
