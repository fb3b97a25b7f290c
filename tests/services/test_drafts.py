"""Drafts: of two windows the last one's words, nothing that was handed in, and never another unit's line."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.factories import ACTOR, Desk, month
from tests.services.at_once import Second
from tests.services.month_desk import march
from tracker.core.errors import NotFound
from tracker.services.accounts import add_account
from tracker.services.actors import Actor
from tracker.services.drafts import discard_draft, save_drafts
from tracker.services.reporting import Entry, Reporter, submit
from tracker.services.visibility import object_of
from tracker.store.accounts import Account, Role
from tracker.store.engine import writing
from tracker.store.reports import ReportDraft, ReportRevision
from tracker.store.roster import Unit

MARCH = month("2023-03")


@pytest.fixture
def month_desk(desk: Desk) -> Desk:
    """Return a desk in the middle of March's reporting; nothing has come."""
    return march(desk)


def typist(desk: Desk) -> Reporter:
    """Return somebody of 市科技局 with an account."""
    with desk.writing() as session:
        add_account(
            session,
            ACTOR,
            desk.now,
            "li",
            "李",
            Role.REPORTER,
            ("市科技局",),
            "a-long-password-4711",
            must_change=False,
        )
    with desk.looking() as session:
        unit = session.scalar(sa.select(Unit.id).where(Unit.name == "市科技局")) or 0
        return Reporter(Actor("李（li）"), frozenset({unit}), session.scalar(sa.select(Account.id)))


def saved(desk: Desk, who: Reporter, text: str, based_on: int = 0) -> frozenset[str]:
    with desk.writing() as session:
        entry = Entry("A-1", {"physical_progress": text}, based_on)
        return save_drafts(session, who, MARCH, [entry], desk.now)


def test_two_first_saves_at_once_make_one_draft(month_desk: Desk) -> None:
    who, now = typist(month_desk), month_desk.now
    entries = [Entry("A-1", {"physical_progress": "主体"}), Entry("W-1", {"target_reached": "一项"})]
    with writing(month_desk.engine) as session:
        save_drafts(session, who, MARCH, entries, now)
        second = Second(
            month_desk,
            lambda other: save_drafts(other, who, MARCH, [Entry("A-1", {"explanation": "好"})], now),
        )
        second.start()
        second.join(0.7)
        assert second.is_alive(), "the second save waits for the first"
    second.join(30)
    assert second.outcome is None, f"the second save got {second.outcome!r}"
    assert sorted(month_desk.all(ReportDraft.typed), key=str) == [
        {"explanation": "好"},
        {"target_reached": "一项"},
    ], "of two windows the last one's words stand"


def test_a_save_beside_a_hand_in_waits_and_keeps_nothing(month_desk: Desk) -> None:
    who, now = typist(month_desk), month_desk.now
    with writing(month_desk.engine) as session:
        submit(session, who, MARCH, [Entry("A-1", {"month_completed": "10"})], now, "网页表单")
        late = Entry("A-1", {"month_completed": "1"})
        second = Second(month_desk, lambda other: save_drafts(other, who, MARCH, [late], now))
        second.start()
        second.join(0.7)
        assert second.is_alive(), "the save waits for the hand-in"
    second.join(30)
    assert second.outcome is None, f"the save got {second.outcome!r}"
    assert month_desk.all(ReportDraft.id) == []


def test_a_draft_that_survived_the_hand_in_goes_with_the_next_late_save(month_desk: Desk) -> None:
    who = typist(month_desk)
    with month_desk.writing() as session:
        submit(session, who, MARCH, [Entry("A-1", {"month_completed": "10"})], month_desk.now, "网页表单")
    assert saved(month_desk, who, "主体", 1) == frozenset(), "typing on after the hand-in is a draft"
    assert saved(month_desk, who, "旧窗口", 0) == {"A-1"}
    assert month_desk.all(ReportDraft.id) == []
    assert month_desk.all(ReportRevision.number)[-1] == 1


def test_what_somebody_else_handed_in_outruns_no_draft(month_desk: Desk) -> None:
    who = typist(month_desk)
    other = Reporter(Actor("王（wang）"), who.unit_ids)
    with month_desk.writing() as session:
        submit(session, other, MARCH, [Entry("A-1", {"month_completed": "10"})], month_desk.now, "网页表单")
    assert saved(month_desk, who, "主体") == frozenset()
    assert month_desk.all(ReportDraft.typed) == [{"physical_progress": "主体"}], "both choose field by field"


def test_a_program_and_a_stranger_have_no_drafts(month_desk: Desk) -> None:
    who = typist(month_desk)
    with pytest.raises(NotFound):
        saved(month_desk, Reporter(who.actor, who.unit_ids), "主体")
    with month_desk.writing() as session, pytest.raises(NotFound):
        save_drafts(session, who, MARCH, [Entry("B-1", {})], month_desk.now)
    with month_desk.writing() as session:
        discard_draft(session, Reporter(who.actor, who.unit_ids), MARCH, "A-1")
    assert month_desk.all(ReportDraft.id) == []


@pytest.mark.parametrize("code", ["A\x00-1", "A-1\n", "A\x1b-1"])
def test_a_code_with_control_signs_is_not_found(month_desk: Desk, code: str) -> None:
    with month_desk.looking() as session, pytest.raises(NotFound):
        object_of(session, 2023, code)
