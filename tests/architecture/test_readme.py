"""What a newcomer needs stands in the README: every command, every setting, every make target, every picture."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from tracker.cli import main

ROOT = Path(__file__).resolve().parents[2]
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
ENGLISH = READMES[0].read_text(encoding="utf-8")


def commands(group: click.Group, path: str = "tracker") -> list[str]:
    """Return every command as people type it, without its arguments."""
    found = []
    for name, command in group.commands.items():
        found += (
            commands(command, f"{path} {name}") if isinstance(command, click.Group) else [f"{path} {name}"]
        )
    return found


@pytest.mark.parametrize("command", commands(main))
def test_every_command_is_described(command: str) -> None:
    *group, last = command.split()
    rows = [line for line in ENGLISH.splitlines() if " ".join(group) in line]
    assert any(re.search(rf"\b{re.escape(last)}\b", row) for row in rows), (
        f"Describe `{command}` in the table of commands in README.md."
    )


def test_every_setting_is_described() -> None:
    source = (ROOT / "tracker" / "settings.py").read_text(encoding="utf-8")
    for setting in set(re.findall(r"TRACKER_[A-Z_]+", source)):
        assert f"`{setting}`" in ENGLISH, f"Describe {setting} in the table of settings in README.md."


def test_every_make_target_is_described() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE):
        assert f"`{target}`" in ENGLISH or f"make {target}" in ENGLISH, (
            f"Describe `make {target}` in README.md."
        )


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_pictures_and_links_exist(readme: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", readme.read_text(encoding="utf-8")):
        assert (ROOT / target).is_file(), f"{readme.name} names {target}, which is not there."
