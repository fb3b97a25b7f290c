"""The demonstration: the reference quarter through the real importers, in a process of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Instance, Outcome, finished
from tests.core.test_figures import NOTICE
from tests.databases import dump
from tracker.services.accounts import authenticate
from tracker.store.engine import make_engine, reading


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Instance, Outcome]:
    """Return the demonstration's instance and what the command printed."""
    home = tmp_path_factory.mktemp("demo") / "home"
    url = f"sqlite:///{home / 'tracker.sqlite3'}"
    instance = Instance(home, make_engine(url), url)
    return instance, finished(instance.start("demo", "--no-serve", "--home", home))


def test_it_prints_the_accounts_and_that_everything_is_invented(demo: tuple[Instance, Outcome]) -> None:
    instance, done = demo
    assert (done.status, done.err) == (0, "")
    assert "演示数据" in done.out
    assert str(instance.home) in done.out
    told = dict(row.split()[1:4:2] for row in done.out.splitlines() if row.startswith("账号"))
    assert told.keys() == {"office", "leader", "reporter", "admin"} or len(told) == 4


def test_the_printed_passwords_open_the_accounts(demo: tuple[Instance, Outcome]) -> None:
    instance, done = demo
    rows = [row.split() for row in done.out.splitlines() if row.startswith("账号")]
    assert len(rows) == 4
    with reading(instance.engine) as session:
        for row in rows:
            username, password = row[1], row[2].removeprefix("密码") or row[3]
            assert authenticate(session, username, password) is not None, row


def test_its_first_quarter_is_closed_and_equals_the_notice(demo: tuple[Instance, Outcome]) -> None:
    instance, _ = demo
    march = json.loads(instance.run("figures", "--month", "2023-03", "--json").out)
    assert march["state"] == "closed"
    for cohort, wanted in NOTICE.items():
        assert {key: march["cohorts"][cohort][key] for key in wanted} == wanted
    assert march["coverage"]["late"] == 0
    for month in ("2023-01", "2023-02"):
        assert json.loads(instance.run("figures", "--month", month, "--json").out)["state"] == "closed"


def test_its_briefings_are_there_and_the_doctor_is_content(demo: tuple[Instance, Outcome]) -> None:
    instance, _ = demo
    assert len(list((instance.home / "briefings").rglob("*.xlsx"))) == 3
    assert instance.run("doctor").status == 0


def test_it_never_writes_over_an_instance(demo: tuple[Instance, Outcome]) -> None:
    instance, _ = demo
    before = dump(instance.engine)
    done = instance.run("demo", "--no-serve", "--home", instance.home)
    assert (done.status, len(done.reasons)) == (1, 1)
    assert dump(instance.engine) == before


def test_without_a_home_it_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    instance = Instance(tmp_path / "unused", None, "")  # type: ignore[arg-type]
    assert instance.run("demo", "--no-serve").status == 0
    assert list(tmp_path.iterdir()) == []
