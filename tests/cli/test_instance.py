"""Making an instance, and what is said where there is none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Instance, finished
from tests.databases import Server, address, copied, dump, nothing
from tracker.store import schema

LOOKING = [
    ["period", "show", "2023-03"],
    ["figures", "--month", "2023-03"],
    ["brief", "--month", "2023-03", "--out", "out"],
    ["doctor"],
    ["user", "list"],
    ["period", "open", "2023-03"],
    ["import", "roster", __file__, "--year", "2023"],
    ["serve"],
]


def run(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command as people do, in a process of its own."""
    clean = {name: text for name, text in os.environ.items() if not name.startswith("TRACKER_")}
    return subprocess.run(
        [sys.executable, "-m", "tracker", *words],
        cwd=home,
        env=clean | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("words", LOOKING, ids=" ".join)
def test_a_missing_instance_is_one_sentence_and_is_not_made(tmp_path: Path, words: list[str]) -> None:
    instance = Instance(tmp_path / "nowhere", None, "")  # type: ignore[arg-type]
    done = instance.run(*words)
    assert done.status == 1
    assert len(done.reasons) == 1
    assert "tracker init" in done.err
    assert not instance.home.exists()
    assert not Path("out").exists()


def test_without_a_setting_the_instance_lies_in_the_folder_instance(tmp_path: Path) -> None:
    done = run(tmp_path, "init")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "instance" / "tracker.sqlite3").is_file()
    again = run(tmp_path, "doctor", TRACKER_HOME="instance")
    assert (again.returncode, again.stdout) == (0, "实例正常。\n")


def test_init_twice_is_init_once(server: Server, tmp_path: Path) -> None:
    with copied(server, nothing) as engine:
        instance = Instance(tmp_path / "家", engine, address(engine))
        first = instance.run("init")
        assert (first.status, first.err) == (0, "")
        assert str(instance.home) in first.out
        before, key = dump(engine), (instance.home / "secret.key").read_text()
        assert instance.run("init").status == 0
        assert dump(engine) == before
        assert (instance.home / "secret.key").read_text() == key
        assert schema.current(engine) == schema.newest()


def test_the_database_can_live_elsewhere(postgres_server: Server, tmp_path: Path) -> None:
    with copied(postgres_server, nothing) as engine:
        instance = Instance(tmp_path / "home", engine, address(engine))
        assert finished(instance.start("init")).status == 0
        assert finished(instance.start("period", "open", "2023-03")).status == 0
        assert not list(instance.home.glob("*.sqlite3"))
        assert len(dump(engine)["period"]) == 1


def test_a_database_that_does_not_answer_is_one_sentence(tmp_path: Path) -> None:
    done = run(tmp_path, "doctor", TRACKER_DATABASE_URL="postgresql://nobody:secret@127.0.0.1:1/x")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "TRACKER_DATABASE_URL" in done.stderr
    assert "secret" not in done.stderr


def test_the_version_is_told(tmp_path: Path) -> None:
    assert "tracker" in run(tmp_path, "--version").stdout
