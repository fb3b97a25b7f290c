"""Owns what the form of one report shows: everything known of it, gathered once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.core.checks import Known, Weight
from tracker.core.errors import Problem
from tracker.core.figures import PeriodState
from tracker.core.periods import Period
from tracker.services import periods
from tracker.services.evidence import EvidenceInfo, evidence_of
from tracker.services.evidence_changes import may_change
from tracker.services.known import known_of
from tracker.services.looking import Look, look
from tracker.services.owed import OwedReport, RevisionInfo, owed_report
from tracker.services.periods import PeriodInfo
from tracker.services.report_history import report_history
from tracker.services.reporting import Entry
from tracker.services.visibility import own_object
from tracker.web.database import present, read_session
from tracker.web.departments.deadline import Deadline, deadline_words
from tracker.web.departments.fields import Field, Step, fields_of, notes_of, steps_of, summary_of
from tracker.web.departments.reporter import begun, reporter
from tracker.web.departments.so_far import Meanwhile, meanwhile, typed_so_far
from tracker.web.departments.stages import Stage, last_amount, stage_of


@dataclass(frozen=True, slots=True)
class FormPage:
    """One report's form. `correction` says that the month is closed for it; `last` is in yuan."""

    info: PeriodInfo
    deadline: Deadline
    report: OwedReport
    stage: Stage
    correction: bool
    based_on: int
    known: Known
    last: int | None
    fields: tuple[Field, ...]
    steps: tuple[Step, ...]
    looked: Look
    meanwhile: Meanwhile | None
    summary: tuple[tuple[str, str], ...]
    history: tuple[RevisionInfo, ...]
    evidence: tuple[EvidenceInfo, ...]
    evidence_may_change: bool

    @property
    def period(self) -> Period:
        """Return the month."""
        return self.info.period

    @property
    def explain(self) -> bool:
        """Return whether something typed asks for an explanation."""
        return any(field.doubted for field in self.fields)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What came back instead of a report: the entry as it was sent, why not, and the choices made so far."""

    entry: Entry
    problems: tuple[Problem, ...] = ()
    choices: Mapping[str, str] | None = None


def form_page(period: Period, code: str, refusal: Refusal | None = None) -> FormPage:
    """Return the form of one of the units' own reports; raise NotFound for any other (deny by default)."""
    session, now, who = read_session(), present(), reporter()
    row = begun(period)
    about = own_object(session, who.unit_ids, period.year, code)
    report = owed_report(session, who, row, about, now)
    info = periods.info_of(row)
    correction = info.state is PeriodState.CLOSED and not report.reopened
    if refusal is None:
        typed, based_on = typed_so_far(report, correction=correction)
    else:
        typed, based_on = refusal.entry.typed, refusal.entry.based_on
    looked = look(session, who, period, Entry(code, typed, based_on), now)
    problems = refusal.problems if refusal else ()
    notes = notes_of(looked.findings, problems)
    if refusal is None:
        # Nothing was refused yet, and an empty form has nothing to find fault with.
        notes = tuple(note for note in notes if note.weight is Weight.EXPLAIN)
    return FormPage(
        info=info,
        deadline=deadline_words(info, now),
        report=report,
        stage=stage_of(report),
        correction=correction,
        based_on=based_on,
        known=known_of(session, row, about, now, closed=correction),
        last=last_amount(report, period.month),
        fields=fields_of(report, typed, notes, correction=correction),
        steps=steps_of(report, typed, notes),
        looked=looked,
        meanwhile=meanwhile(report, typed, based_on, period, (refusal and refusal.choices) or {}),
        summary=summary_of(problems, report),
        history=report_history(session, row, about),
        evidence=evidence_of(session, period, about.work, about.id),
        evidence_may_change=may_change(session, who.unit_ids, period, about, now),
    )
