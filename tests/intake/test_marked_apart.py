"""The marked copy made apart: the same as made here, and a refusal for what would bring the server down."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from openpyxl import load_workbook

from tracker.core.errors import Problem, Refused
from tracker.intake import marked_apart
from tracker.intake.marked_apart import marked_copy_apart


def test_problems_reach_the_copy(xlsx: Callable[..., bytes]) -> None:
    problem = Problem("金额不是数字", "请只填数字", "约三百", "a.xlsx", "表", "B2")
    copy = marked_copy_apart(
        xlsx({"表": [["子项目", "本月完成投资"], ["甲", "约三百"]]}), "a.xlsx", [problem]
    )
    book = load_workbook(io.BytesIO(copy))
    assert book["表"]["B2"].comment.text == "金额不是数字。请只填数字。"
    assert book["核对结果"]["E2"].value == "约三百"


def test_what_cannot_be_marked_is_refused() -> None:
    with pytest.raises(Refused, match="不能标出问题"):
        marked_copy_apart(b"PK\x03\x04 broken", "a.xlsx", [])


def test_what_takes_too_long_is_refused(xlsx: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marked_apart, "SECONDS", 0.01)
    with pytest.raises(Refused, match="太大或太复杂"):
        marked_copy_apart(xlsx({"表": [[1]]}), "a.xlsx", [])
