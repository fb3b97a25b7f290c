"""What changes about accounts and what is planned beside money, on both databases."""

from __future__ import annotations

from datetime import date

import pytest

from tests.factories import ACTOR, Desk, at, line, work
from tracker.core.errors import Refused
from tracker.services import account_changes, accounts
from tracker.services.milestone_plan import add_step, delete_step, planned_like, set_target, steps_of
from tracker.services.office import office_of
from tracker.services.office_settings import change_office
from tracker.store.accounts import Role

NOW = at("2023-04-04", 9)
PASSWORD = "correct-horse-1"


def test_the_last_administrator_stays(desk: Desk) -> None:
    with desk.writing() as session:
        for name in ("root", "second"):
            accounts.add_account(session, ACTOR, NOW, name, name, Role.ADMINISTRATOR, (), PASSWORD)
    with desk.writing() as session:
        account_changes.disable_account(session, ACTOR, NOW, "root")
    with desk.writing() as session:
        with pytest.raises(Refused, match="最后一个启用的管理员"):
            account_changes.disable_account(session, ACTOR, NOW, "second")
        with pytest.raises(Refused, match="最后一个启用的管理员"):
            account_changes.edit_account(session, ACTOR, NOW, "second", "乙", Role.OFFICE)
        account_changes.enable_account(session, ACTOR, NOW, "root")
        assert account_changes.disable_account(session, ACTOR, NOW, "second").disabled


def test_a_changed_password_is_new_and_ends_sessions(desk: Desk) -> None:
    with desk.writing() as session:
        before = accounts.add_account(session, ACTOR, NOW, "wang", "王敏", Role.OFFICE, (), PASSWORD).account
    with desk.writing() as session:
        after = account_changes.change_password(session, ACTOR, NOW, "wang", PASSWORD, "staple-battery-9")
    assert (after.must_change_password, after.password_changed_at) == (False, NOW)
    assert after.generation == before.generation + 1
    with desk.looking() as session:
        assert accounts.authenticate(session, "wang", "staple-battery-9") == after
        assert accounts.authenticate(session, "wang", PASSWORD) is None


def test_steps_and_targets(desk: Desk) -> None:
    desk.roster([line("甲"), work("乙工作")])
    with desk.writing() as session:
        (about,) = planned_like(session, 2023, "乙")
        step = add_step(session, ACTOR, NOW, about, "印发", date(2023, 9, 1))
        assert set_target(session, ACTOR, NOW, about.id, "出台办法").target == "出台办法"
    with desk.writing() as session:
        assert [found.steps for found in planned_like(session, 2023, "")] == [1, 0]
        assert steps_of(session, about) == (step,)
        assert delete_step(session, ACTOR, NOW, step.id).id == about.id
        assert steps_of(session, about) == ()


def test_settings_are_kept(desk: Desk) -> None:
    told = {"name": "督查室", "city": "常州市", "own_front": "创新现代化"}
    with desk.writing() as session:
        change_office(session, ACTOR, NOW, **told, deadline_workday=5, closing_workday=10)
    with desk.looking() as session:
        assert office_of(session).closing_workday == 10
    with desk.writing() as session, pytest.raises(Refused):
        change_office(session, ACTOR, NOW, **told, deadline_workday=5, closing_workday=5)
