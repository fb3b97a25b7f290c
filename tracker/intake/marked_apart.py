"""Owns making a marked copy in a process of its own: a workbook can be small and unfold to more than a server has.

Run as `python -m tracker.intake.marked_apart` it reads a line about the problems and the workbook after it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict
from typing import BinaryIO

from tracker.core.errors import Problem, Severity
from tracker.intake.apart import SECONDS, limit_process
from tracker.intake.limits import refusal
from tracker.intake.marked import marked_copy


def marked_copy_apart(source: bytes, name: str, problems: Iterable[Problem]) -> bytes:
    """Return what `marked_copy` makes; raise Refused when that takes too long or too much memory."""
    told = json.dumps({"name": name, "problems": [asdict(problem) for problem in problems]})
    command = [sys.executable, "-P", "-m", "tracker.intake.marked_apart"]
    try:
        # Nothing of the command comes from outside.
        done = subprocess.run(  # noqa: S603
            command, input=told.encode() + b"\n" + source, capture_output=True, timeout=SECONDS, check=True
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise refusal(name, "文件太大或太复杂，不能标出问题", "请按页面上列出的单元格修改") from error
    return done.stdout


def _serve(source: BinaryIO, target: BinaryIO) -> None:
    told = json.loads(source.readline())
    problems = [Problem(**found | {"severity": Severity(found["severity"])}) for found in told["problems"]]
    target.write(marked_copy(source.read(), told["name"], problems))
    target.flush()


if __name__ == "__main__":
    limit_process()
    _serve(sys.stdin.buffer, sys.stdout.buffer)
