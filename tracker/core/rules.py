"""Owns the light rules as data: which rule fires at which threshold, and from which period on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tracker.core.errors import TrackerError
from tracker.core.periods import Period


class RuleKey(StrEnum):
    """The rules of domain.md, in the order in which their reasons are told."""

    BEHIND_SCHEDULE = "behind_schedule"
    LAGGING_AGAIN = "lagging_again"
    BELOW_CITYWIDE = "below_citywide"
    START_OVERDUE = "start_overdue"
    MILESTONE_OVERDUE = "milestone_overdue"
    PROBLEM_OVERDUE = "problem_overdue"
    REPORT_MISSING = "report_missing"


class Basis(StrEnum):
    """How a shortfall is measured: as a ratio of what should be, in percentage points, or in months."""

    RATIO = "ratio"
    POINTS = "points"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A bound: hundredths of a percent (ratio), hundredths of a point (points) or months (months).

    A ratio fires below the bound, points and months above it; `inclusive` adds the bound itself.
    """

    value: int
    inclusive: bool = False

    def below(self, measured: int, of: int) -> bool:
        """Return whether measured ÷ of is below the bound; both in the same unit, exactly compared."""
        left, right = measured * 10_000, self.value * of
        return left < right or (self.inclusive and left == right)

    def above(self, measured: int) -> bool:
        """Return whether `measured` is above the bound."""
        return measured > self.value or (self.inclusive and measured == self.value)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule's settings; a colour without a threshold is never given by it."""

    key: RuleKey
    basis: Basis
    yellow: Threshold | None = None
    red: Threshold | None = None
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules that hold from a period on; `version` counts up and is never reused."""

    version: int
    effective_from: Period
    rules: tuple[Rule, ...]

    def get(self, key: RuleKey) -> Rule | None:
        """Return the rule with `key` when it is there and enabled."""
        return next((rule for rule in self.rules if rule.key is key and rule.enabled), None)


class InvalidRules(TrackerError):
    """Raised when stored or entered rules cannot be understood."""


#: How each rule may measure; cities differ in the first, the others count in one way only.
BASES: dict[RuleKey, tuple[Basis, ...]] = {
    RuleKey.BEHIND_SCHEDULE: (Basis.RATIO, Basis.POINTS),
    RuleKey.LAGGING_AGAIN: (Basis.MONTHS,),
    RuleKey.BELOW_CITYWIDE: (Basis.POINTS,),
    RuleKey.START_OVERDUE: (Basis.MONTHS,),
    RuleKey.MILESTONE_OVERDUE: (Basis.MONTHS,),
    RuleKey.PROBLEM_OVERDUE: (Basis.MONTHS,),
    RuleKey.REPORT_MISSING: (Basis.MONTHS,),
}

#: The defaults of domain.md, "Lights", drawn from published city rules.
DEFAULT_RULES: tuple[Rule, ...] = (
    Rule(RuleKey.BEHIND_SCHEDULE, Basis.RATIO, yellow=Threshold(10_000), red=Threshold(8_000)),
    Rule(RuleKey.LAGGING_AGAIN, Basis.MONTHS, red=Threshold(2, inclusive=True)),
    Rule(RuleKey.BELOW_CITYWIDE, Basis.POINTS, yellow=Threshold(0)),
    Rule(
        RuleKey.START_OVERDUE,
        Basis.MONTHS,
        yellow=Threshold(1, inclusive=True),
        red=Threshold(3, inclusive=True),
    ),
    Rule(RuleKey.MILESTONE_OVERDUE, Basis.MONTHS, yellow=Threshold(0), red=Threshold(1)),
    Rule(RuleKey.PROBLEM_OVERDUE, Basis.MONTHS, yellow=Threshold(0)),
    Rule(RuleKey.REPORT_MISSING, Basis.MONTHS, red=Threshold(2, inclusive=True)),
)


def rules_in_force(versions: Iterable[RuleSet], period: Period) -> RuleSet:
    """Return the newest version that is effective in `period`; the built-in defaults are version 0."""
    standing = [version for version in versions if version.effective_from <= period]
    if not standing:
        return RuleSet(0, Period(1990, 1), DEFAULT_RULES)
    return max(standing, key=lambda version: (version.effective_from, version.version))


def rules_to_json(rules: Iterable[Rule]) -> list[dict[str, Any]]:
    """Return rules as plain values for storage; the inverse of `rules_from_json`."""
    return [
        {
            "key": rule.key.value,
            "basis": rule.basis.value,
            "enabled": rule.enabled,
            "yellow": _threshold_to_json(rule.yellow),
            "red": _threshold_to_json(rule.red),
        }
        for rule in rules
    ]


def rules_from_json(stored: Iterable[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """Return the rules that `stored` describes; raise InvalidRules naming what is not understood."""
    rules: list[Rule] = []
    for item in stored:
        try:
            rule = Rule(
                key=RuleKey(item["key"]),
                basis=Basis(item["basis"]),
                yellow=_threshold_from_json(item.get("yellow")),
                red=_threshold_from_json(item.get("red")),
                enabled=bool(item.get("enabled", True)),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidRules(f"亮灯规则无法识别：{item!r}（{error}）。") from error
        if rule.basis not in BASES[rule.key]:
            raise InvalidRules(f"亮灯规则 {rule.key} 不能按 {rule.basis} 计算。")
        rules.append(rule)
    return tuple(rules)


def _threshold_to_json(threshold: Threshold | None) -> dict[str, Any] | None:
    return None if threshold is None else {"value": threshold.value, "inclusive": threshold.inclusive}


def _threshold_from_json(stored: Mapping[str, Any] | None) -> Threshold | None:
    return None if stored is None else Threshold(int(stored["value"]), bool(stored.get("inclusive", False)))
