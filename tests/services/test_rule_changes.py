"""Versions of the rules: made, followed, never changed; no closed month is touched; previews write nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from tests.databases import dump
from tests.factories import ACTOR, Desk, line, month, report
from tracker.core.errors import Refused
from tracker.core.lights import Light
from tracker.core.periods import Period
from tracker.core.rule_checks import Preset, preset_rules
from tracker.core.rules import DEFAULT_RULES, Rule, RuleKey, Threshold, rules_from_json
from tracker.services.rule_changes import (
    RulesMoved,
    VersionInfo,
    change_rules,
    months_to_begin,
    versions,
)
from tracker.services.rule_preview import Preview, preview_rules
from tracker.store.audit import AuditEntry
from tracker.store.periods import StateChange
from tracker.store.rules import RuleVersion

WUHAN, YINCHUAN = preset_rules(Preset.WUHAN), preset_rules(Preset.YINCHUAN)


def make(desk: Desk, rules: tuple[Rule, ...] = WUHAN, begin: str = "2023-04", **told: Any) -> VersionInfo:
    """Make a version as the office would."""
    said = {"reason": "参照武汉市的规则", "based_on": 0} | told
    with desk.writing() as session:
        return change_rules(session, ACTOR, desk.now, rules=rules, effective_from=month(begin), **said)


def refused(desk: Desk, **told: Any) -> list[str]:
    """Return the fields of what is wrong, sure that nothing was written."""
    before = dump(desk.engine)
    with pytest.raises(Refused) as refusal:
        make(desk, **told)
    assert dump(desk.engine) == before
    return [problem.field for problem in refusal.value.problems]


def preview(desk: Desk, rules: tuple[Rule, ...], look: Period | None = None) -> Preview:
    with desk.looking() as session:
        return preview_rules(session, rules, 2023, desk.now, look)


def known(desk: Desk) -> list[tuple[int, str, str, bool]]:
    with desk.looking() as session:
        return [
            (one.number, str(one.effective_from or ""), str(one.until or ""), one.overtaken)
            for one in versions(session)
        ]


# ---- Making a version -------------------------------------------------------------------------------


def test_a_version_is_written_with_its_reason_and_in_the_trail(closed_quarter: Desk) -> None:
    made = make(closed_quarter)
    assert (made.number, made.effective_from, made.until) == (1, month("2023-04"), None)
    assert [change.after.key for change in made.changes] == [RuleKey.BEHIND_SCHEDULE]
    (row,) = closed_quarter.all(RuleVersion.rules, RuleVersion.reason, RuleVersion.made_by)
    assert (rules_from_json(row[0]), *row[1:]) == (WUHAN, "参照武汉市的规则", ACTOR.name)
    assert closed_quarter.all(StateChange.before, StateChange.after, StateChange.reason, StateChange.made_by)[
        -1
    ] == ("0", "1", "参照武汉市的规则", ACTOR.name)
    action, before, after = closed_quarter.all(AuditEntry.action, AuditEntry.before, AuditEntry.after)[-1]
    assert action == "rules.change"
    assert before == {
        "version": 0,
        "rules": ["低于序时进度：投资进度与序时进度之比低于100%亮黄灯，低于80%亮红灯"],
    }
    assert after["rules"] == ["低于序时进度：投资进度与序时进度之比低于80%亮黄灯，低于60%亮红灯"]
    assert after["effective_from"] == "2023-04"


def test_new_rules_leave_closed_months_alone_and_judge_the_open_one(closed_quarter: Desk) -> None:
    closed = closed_quarter.figures("2023-03")
    corrected = closed_quarter.figures("2023-03", corrected=True)
    closed_quarter.on("2023-05-02").open("2023-04")
    make(closed_quarter)
    assert closed_quarter.figures("2023-03") == closed
    assert closed_quarter.figures("2023-03", corrected=True) == corrected
    assert closed_quarter.figures("2023-04").summary.rules_version == 1


@pytest.mark.parametrize("begin", ["2023-01", "2023-03", "2022-12", "2024-05"])
def test_no_closed_month_no_earlier_one_and_none_too_far_ahead(closed_quarter: Desk, begin: str) -> None:
    assert refused(closed_quarter, begin=begin) == ["effective_from"]


def test_the_refusal_of_a_closed_month_says_when_rules_can_begin(closed_quarter: Desk) -> None:
    with pytest.raises(Refused, match=r"2023-03 已关闭.*请选择 2023-04 至 2024-04 之间的月份"):
        make(closed_quarter, begin="2023-03")


def test_an_open_month_before_a_closed_one_is_settled_too(desk: Desk) -> None:
    desk.roster([line("甲")])
    for name in ("2023-02", "2023-03"):
        desk.reports(name, [report("甲", month_completed=10)])
    desk.on("2023-04-10").close("2023-03")
    assert refused(desk, begin="2023-02") == ["effective_from"]
    assert make(desk, begin="2023-04").number == 1


def test_months_that_rules_may_begin_with(desk: Desk) -> None:
    with desk.looking() as session:
        assert months_to_begin(session, desk.now)[0] == month("2023-04")
    desk.roster([line("甲")])
    desk.reports("2023-02", [report("甲", month_completed=10)])
    with desk.looking() as session:
        assert months_to_begin(session, desk.now)[:2] == (month("2023-02"), month("2023-03"))
    desk.close("2023-02")
    with desk.looking() as session:
        assert months_to_begin(session, desk.now)[0] == month("2023-03")


@pytest.mark.parametrize("reason", ["", "  ", "好"])
def test_a_version_needs_a_reason(closed_quarter: Desk, reason: str) -> None:
    assert refused(closed_quarter, reason=reason) == ["reason"]


def test_rules_that_cannot_hold_and_rules_that_change_nothing(closed_quarter: Desk) -> None:
    mild = replace(DEFAULT_RULES[0], yellow=Threshold(5000), red=Threshold(9000))
    assert refused(closed_quarter, rules=(mild, *DEFAULT_RULES[1:]), reason="") == [
        "behind_schedule.red",
        "reason",
    ]
    assert refused(closed_quarter, rules=DEFAULT_RULES) == [""]


# ---- Versions one after another ---------------------------------------------------------------------


def test_whoever_saw_an_older_version_is_told(closed_quarter: Desk) -> None:
    make(closed_quarter)
    before = dump(closed_quarter.engine)
    with pytest.raises(RulesMoved, match=r"王敏 于 2023-04-11 10:00 发布了第1版规则，本次没有保存"):
        make(closed_quarter, YINCHUAN)
    assert dump(closed_quarter.engine) == before
    assert make(closed_quarter, YINCHUAN, based_on=1).number == 2


def test_each_version_holds_until_the_next_begins(closed_quarter: Desk) -> None:
    make(closed_quarter, begin="2023-07")
    make(closed_quarter, YINCHUAN, begin="2023-07", based_on=1)
    make(closed_quarter, YINCHUAN, begin="2023-05", based_on=2)
    assert known(closed_quarter) == [
        (3, "2023-05", "2023-06", False),
        (2, "2023-07", "", False),
        (1, "2023-07", "", True),
        (0, "", "2023-04", False),
    ]
    with closed_quarter.looking() as session:
        for period in (month("2023-04").plus(step) for step in range(6)):
            holding = [one.number for one in versions(session) if one.holds_in(period)]
            assert len(holding) == 1, f"{holding} hold in {period}"


def test_a_version_is_told_against_what_it_replaces(closed_quarter: Desk) -> None:
    make(closed_quarter, begin="2023-07")
    made = make(closed_quarter, YINCHUAN, begin="2023-05", based_on=1)
    assert [change.before for change in made.changes] == [DEFAULT_RULES[0]]


# ---- Preview ----------------------------------------------------------------------------------------


def test_the_rules_in_force_change_nothing(closed_quarter: Desk) -> None:
    closed_quarter.on("2023-05-02").open("2023-04")
    found = preview(closed_quarter, DEFAULT_RULES)
    assert [str(shown.period) for shown in found.months] == ["2023-01", "2023-02", "2023-03", "2023-04"]
    assert [shown.changed for shown in found.months] == [0, 0, 0, 0]
    assert all(shown.before == shown.after for shown in found.months)


def test_a_preview_tells_what_would_change_and_writes_nothing(closed_quarter: Desk) -> None:
    before = dump(closed_quarter.engine)
    found = preview(closed_quarter, WUHAN, month("2023-01"))
    assert dump(closed_quarter.engine) == before
    assert found.looked_at is not None
    assert found.looked_at.period == month("2023-01")
    assert len(found.lines) == found.looked_at.changed > 0
    for shown in found.months:
        assert sum(shown.before.values()) == sum(shown.after.values()) == 70
    told = {(told.before.light, told.after.light) for told in found.lines}
    assert told == set(found.looked_at.moves)


def test_a_preview_follows_the_proposed_rules_from_month_to_month(desk: Desk) -> None:
    """In January the line is not behind under these rules; in February it is for the first time in a row."""
    desk.roster([line("甲", "1200")])
    desk.reports("2023-01", [report("甲", month_completed=70)])
    desk.reports("2023-02", [report("甲", month_completed=70)])
    desk.close("2023-01")
    desk.close("2023-02")
    assert desk.line("2023-02", "甲").light is Light.RED
    lenient = tuple(
        replace(rule, yellow=Threshold(7500), red=Threshold(2000))
        if rule.key is RuleKey.BEHIND_SCHEDULE
        else replace(rule, enabled=False)
        for rule in DEFAULT_RULES
    )
    found = preview(desk, lenient, month("2023-02"))
    (told,) = found.lines
    assert (told.before.light, told.after.light) == (Light.RED, Light.YELLOW)
    assert told.after.previous_light is Light.YELLOW
    assert told.after.flagged_months == 2


def test_what_is_previewed_is_what_the_version_then_does(closed_quarter: Desk) -> None:
    """Only rules without a look back: an open month follows closed ones, which stay as they were reported."""
    closed_quarter.on("2023-05-02").open("2023-04")
    alone = tuple(
        rule if rule.key is RuleKey.BEHIND_SCHEDULE else replace(rule, enabled=False) for rule in YINCHUAN
    )
    expected = preview(closed_quarter, alone).months[-1].after
    make(closed_quarter, alone)
    assert closed_quarter.figures("2023-04").summary.lights == expected


def test_a_correction_is_no_part_of_a_preview(closed_quarter: Desk) -> None:
    closed_quarter.reports("2023-03", [report(code="CX-01-1", month_completed=1)], correction="重复计算")
    assert [shown.changed for shown in preview(closed_quarter, DEFAULT_RULES).months] == [0, 0, 0]


def test_a_year_without_months_has_no_preview(desk: Desk) -> None:
    found = preview(desk, WUHAN)
    assert (found.months, found.looked_at, found.lines) == ((), None, ())


def test_versions_stay_as_they_were_written(closed_quarter: Desk) -> None:
    make(closed_quarter)
    with pytest.raises(sa.exc.DBAPIError, match="written once"):
        closed_quarter.change(RuleVersion, RuleVersion.version == 1, reason="改")
