"""The orders of works and preparatory lines: what is not known stands last, whichever way."""

from __future__ import annotations

from tracker.services.projects import PreparatoryEntry, WorkEntry
from tracker.web.projects.orders import (
    Order,
    PreparatorySort,
    WorkSort,
    sorted_preparatory,
    sorted_works,
)


def work(code: str, lead: str, milestones: int, done: int) -> WorkEntry:
    return WorkEntry(code, f"工作{code}", "工程", lead, (), "", milestones, done)


WORKS = [work("2", "乙局", 4, 1), work("1", "", 0, 0), work("3", "甲局", 2, 1)]
LINES = [
    PreparatoryEntry(2023, code, f"预备{code}", "重点项目", "", "", amount)
    for code, amount in (("1", None), ("2", 5), ("3", 9))
]


def test_works() -> None:
    def codes(sort: WorkSort, *, descending: bool = False) -> str:
        return "".join(entry.code for entry in sorted_works(WORKS, Order(sort, descending)))

    assert codes(WorkSort.ROSTER) == "213"
    assert codes(WorkSort.ROSTER, descending=True) == "213"
    assert codes(WorkSort.CODE, descending=True) == "321"
    assert codes(WorkSort.DONE) == "231"
    assert codes(WorkSort.DONE, descending=True) == "321"
    assert codes(WorkSort.LEAD)[-1] == codes(WorkSort.LEAD, descending=True)[-1] == "1"


def test_preparatory_lines() -> None:
    def codes(*, descending: bool) -> str:
        order = Order(PreparatorySort.INVESTMENT, descending)
        return "".join(entry.code for entry in sorted_preparatory(LINES, order))

    assert codes(descending=False) == "231"
    assert codes(descending=True) == "321"
