"""Owns the reading of cells that hold one of a few words: a category, a cohort, a kind."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.intake.cells import Cell, Fault, as_text, formula_fault, is_nothing
from tracker.intake.texts import key

_CATEGORIES = {
    "continuing": ("续建", "结转", "在建", "竣工投产", "竣工", "投产", "跨年", "续", "continuing"),
    "new": ("新建", "新开工", "计划新开工", "计划开工", "当年新开工", "拟新开工", "新", "new"),
    "preparatory": ("预备", "储备", "前期", "谋划", "前期推进", "preparatory"),
}
_CATEGORY_OF = {word: category for category, words in _CATEGORIES.items() for word in words}


def category_of(text: str) -> str | None:
    """Return "continuing", "new" or "preparatory" for a word such as "续建类项目"; None for any other."""
    word = key(text)
    return _CATEGORY_OF.get(word) or _CATEGORY_OF.get(re.sub("(?:类|项目|类项目|工程)$", "", word))


def read_category(value: Cell) -> str | Fault | None:
    """Return the category of a subproject; None when blank."""
    if is_nothing(value):
        return None
    found = category_of(as_text(value))
    return (
        found or formula_fault(value) or Fault("建设性质看不懂", "请填“续建”或“新建”（还没有立项的填“预备”）")
    )


def read_kind(value: Cell) -> str | Fault | None:
    """Return "project" or "work"; None when blank."""
    if is_nothing(value):
        return None
    word = key(as_text(value)).removeprefix("重点").removesuffix("类")
    found = {"项目": "project", "project": "project", "工作": "work", "work": "work"}.get(word)
    return found or formula_fault(value) or Fault("类型看不懂", "请填“项目”或“工作”")


_TITLE_WORDS = (
    ("续建", "continuing"),
    ("结转", "continuing"),
    ("新开工", "new"),
    ("新建", "new"),
    ("预备", "preparatory"),
)


def categories_in(title: str) -> Sequence[str]:
    """Return the categories that a title speaks of."""
    return [category for word, category in _TITLE_WORDS if word in key(title)]


#: A front's totals count what was planned to start only once it has started.
_COHORTS = {"continuing": "continuing", "new": "newly_started"}


def cohort_of(text: str) -> str | None:
    """Return "continuing" or "newly_started" for a word such as 新开工项目; None for any other."""
    return _COHORTS.get(category_of(text) or "")


def read_cohort(value: Cell) -> str | Fault | None:
    """Return the cohort of a front's totals; None when blank."""
    if is_nothing(value):
        return None
    return cohort_of(as_text(value)) or Fault("看不出是续建还是新开工", "请填“续建”或“新开工”")
