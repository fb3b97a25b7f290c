"""Reading what was typed: as people type it, and back again without a loss."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.periods import Period
from tracker.core.said import Said
from tracker.intake.typed import read_typed, typed_of

MARCH = Period(2023, 3)


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("120", 1_200_000),
        (" 1,234.5678 ", 12_345_678),
        ("１２０．５", 1_205_000),
        ("0", 0),
        ("", None),
        ("  ", None),
        ("/", None),
        ("3亿元", 300_000_000),
        ("5000元", 5_000),
        ("¥12", 120_000),
    ],
)
def test_amounts_as_people_type_them(text: str, yuan: int | None) -> None:
    said, found = read_typed({"month_completed": text}, MARCH)
    assert (said.month_completed, found) == (yuan, ())


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("month_completed", "-5", "不能是负数"),
        ("month_completed", "约五百", "不是数字"),
        ("month_completed", "12e3", "不是数字"),
        ("month_completed", "1,23", "千位分隔符"),
        ("month_completed", "0.00001", "精确到元"),
        ("ytd_completed", "9" * 30, "过大"),
        ("ytd_completed", "=1+1", "不是数字"),
        ("ytd_completed", "NaN", "不是数字"),
        ("actual_start", "2023-13", "不是合理的年月"),
        ("actual_start", "春天", "看不出是哪个月"),
        ("actual_start", "2023-05", "晚于报告期"),
        ("milestone_3", "2023-02-30", "看不懂"),
        ("milestone_3", "昨天", "看不懂"),
        ("physical_progress", "#REF!", "公式出错"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_what_was_read(field: str, text: str, words: str) -> None:
    said, found = read_typed({field: text}, MARCH)
    (finding,) = found
    assert finding.field == field
    assert words in finding.what
    assert finding.read == text
    assert said == Said()


def test_months_and_days_are_understood() -> None:
    said, found = read_typed(
        {"actual_start": "2023年2月", "milestone_12": "2023/3/5", "milestone_x": "1"}, MARCH
    )
    assert found == ()
    assert (said.actual_start, said.milestones) == (Period(2023, 2), ((12, date(2023, 3, 5)),))


def test_a_start_without_its_month_is_this_month() -> None:
    said, found = read_typed({"actual_start": "已开工"}, MARCH)
    assert (said.actual_start, found) == (MARCH, ())


def test_signs_that_nothing_can_hold_become_blanks() -> None:
    said, _ = read_typed({"physical_progress": "一层\x00完成\x1b"}, MARCH)
    assert said.physical_progress == "一层 完成"


text = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=30).filter(
    lambda value: value not in ("-", "—", "——", "/", "\\") and not value.startswith(("#", "＃", "="))
)


@given(
    st.builds(
        Said,
        st.none() | st.integers(0, 10**13),
        st.none() | st.integers(0, 10**13),
        st.none() | st.builds(Period, st.just(2023), st.integers(1, 3)),
        *[text] * 7,
        st.lists(
            st.tuples(st.integers(1, 999_999), st.dates(date(2000, 1, 1), date(2030, 1, 1))),
            max_size=3,
            unique_by=lambda step: step[0],
        ).map(lambda steps: tuple(sorted(steps))),
    )
)
def test_what_a_form_shows_reads_back_the_same(said: Said) -> None:
    assert read_typed(typed_of(said), MARCH) == (said, ())
