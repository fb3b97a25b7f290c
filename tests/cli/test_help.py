"""Every command and every option says what it is for, and wrong usage is told with status 2."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from tracker.cli import main


def commands(
    group: click.Group, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


ALL = dict(commands(main))


def test_every_command_of_the_interface_is_there() -> None:
    wanted = {
        ("demo",), ("init",), ("import", "roster"), ("import", "reports"), ("import", "fronts"),
        ("period", "open"), ("period", "close"), ("period", "show"), ("figures",), ("brief",), ("serve",),
        ("user", "add"), ("user", "list"), ("user", "disable"), ("user", "reset-password"), ("doctor",),
    }  # fmt: skip
    assert wanted <= ALL.keys()


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_command_and_option_has_help(path: tuple[str, ...]) -> None:
    command = ALL[path]
    silent = [
        option.opts[0] for option in command.params if isinstance(option, click.Option) and not option.help
    ]
    assert command.help, f"tracker {' '.join(path)} needs a docstring"
    assert not silent, f"tracker {' '.join(path)}: give these options a help text: {silent}"
    done = CliRunner().invoke(main, [*path, "--help"])
    assert done.exit_code == 0
    assert command.help.splitlines()[0] in done.output


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["import"],
        ["import", "roster"],
        ["import", "roster", "没有这个文件.xlsx", "--year", "2023"],
        ["import", "reports", __file__],
        ["import", "reports", __file__, "--month", "2023-13"],
        ["import", "reports", __file__, "--month", "2023年3月"],
        ["import", "roster", __file__, "--year", "23"],
        ["import", "roster", __file__, "--year", "2023", "--approved", "昨天"],
        ["period", "open", "March"],
        ["figures"],
        ["figures", "--month", "2023-3"],
        ["brief", "--month", "2023-03"],
        ["user", "add", "x", "--name", "x", "--role", "king"],
        ["serve", "--port", "0"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_status_two_and_no_traceback(words: list[str]) -> None:
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 2
    assert isinstance(done.exception, SystemExit)
    assert "Usage:" in done.stderr
