"""What is typed arrives as it was typed, but for what no database keeps and no page shows."""

from __future__ import annotations

import pytest

from tracker.web.posted import printable


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("张三　李四\u00a0王五", "张三　李四\u00a0王五"),
        ("一\r\n\t二", "一\n\t二"),
        ("null\x00, bell\x07, half\ud800", "null, bell, half"),
        ("line\u2028paragraph\u2029next\x85end\x0b", "lineparagraphnextend"),
        (None, ""),
    ],
)
def test_blanks_stay_and_what_cannot_be_kept_goes(typed: str | None, kept: str) -> None:
    assert printable(typed) == kept
