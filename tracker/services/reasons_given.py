"""Owns what a reason must be wherever the office has to give one: long enough to say something."""

from __future__ import annotations

from tracker.core.checks import LEAST_WORDS
from tracker.core.errors import Problem, Refused
from tracker.core.said import TEXT_LENGTH


def required_reason(text: str, what: str = "原因", field: str = "reason", least: int = LEAST_WORDS) -> str:
    """Return the reason without the blanks around it; raise Refused for one that says nothing or too much."""
    told = text.strip()
    if len("".join(told.split())) < least:
        raise Refused((Problem(f"请写明{what}，至少 {least} 个字", read=told or None, field=field),))
    if len(told) > TEXT_LENGTH:
        raise Refused((Problem(f"{what}超过 {TEXT_LENGTH} 个字", "请写得简短一些", field=field),))
    return told
