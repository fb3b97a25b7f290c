"""Owns importing the other fronts' totals for a month, with the file that they came from."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.cohorts import Cohort
from tracker.core.errors import Problem, Severity, WrongState
from tracker.core.figures import PeriodState
from tracker.core.periods import Period
from tracker.core.words import cohort_name
from tracker.intake.drafts import Reading
from tracker.intake.fronts import FrontRow
from tracker.intake.texts import key
from tracker.services import audit, periods
from tracker.services.actors import Actor
from tracker.services.figures import fronts_with_lines
from tracker.services.imported import Imported, refuse_if_any
from tracker.services.office import own_front
from tracker.store.fronts import FrontTotalRow
from tracker.store.roster import Front


def import_fronts(
    session: Session, actor: Actor, reading: Reading[FrontRow], period: Period, now: datetime
) -> Imported:
    """Write the file's totals for `period`; a changed total follows the old one, which stays readable.

    A front whose projects are kept here is computed from them: its row is left aside, and said so.
    """
    refuse_if_any(reading.errors)
    row = periods.claimed_open(session, actor, period, now)
    own = {_key(name) for name in (*fronts_with_lines(session, period.year), own_front(session, period.year))}
    fronts = {_key(front.name): front for front in session.scalars(sa.select(Front))}
    newest: dict[tuple[int, Cohort], FrontTotalRow] = {
        (total.front_id, total.cohort): total
        for total in session.scalars(
            sa.select(FrontTotalRow).where(FrontTotalRow.period_id == row.id).order_by(FrontTotalRow.number)
        )
    }
    warnings: list[Problem] = []
    changes: list[str] = []
    created = changed = unchanged = 0
    for draft in reading.rows:
        if _key(draft.name) in own:
            what = f"“{draft.name}”的项目在本系统内，按子项目计算，不采用文件中的合计"
            warnings.append(draft.position.problem("name", what, severity=Severity.WARNING))
            continue
        front = fronts.get(_key(draft.name))
        if front is None:
            front = Front(name=draft.name)
            session.add(front)
            session.flush()
            fronts[_key(draft.name)] = front
        cohort = Cohort(draft.cohort)
        told = (draft.count, draft.annual_plan, draft.completed)
        last = newest.get((front.id, cohort))
        if last is not None and (last.count, last.annual_plan, last.completed) == told:
            unchanged += 1
            continue
        if last is None:
            created += 1
        else:
            changed += 1
            changes.append(f"{front.name}（{cohort_name(cohort)}）的合计有变动")
        session.add(
            FrontTotalRow(
                period_id=row.id,
                front_id=front.id,
                cohort=cohort,
                number=last.number + 1 if last else 1,
                count=draft.count,
                annual_plan=draft.annual_plan,
                completed=draft.completed,
                source=reading.file,
                made_by=actor.name,
                made_at=now,
            )
        )
    if (created or changed) and row.state is PeriodState.CLOSED:
        raise WrongState(f"{period} 已关闭，其他领域的合计不能再改；如确需更正，请在下一期通报中说明。")
    if created or changed:
        after = {"file": reading.file, "created": created, "changed": changed}
        audit.record(session, actor, now, "fronts.import", "period", period, after=after)
    return Imported(
        file=reading.file,
        what=f"{period} 各领域合计",
        created=created,
        changed=changed,
        unchanged=unchanged,
        changes=tuple(changes),
        warnings=(*reading.warnings, *warnings),
        notes=reading.notes,
    )


def _key(name: str) -> str:
    """Return what two spellings of one front share: some write 创新现代化, some 创新现代化领域."""
    bare = key(name)
    return bare.removesuffix("领域").removesuffix("战线") or bare
