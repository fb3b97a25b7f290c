"""Owns the form of the rules: what is typed in people's units (per cent, points, months), read into rules and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from unicodedata import normalize

from tracker.core.errors import Problem
from tracker.core.progress import percent_text
from tracker.core.reasons import rule_name
from tracker.core.rules import BASES, Basis, Rule, RuleKey, Threshold

COLOURS = ("yellow", "red")
_PERCENT = re.compile(r"(\d{1,4})(?:\.(\d{1,2}))?", re.ASCII)
_MONTHS = re.compile(r"\d{1,3}", re.ASCII)
_NAMES = {"yellow": "黄灯", "red": "红灯"}

Typed = dict[str, str]


def field_names() -> tuple[str, ...]:
    """Return the name of every field, such as "behind_schedule.red"."""
    parts = ("enabled", "basis", *(name for colour in COLOURS for name in (colour, f"{colour}_inclusive")))
    return tuple(f"{key}.{part}" for key in RuleKey for part in parts)


def typed_of(rules: tuple[Rule, ...]) -> Typed:
    """Return the rules as they would have been typed."""
    typed: Typed = {}
    for rule in rules:
        typed[f"{rule.key}.enabled"] = "1" if rule.enabled else ""
        typed[f"{rule.key}.basis"] = rule.basis.value
        for colour, bound in (("yellow", rule.yellow), ("red", rule.red)):
            typed[f"{rule.key}.{colour}"] = "" if bound is None else bound_text(bound, rule.basis)
            typed[f"{rule.key}.{colour}_inclusive"] = "1" if bound is not None and bound.inclusive else ""
    return typed


def bound_text(bound: Threshold, basis: Basis) -> str:
    """Return a bound's number in people's units, without zeros behind the point."""
    if basis is Basis.MONTHS:
        return str(bound.value)
    return (percent_text(bound.value) or "").rstrip("0").rstrip(".")


def told_in(sent: Mapping[str, str]) -> Typed:
    """Return what was typed, every field of it; a box that is not ticked is not sent."""
    return {name: sent.get(name, "")[:20].strip() for name in field_names()}


def read_rules(typed: Typed) -> tuple[tuple[Rule, ...], tuple[Problem, ...]]:
    """Return the rules as typed and what could not be read; rules are only to be used when everything could."""
    rules: list[Rule] = []
    problems: list[Problem] = []
    for key in RuleKey:
        basis = _basis(key, typed)
        bounds: dict[str, Threshold | None] = {}
        for colour in COLOURS:
            try:
                bounds[colour] = _bound(typed, f"{key}.{colour}", basis)
            except ValueError:
                read = typed[f"{key}.{colour}"]
                mend = "请填写整月数" if basis is Basis.MONTHS else "请填写数字，最多两位小数"
                what = f"“{rule_name(key)}”的{_NAMES[colour]}界限看不懂"
                problems.append(Problem(what, mend, read, field=f"{key}.{colour}"))
        rules.append(
            Rule(key, basis, bounds.get("yellow"), bounds.get("red"), typed[f"{key}.enabled"] == "1")
        )
    return tuple(rules), tuple(problems)


def _basis(key: RuleKey, typed: Typed) -> Basis:
    told = typed[f"{key}.basis"]
    return next((basis for basis in BASES[key] if basis.value == told), BASES[key][0])


def _bound(typed: Typed, name: str, basis: Basis) -> Threshold | None:
    text = normalize("NFKC", typed[name]).strip().removesuffix("%").strip()
    if not text:
        return None
    inclusive = typed[f"{name}_inclusive"] == "1"
    if basis is Basis.MONTHS:
        if _MONTHS.fullmatch(text) is None:
            raise ValueError(text)
        return Threshold(int(text), inclusive)
    match = _PERCENT.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return Threshold(int(match[1]) * 100 + int((match[2] or "").ljust(2, "0")), inclusive)
