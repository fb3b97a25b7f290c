"""Owns the versions of the light rules: which holds when, and making the next one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker import clock
from tracker.core.errors import Problem, Refused, WrongState
from tracker.core.figures import PeriodState
from tracker.core.periods import Period
from tracker.core.reasons import rule_name, rule_text
from tracker.core.rule_checks import rule_problems
from tracker.core.rules import (
    DEFAULT_RULES,
    Rule,
    RuleSet,
    rules_from_json,
    rules_in_force,
    rules_to_json,
)
from tracker.services import audit, periods
from tracker.services.actors import Actor
from tracker.services.reasons_given import required_reason
from tracker.store.periods import PeriodRow, StateChange
from tracker.store.rules import RuleVersion

#: So many months ahead a version may begin.
AHEAD = 12


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One rule as it was in the version before and as it is in this one."""

    before: Rule
    after: Rule


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """A version of the rules and the months that it holds in; version 0 is built in and holds before all others.

    `until` None has no end yet. `overtaken`: a later version begins in the same month, so that this one holds nowhere.
    `changes` are told against what had held from its first month on.
    """

    number: int
    effective_from: Period | None
    until: Period | None
    overtaken: bool
    rules: tuple[Rule, ...]
    changes: tuple[RuleChange, ...]
    reason: str
    made_by: str
    made_at: datetime | None

    def holds_in(self, period: Period) -> bool:
        """Return whether the lights of `period` follow this version."""
        begun = self.effective_from is None or self.effective_from <= period
        return begun and not self.overtaken and (self.until is None or period <= self.until)


class RulesMoved(WrongState):
    """Raised when somebody else made a version while this one was being written."""

    def __init__(self, row: RuleVersion) -> None:
        when = row.made_at.astimezone(clock.ZONE)
        super().__init__(
            f"您填写期间，{row.made_by} 于 {when:%Y-%m-%d %H:%M} 发布了第{row.version}版规则，本次没有保存。"
            "请对照新版核对后重新预览。"
        )


def versions(session: Session) -> tuple[VersionInfo, ...]:
    """Return every version, newest first, the built-in rules last."""
    rows = _rows(session)
    starts = sorted({row.effective_from for row in rows})
    first = starts[0] if starts else None
    found = [
        VersionInfo(
            number=0,
            effective_from=None,
            until=None if first is None else first.plus(-1),
            overtaken=False,
            rules=DEFAULT_RULES,
            changes=(),
            reason="",
            made_by="",
            made_at=None,
        )
    ]
    known: list[RuleSet] = []
    for row in rows:
        rules = rules_from_json(row.rules)
        replaced = rules_in_force(known, row.effective_from)
        known.append(RuleSet(row.version, row.effective_from, rules))
        later = next((start for start in starts if start > row.effective_from), None)
        found.append(
            VersionInfo(
                number=row.version,
                effective_from=row.effective_from,
                until=None if later is None else later.plus(-1),
                overtaken=any(
                    other.effective_from == row.effective_from and other.version > row.version
                    for other in rows
                ),
                rules=rules,
                changes=changes_between(replaced.rules, rules),
                reason=row.reason,
                made_by=row.made_by,
                made_at=row.made_at,
            )
        )
    return tuple(reversed(found))


def changes_between(before: Sequence[Rule], after: Sequence[Rule]) -> tuple[RuleChange, ...]:
    """Return the rules that differ."""
    earlier = {rule.key: rule for rule in before}
    return tuple(
        RuleChange(earlier[rule.key], rule)
        for rule in after
        if rule.key in earlier and earlier[rule.key] != rule
    )


def first_month(session: Session, now: datetime) -> Period:
    """Return the first month that new rules may hold in: none that is closed, nor one before a closed one."""
    closed = _extreme(session, PeriodRow.state == PeriodState.CLOSED, last=True)
    if closed is not None:
        return closed.plus(1)
    begun = _extreme(session, PeriodRow.state != PeriodState.UPCOMING, last=False)
    return begun or Period.of(now.astimezone(clock.ZONE).date())


def months_to_begin(session: Session, now: datetime) -> tuple[Period, ...]:
    """Return the months that new rules may begin with."""
    first = first_month(session, now)
    return tuple(first.plus(months) for months in range(AHEAD + 1))


def change_rules(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    rules: tuple[Rule, ...],
    reason: str,
    effective_from: Period,
    based_on: int,
) -> VersionInfo:
    """Make the next version; the ones before stay as they are.

    `based_on` is the number of the newest version that the officer saw. Raise RulesMoved when there is a newer one,
    Refused for rules that cannot hold, a reason that says nothing, or a month that is closed or too far ahead.
    """
    # Nobody closes the month, and nobody else makes a version, until this one is written.
    periods.claimed(session, effective_from)
    audit.claim_trail(session)
    rows = _rows(session)
    newest = rows[-1] if rows else None
    number = 0 if newest is None else newest.version
    if newest is not None and based_on != number:
        raise RulesMoved(newest)
    problems = [*rule_problems(rules), *_begins_wrong(session, effective_from, now)]
    sets = [RuleSet(row.version, row.effective_from, rules_from_json(row.rules)) for row in rows]
    held = rules_in_force(sets, effective_from)
    if not problems and held.rules == rules:
        what = f"与{effective_from}执行的规则（第{held.version}版）完全相同" if held.version else "与内置的默认规则完全相同"  # fmt: skip
        problems.append(Problem(what, "没有需要保存的改动"))
    told = ""
    try:
        told = required_reason(reason, "调整规则的原因")
    except Refused as refusal:
        problems += refusal.problems
    if problems:
        raise Refused(tuple(problems))
    row = RuleVersion(
        version=number + 1,
        effective_from=effective_from,
        rules=rules_to_json(rules),
        reason=told,
        made_by=actor.name,
        made_at=now,
    )
    session.add(row)
    session.flush()
    _note(session, actor, now, row, held, rules)
    return next(version for version in versions(session) if version.number == row.version)


def _note(
    session: Session, actor: Actor, now: datetime, row: RuleVersion, held: RuleSet, rules: tuple[Rule, ...]
) -> None:
    """Write down who made the version, when, why, and what it changes."""
    session.add(
        StateChange(
            kind="rules",
            object_id=row.id,
            before=str(held.version),
            after=str(row.version),
            made_by=actor.name,
            made_at=now,
            reason=row.reason,
        )
    )
    changes = changes_between(held.rules, rules)
    audit.record(
        session,
        actor,
        now,
        "rules.change",
        "rules",
        row.version,
        before={"version": held.version, "rules": [_told(change.before) for change in changes]},
        after={
            "version": row.version,
            "effective_from": str(row.effective_from),
            "reason": row.reason,
            "rules": [_told(change.after) for change in changes],
        },
    )


def _told(rule: Rule) -> str:
    return f"{rule_name(rule.key)}：{rule_text(rule)}"


def _begins_wrong(session: Session, month: Period, now: datetime) -> list[Problem]:
    first = first_month(session, now)
    mend = f"请选择 {first} 至 {first.plus(AHEAD)} 之间的月份"
    if month < first:
        row = periods.row_of(session, month)
        if row is not None and row.state is PeriodState.CLOSED:
            what = f"{month} 已关闭，公布的数字和灯不能再变，新规则不能从这个月起执行"
        else:
            what = f"{month} 在已关闭的 {first.plus(-1)} 之前，新规则不能从这个月起执行"
        return [Problem(what, mend, field="effective_from")]
    if month > first.plus(AHEAD):
        return [Problem(f"新规则最多提前{AHEAD}个月发布", mend, str(month), field="effective_from")]
    return []


def _rows(session: Session) -> Sequence[RuleVersion]:
    return session.scalars(sa.select(RuleVersion).order_by(RuleVersion.version)).all()


def _extreme(session: Session, which: sa.ColumnElement[bool], *, last: bool) -> Period | None:
    order = (PeriodRow.year, PeriodRow.month)
    row = session.scalars(
        sa.select(PeriodRow)
        .where(which)
        .order_by(*(column.desc() if last else column.asc() for column in order))
        .limit(1)
    ).first()
    return None if row is None else row.period
