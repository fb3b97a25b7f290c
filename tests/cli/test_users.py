"""Accounts on the command line."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Instance
from tests.factories import line
from tracker import clock
from tracker.services.accounts import authenticate
from tracker.services.tokens import token_of


def opens(instance: Instance, username: str, password: str) -> bool:
    with instance.desk.looking() as session:
        return authenticate(session, username, password) is not None


@pytest.fixture
def office(instance: Instance) -> Instance:
    """Return an instance with a unit, 市科技局, and the account li."""
    instance.desk.roster([line("甲", lead="市科技局")])
    done = instance.run("user", "add", "li", "--name", "李强", "--role", "reporter", "--unit", "市科技局")
    assert done.status == 0, done
    return instance


def password_in(out: str) -> str:
    return next(row.split()[1] for row in out.splitlines() if row.startswith("密码"))


def test_an_added_account_opens_with_the_printed_password(office: Instance) -> None:
    done = office.run("user", "add", "Wang", "--name", "王敏", "--role", "office")
    assert done.status == 0
    assert opens(office, "wang", password_in(done.out))
    assert not opens(office, "wang", "something else")


def test_accounts_are_listed_with_role_units_and_state_but_no_secret(office: Instance) -> None:
    assert office.run("user", "list").out == "li\t李强\treporter\t市科技局\t启用\n"


def test_a_disabled_account_opens_no_more(office: Instance) -> None:
    password = password_in(office.run("user", "reset-password", "li").out)
    assert opens(office, "li", password)
    assert office.run("user", "disable", "li").status == 0
    assert not opens(office, "li", password)
    assert office.run("user", "list").out.endswith("停用\n")
    assert office.run("user", "disable", "li").status == 0


def test_an_enabled_account_opens_with_the_password_that_it_had(office: Instance) -> None:
    password = password_in(office.run("user", "reset-password", "li").out)
    office.run("user", "disable", "li")
    for _ in range(2):
        assert office.run("user", "enable", "li").status == 0
    assert opens(office, "li", password)
    assert office.run("user", "list").out.endswith("启用\n")


def test_the_last_administrator_stays(office: Instance) -> None:
    office.run("user", "add", "root", "--name", "管理员", "--role", "administrator")
    (told,) = office.refused("user", "disable", "root")
    assert "最后一个启用的管理员账号" in told


def test_a_token_is_printed_once_listed_and_revoked(office: Instance) -> None:
    out = office.run("token", "add", "市科技局", "--name", "每日取数", "--days", 30).out
    secret = next(row.split()[1] for row in out.splitlines() if row.startswith("令牌"))
    with office.desk.looking() as session:
        assert token_of(session, secret, clock.now()) is not None
    listed = office.run("token", "list").out
    assert secret not in listed
    assert listed.startswith("1\t市科技局\t每日取数\t")
    assert listed.endswith("有效\n")
    assert office.run("token", "revoke", 1).status == 0
    assert office.run("token", "list").out.endswith("已吊销\n")
    with office.desk.looking() as session:
        assert token_of(session, secret, clock.now()) is None


def test_a_token_that_cannot_be_is_refused(office: Instance) -> None:
    assert len(office.refused("token", "add", "没有的局", "--name", "", "--days", 400)) == 3
    assert "99" in office.refused("token", "revoke", 99)[0]


def test_a_reset_password_replaces_the_one_before(office: Instance) -> None:
    first = password_in(office.run("user", "reset-password", "li").out)
    second = password_in(office.run("user", "reset-password", "li").out)
    assert (opens(office, "li", first), opens(office, "li", second)) == (False, True)


@pytest.mark.parametrize(
    ("words", "reasons"),
    [
        (["add", "li", "--name", "又一个", "--role", "leader"], ["账号名已被使用"]),
        (["add", "x", "--name", "短", "--role", "leader"], ["账号名须为2至64个"]),
        (["add", "zhao", "--name", "赵", "--role", "reporter", "--unit", "没有这个局"], ["没有这个单位"]),
        (["add", "zhao", "--name", "赵", "--role", "leader", "--unit", "市科技局"], ["只有填报员账号"]),
        (["disable", "nobody"], ["nobody"]),
        (["reset-password", "nobody"], ["nobody"]),
    ],
    ids=lambda value: " ".join(value) if value[0] in ("add", "disable", "reset-password") else None,
)
def test_what_cannot_be_is_refused_and_nothing_written(
    office: Instance, words: list[str], reasons: list[str]
) -> None:
    found = office.refused("user", *words)
    assert [wanted in told for wanted, told in zip(reasons, found, strict=True)] == [True] * len(reasons)
