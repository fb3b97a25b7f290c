"""Tests matching names and codes."""

from __future__ import annotations

from difflib import SequenceMatcher
from time import perf_counter

from hypothesis import given
from hypothesis import strategies as st

from tracker.intake.matching import Matcher

_NAMES = [
    "龙城实验室（一期）",
    "龙城实验室（二期）",
    "碳纤维创新中心研发楼",
    "长三角物理研究中心",
    "太湖湾“科创带”—西太湖片区",
]
_MATCHER = Matcher([(name, number) for number, name in enumerate(_NAMES)], {"CX-01": 3})


@given(st.integers(0, len(_NAMES) - 1), st.data())
def test_blanks_and_kinds_of_brackets_do_not_matter(number: int, data: st.DataObject) -> None:
    brackets = data.draw(
        st.sampled_from(
            [("（）", "()"), ("（）", "【】"), ("（）", "〔〕"), ("“”", '""'), ("—", "-"), ("", "")]
        )
    )
    name = _NAMES[number].translate(str.maketrans(*brackets))
    at = data.draw(st.integers(0, len(name)))
    assert _MATCHER.find(f"{name[:at]} \u3000\n{name[at:]}") == number


def test_the_code_comes_first() -> None:
    assert _MATCHER.find("龙城实验室（一期）", "cx-01 ") == 3
    assert _MATCHER.find("龙城实验室（一期）", "没有") == 0


def test_one_name_for_two_decides_nothing() -> None:
    matcher = Matcher([("一期", 1), ("一 期", 2), ("一期", 1)])
    assert matcher.find("一期") is None
    assert matcher.by_name("一期") == (1, 2)


def test_the_nearest_names_best_first() -> None:
    assert _MATCHER.nearest("龙城实验室一期")[:2] == ("龙城实验室（一期）", "龙城实验室（二期）")
    assert _MATCHER.unknown("龙城试验室（一期）")[0].startswith(
        "名册里没有“龙城试验室（一期）”，最接近的是：“龙城实验室（一期）”"
    )


def test_nothing_near_says_so() -> None:
    what, mend = _MATCHER.unknown("XYZ")
    assert what == "名册里没有“XYZ”"
    assert "加进名册" in mend


def test_only_the_start_of_a_name_is_compared() -> None:
    long = "".join(chr(0x4E00 + number * 7 % 5000) for number in range(3000))
    matcher = Matcher([(f"{long}{number}", number) for number in range(40)])
    started = perf_counter()
    assert len(matcher.nearest(long)) == 3
    assert perf_counter() - started < 1
    assert SequenceMatcher(None, long[:64], long[64:128]).ratio() < 0.4
    assert matcher.nearest(long[64:]) == ()
