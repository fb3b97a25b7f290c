"""The trail is read newest first, narrowed by anything that stands in it, and tells no figures to whoever sees none."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.factories import ACTOR, Desk, at, line, report
from tracker.services import audit
from tracker.services.actors import Actor
from tracker.services.audit_list import AuditFilter, AuditLine, audit_lines, audit_page, newest_entry
from tracker.store.audit import AuditEntry

OTHER = Actor("李雷_100%", "10.1.2.3")


@pytest.fixture
def trail(desk: Desk) -> Desk:
    """Return a desk with a roster, a month of reports, an account and a report's own entry in its trail."""
    desk.on("2023-01-20").roster([line("甲", code="A-1"), line("乙", "1200.5", code="A-2")])
    desk.on("2023-02-02").reports("2023-01", [report("甲", "1.25"), report("乙", "2")])
    with desk.writing() as session:
        before, after = (
            {"month_completed": 12_500, "reason": "同"},
            {"month_completed": 20_000, "reason": "同"},
        )
        audit.record(
            session,
            OTHER,
            at("2023-02-03"),
            "report.submit",
            "report",
            "2023-01 A-1",
            before=before,
            after=after,
        )
        after = {"display_name": "张三", "units": ["市科技局"]}
        audit.record(session, OTHER, at("2023-02-04"), "account.add", "account", "zhang", after=after)
    return desk.on("2023-02-10")


def found(desk: Desk, *, figures: bool = True, **wanted: Any) -> tuple[AuditLine, ...]:
    with desk.looking() as session:
        return audit_page(session, AuditFilter(**wanted), figures=figures).lines


def actions(desk: Desk, **wanted: Any) -> list[str]:
    return [entry.action for entry in found(desk, **wanted)]


def test_newest_first_with_what_changed(trail: Desk) -> None:
    entries = found(trail)
    assert [entry.action for entry in entries] == [
        "account.add",
        "report.submit",
        "reports.import",
        "period.open",
        "roster.import",
    ]
    submitted = entries[1]
    assert submitted.fields == ("month_completed",), "what stayed the same is no change"
    assert (submitted.before["month_completed"], submitted.after["month_completed"]) == (12_500, 20_000)
    assert submitted.about == "2023-01 A-1 甲", "a code alone tells few people which line it was"
    assert (submitted.made_by, submitted.address) == (OTHER.name, OTHER.address)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"person": "李雷"}, ["account.add", "report.submit"]),
        ({"person": "_100%"}, ["account.add", "report.submit"]),
        ({"person": "%"}, ["account.add", "report.submit"]),
        ({"family": "report"}, ["report.submit"]),
        ({"family": "rep"}, []),
        ({"family": "%"}, []),
        ({"about": "zhang"}, ["account.add"]),
        ({"about": "A-1"}, ["report.submit"]),
        ({"about": "A-2"}, []),
        ({"about": "2023-01"}, ["reports.import", "period.open"]),
        ({"first_day": date(2023, 2, 3)}, ["account.add", "report.submit"]),
        ({"last_day": date(2023, 1, 20)}, ["roster.import"]),
        ({"first_day": date(2023, 2, 3), "last_day": date(2023, 2, 3)}, ["report.submit"]),
        ({"text": "张三"}, ["account.add"]),
        ({"text": "10.1.2"}, ["account.add", "report.submit"]),
        ({"text": "20000"}, ["report.submit"]),
        ({"text": "没有"}, []),
        ({"text": "科技", "family": "account"}, ["account.add"]),
    ],
    ids=str,
)
def test_each_filter_narrows_the_list(trail: Desk, wanted: dict[str, Any], expected: list[str]) -> None:
    assert actions(trail, **wanted) == expected


def test_a_page_goes_on_where_the_last_one_ended(trail: Desk) -> None:
    seen: list[int] = []
    before = None
    with trail.looking() as session:
        for _ in range(3):
            page = audit_page(session, AuditFilter(), figures=True, before=before, size=2)
            seen += [entry.id for entry in page.lines]
            before = page.older
    assert before is None
    assert seen == sorted(trail.all(AuditEntry.id), reverse=True)


def test_whoever_sees_no_figures_is_told_only_which_values_moved(trail: Desk) -> None:
    account, submitted, imported, opened, roster = found(trail, figures=False)
    for entry in (submitted, imported, roster):
        assert entry.withheld, entry.action
        assert (entry.before, entry.after) == ({}, {}), entry.action
    assert submitted.fields == ("month_completed",)
    for entry in (account, opened):
        assert not entry.withheld, entry.action
        assert entry.after, entry.action


def test_whoever_sees_no_figures_cannot_find_them_by_searching(trail: Desk) -> None:
    assert actions(trail, figures=False, text="20000") == []
    assert actions(trail, figures=False, text="张三") == ["account.add"]
    assert actions(trail, figures=False, text="李雷") == ["account.add", "report.submit"]


def test_the_export_is_bounded_and_newest_first(trail: Desk) -> None:
    with trail.looking() as session:
        parts = list(audit_lines(session, AuditFilter(), figures=True, most=3))
        assert newest_entry(session) == (parts[0][0].id, parts[0][0].hash)
    assert [entry.action for part in parts for entry in part] == [
        "account.add",
        "report.submit",
        "reports.import",
    ]


def test_an_empty_trail_has_no_newest_entry(desk: Desk) -> None:
    with desk.looking() as session:
        assert newest_entry(session) is None
        assert audit_page(session, AuditFilter(), figures=True).lines == ()


def test_an_entry_about_something_that_is_no_number_keeps_its_name(desk: Desk) -> None:
    with desk.writing() as session:
        audit.record(session, ACTOR, desk.now, "report.submit", "report", "2023-01 无", after={"x": 1})
        audit.record(session, ACTOR, desk.now, "report.submit", "report", 99, after={"x": 1})
    assert [entry.about for entry in found(desk)] == ["99", "2023-01 无"]
