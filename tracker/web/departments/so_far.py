"""Owns what a form begins with: what the person was typing, else what was handed in last."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from tracker import clock
from tracker.core.periods import Period
from tracker.core.said import MILESTONE
from tracker.intake.typed import read_typed, typed_of
from tracker.services.owed import OwedReport, RevisionInfo
from tracker.store.reports import ReportState
from tracker.web.departments.labels import label_of


@dataclass(frozen=True, slots=True)
class Differing:
    """A field in which two people's words differ; `choice` is the one taken so far, "" for none."""

    field: str
    label: str
    theirs: str
    mine: str
    choice: str


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What somebody else handed in since the person began to type."""

    revision: RevisionInfo
    fields: tuple[Differing, ...]


def standing_typed(report: OwedReport, *, correction: bool) -> dict[str, str]:
    """Return what stands as it would be typed; a correction gives its own reason each time."""
    if report.newest is None:
        return {}
    typed = _with_known_steps(report, typed_of(report.newest.said))
    if correction and report.state is not ReportState.RETURNED:
        typed["correction_reason"] = ""
    return typed


def typed_so_far(report: OwedReport, *, correction: bool) -> tuple[Mapping[str, str], int]:
    """Return what the form begins with, and the number of the revision that it rests on."""
    if report.draft is not None:
        return _with_known_steps(report, report.draft.typed), report.draft.based_on
    return standing_typed(report, correction=correction), report.number


def _with_known_steps(report: OwedReport, typed: Mapping[str, str]) -> dict[str, str]:
    """Return what is typed without milestones that were deleted since: nobody could hand them in again."""
    known = {f"{MILESTONE}{step.id}" for step in report.milestones}
    return {name: text for name, text in typed.items() if not name.startswith(MILESTONE) or name in known}


def saved_told(now: datetime, outrun: Collection[str]) -> str:
    """Return what is told of a save, `outrun` being the reports that the person handed in meanwhile."""
    if outrun:
        return str(gettext("您已在别处报送，这里的改动没有存为草稿；请刷新页面后再改"))
    return str(gettext("草稿已保存 %(time)s", time=f"{now.astimezone(clock.ZONE):%H:%M}"))


def same(left: Mapping[str, str], right: Mapping[str, str]) -> bool:
    """Return whether the same is typed; blanks around it are nothing."""
    return all(left.get(name, "").strip() == right.get(name, "").strip() for name in {*left, *right})


def meanwhile(
    report: OwedReport, typed: Mapping[str, str], based_on: int, period: Period, choices: Mapping[str, str]
) -> Meanwhile | None:
    """Return what differs from what somebody else handed in meanwhile, None when nobody did."""
    if report.newest is None or based_on == report.number:
        return None
    theirs = standing_typed(report, correction=False)
    said, unread = read_typed(typed, period)
    # What cannot be understood is shown as it was typed.
    mine = typed_of(said) | {finding.field: typed.get(finding.field, "") for finding in unread}
    fields = tuple(
        Differing(
            name,
            label_of(name, report.milestones),
            theirs.get(name, ""),
            mine.get(name, ""),
            choices.get(name, ""),
        )
        for name in dict.fromkeys((*theirs, *mine))
        if theirs.get(name, "") != mine.get(name, "")
    )
    return Meanwhile(report.newest, fields)
