"""Owns importing a year's roster: units, programmes, key projects, subprojects and their plans."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.cohorts import Category
from tracker.core.errors import Problem, Severity
from tracker.core.figures import PeriodState
from tracker.core.money import wan_grouped
from tracker.core.periods import Period
from tracker.intake.drafts import Reading
from tracker.intake.roster import RosterRow
from tracker.intake.texts import key
from tracker.services import audit
from tracker.services.actors import Actor
from tracker.services.imported import Imported, refuse_if_any
from tracker.services.office import office_of
from tracker.store.month import NO_PROGRAMME
from tracker.store.periods import PeriodRow
from tracker.store.plans import MONTH_COLUMNS, PlanRevision
from tracker.store.roster import (
    Front,
    KeyProject,
    Kind,
    PlanYear,
    Programme,
    Responsibility,
    Subproject,
    Unit,
    UnitKind,
)


@dataclass(frozen=True, slots=True)
class PlanApproval:
    """What stands behind a changed plan: when it was approved, under which number, from when it holds."""

    approved_on: date | None = None
    document_no: str = ""
    effective_from: Period | None = None
    reason: str = ""


def import_roster(
    session: Session,
    actor: Actor,
    reading: Reading[RosterRow],
    year: int,
    now: datetime,
    approval: PlanApproval | None = None,
) -> Imported:
    """Write the roster of `year`; the caller commits, or rolls back for a dry run.

    Lines are matched by code, else by name; what the file does not say stays as it is, and lines that
    it does not name stay too. A changed plan becomes a new revision and needs `approval`. Raise Refused
    with every problem, the reading's own included.
    """
    work = _RosterImport(session, actor, year, now, approval or PlanApproval(), reading.file)
    for row in reading.rows:
        work.take(row)
    refuse_if_any(reading.errors, work.errors)
    work.write()
    outcome = Imported(
        file=reading.file,
        what=f"{year} 年项目清单",
        created=len(work.new_lines) + work.new_works,
        changed=len(work.changed),
        unchanged=work.unchanged,
        changes=tuple(work.changes),
        warnings=(*reading.warnings, *work.warnings),
        notes=(*reading.notes, *work.notes()),
    )
    if outcome.created or outcome.changed or work.changes:
        audit.record(
            session,
            actor,
            now,
            "roster.import",
            "year",
            year,
            after={
                "file": reading.file,
                "created": outcome.created,
                "changed": outcome.changed,
                "changes": list(outcome.changes),
            },
        )
    return outcome


@dataclass(slots=True)
class _Project:
    """A key project as it will stand after the import; `row` is None while it is not in the database."""

    name: str
    kind: Kind
    programme: tuple[str, str]
    code: str | None
    lead: str | None
    row: KeyProject | None = None
    id: int = 0
    said_at: RosterRow | None = None
    responsible: tuple[str, ...] = ()


@dataclass(slots=True)
class _NewLine:
    """A subproject that the import adds, with the values of its row."""

    row: RosterRow
    project: _Project
    code: str


@dataclass(slots=True)
class _RosterImport:
    """One import under way: rows are taken one by one, and written together at the end."""

    session: Session
    actor: Actor
    year: int
    now: datetime
    approval: PlanApproval
    file: str
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    new_lines: list[_NewLine] = field(default_factory=list)
    new_works: int = 0
    unchanged: int = 0
    seen: set[int] = field(default_factory=set)
    default_front: str = ""
    units: dict[str, Unit] = field(default_factory=dict)
    fronts: dict[str, str] = field(default_factory=dict)
    programmes: dict[tuple[str, str], Programme | None] = field(default_factory=dict)
    programme_names: dict[tuple[str, str], str] = field(default_factory=dict)
    projects: dict[tuple[tuple[str, str], str], _Project] = field(default_factory=dict)
    project_of_row: dict[int, _Project] = field(default_factory=dict)
    lines: list[Subproject] = field(default_factory=list)
    by_code: dict[str, Subproject] = field(default_factory=dict)
    by_name: dict[str, list[Subproject]] = field(default_factory=lambda: defaultdict(list))
    plans: dict[int, PlanRevision] = field(default_factory=dict)
    responsible: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    unit_kinds: dict[str, tuple[str, UnitKind]] = field(default_factory=dict)
    new_plans: list[dict[str, Any]] = field(default_factory=list)
    line_updates: list[tuple[Subproject, RosterRow, _Project]] = field(default_factory=list)

    def __post_init__(self) -> None:
        session, year = self.session, self.year
        self.default_front = office_of(session).own_front
        self.units = {key(unit.name): unit for unit in session.scalars(sa.select(Unit))}
        fronts = {front.id: front for front in session.scalars(sa.select(Front))}
        for programme in session.scalars(sa.select(Programme).where(Programme.year == year)):
            place = (key(fronts[programme.front_id].name), key(programme.name))
            self.fronts[place[0]] = fronts[programme.front_id].name
            self.programmes[place] = programme
            self.programme_names[place] = programme.name
        places = {programme.id: place for place, programme in self.programmes.items() if programme}
        unit_names = {unit.id: unit.name for unit in self.units.values()}
        for row in session.scalars(sa.select(KeyProject).where(KeyProject.year == year)):
            project = _Project(
                row.name,
                row.kind,
                places[row.programme_id],
                row.code,
                unit_names.get(row.lead_id or 0),
                row=row,
                id=row.id,
            )
            self.projects[project.programme, key(row.name)] = project
            self.project_of_row[row.id] = project
        self.lines = list(session.scalars(sa.select(Subproject).where(Subproject.year == year)))
        for line in self.lines:
            self.by_code[line.code] = line
            self.by_name[key(line.name)].append(line)
        if self.lines:
            plans = session.scalars(
                sa.select(PlanRevision)
                .join(Subproject, Subproject.id == PlanRevision.subproject_id)
                .where(Subproject.year == year)
                .order_by(PlanRevision.number)
            )
            self.plans = {plan.subproject_id: plan for plan in plans}
            for line_id, unit_id in session.execute(
                sa.select(Responsibility.subproject_id, Responsibility.unit_id)
                .join(Subproject, Subproject.id == Responsibility.subproject_id)
                .where(Subproject.year == year)
            ):
                self.responsible[line_id or 0].add(unit_id)

    # -- taking rows -----------------------------------------------------------------------------

    def take(self, row: RosterRow) -> None:
        """Match one row and note what it adds or changes."""
        self._note_units(row)
        if row.kind == Kind.WORK:
            self._take_work(row)
            return
        name = row.subproject or row.key_project
        line = self._match(row, name)
        if line is None:
            self._check_new(row)
            self.new_lines.append(_NewLine(row, self._project_for(row), row.code or ""))
            return
        if line.id in self.seen:
            what = f"子项目“{line.name}”（{line.code}）在文件中出现两次"
            self.errors.append(row.position.problem("subproject", what, "请只保留一行"))
            return
        self.seen.add(line.id)
        project = self.project_of_row[line.key_project_id]
        # A file without a key-project column repeats the line's own name; it says nothing about the project.
        if row.key_project and key(row.key_project) not in (key(project.name), key(name)):
            project = self._project_for(row)
        else:
            self._merge_lead(project, row)
        self.line_updates.append((line, row, project))

    def _match(self, row: RosterRow, name: str) -> Subproject | None:
        same_name = self.by_name.get(key(name), [])
        if row.code:
            line = self.by_code.get(row.code)
            if line is None:
                other = next(
                    (
                        other
                        for other in same_name
                        if key(self.project_of_row[other.key_project_id].name) == key(row.key_project or name)
                    ),
                    None,
                )
                if other is not None:
                    what = f"子项目“{name}”已有编码 {other.code}，文件中写的是 {row.code}"
                    mend = "编码一经生成保持不变，请改用已有编码"
                    self.errors.append(row.position.problem("code", what, mend, row.code))
            return line
        if len(same_name) > 1:
            same_name = [
                line
                for line in same_name
                if key(self.project_of_row[line.key_project_id].name) == key(row.key_project or "")
            ]
        return same_name[0] if same_name else None

    def _take_work(self, row: RosterRow) -> None:
        project = self._project_for(row)
        if project.row is not None:
            if id(project) not in self.seen:
                self.unchanged += 1
            self.seen.add(id(project))
        elif project.said_at is row:
            self.new_works += 1

    def _check_new(self, row: RosterRow) -> None:
        if row.category is None:
            self.errors.append(
                row.position.problem("category", "没有写明建设性质", "请填写“续建”或“新建”")
            )
        if row.annual_plan is None and row.category != Category.PREPARATORY:
            self.errors.append(
                row.position.problem("annual_plan", "没有年度计划投资", "请填写金额，确无投资的填 0")
            )
        if row.category == Category.NEW and row.planned_start is None:
            self.warnings.append(
                row.position.problem(
                    "planned_start",
                    f"新建项目“{row.subproject or row.key_project}”没有计划开工时间，不参与应开未开统计",
                    severity=Severity.WARNING,
                )
            )

    def _note_units(self, row: RosterRow) -> None:
        for name, kind in (
            (row.district, UnitKind.DISTRICT),
            (row.lead, UnitKind.DEPARTMENT),
            *((unit, UnitKind.DEPARTMENT) for unit in row.responsible),
        ):
            if not name:
                continue
            known = self.unit_kinds.get(key(name))
            # Whoever hosts a line anywhere in the file is a district, whatever else it does.
            if known is None or kind is UnitKind.DISTRICT:
                self.unit_kinds[key(name)] = (known[0] if known else name, kind)

    def _project_for(self, row: RosterRow) -> _Project:
        front = row.front or self.default_front
        programme = row.programme or NO_PROGRAMME
        place = (key(front), key(programme))
        self.fronts.setdefault(place[0], front)
        if place not in self.programmes:
            self.programmes[place] = None
            self.programme_names[place] = programme
        name = row.key_project or row.subproject or ""
        project = self.projects.get((place, key(name)))
        kind = Kind(row.kind)
        if project is None:
            code = row.code if kind is Kind.WORK else None
            project = _Project(name, kind, place, code, row.lead, said_at=row, responsible=row.responsible)
            self.projects[place, key(name)] = project
            return project
        if project.kind is not kind:
            what = f"“{project.name}”既是项目又是工作"
            self.errors.append(row.position.problem("kind", what, "同一重点项目（工作）只能有一种类型"))
        self._merge_lead(project, row)
        return project

    def _merge_lead(self, project: _Project, row: RosterRow) -> None:
        if not row.lead or (project.lead and key(project.lead) == key(row.lead)):
            return
        if project.lead and project.said_at is not None:
            what = f"重点项目“{project.name}”的牵头单位前后不一，前面是“{project.lead}”"
            mend = "一个重点项目只有一个牵头单位，其余请填入责任单位"
            self.errors.append(row.position.problem("lead", what, mend, row.lead))
            return
        if project.lead:
            self.changes.append(f"重点项目“{project.name}”牵头单位由“{project.lead}”改为“{row.lead}”")
        project.lead, project.said_at = row.lead, row

    # -- writing ---------------------------------------------------------------------------------

    def write(self) -> None:
        """Write everything that was taken; existing lines first, so that their problems stop the rest."""
        for line, row, project in self.line_updates:
            self._update(line, row, project)
        refuse_if_any(self.errors)
        if self.session.get(PlanYear, self.year) is None:
            self.session.add(PlanYear(year=self.year))
            self.session.flush()
        self._write_units()
        self._write_programmes()
        self._write_projects()
        for line, row, project in self.line_updates:
            if line.key_project_id != project.id:
                line.key_project_id = project.id
            self._add_responsible(line.id, row)
        self._write_lines()
        if self.new_plans:
            self.session.execute(sa.insert(PlanRevision), self.new_plans)
        self.session.flush()

    def _write_units(self) -> None:
        position = len(self.units)
        for name_key, (name, kind) in self.unit_kinds.items():
            unit = self.units.get(name_key)
            if unit is None:
                position += 1
                unit = Unit(name=name, kind=kind, position=position)
                self.session.add(unit)
                self.units[name_key] = unit
            elif kind is UnitKind.DISTRICT and unit.kind is not kind:
                unit.kind = kind
                self.changes.append(f"“{unit.name}”列为板块")
        self.session.flush()

    def _write_programmes(self) -> None:
        fronts = {key(front.name): front for front in self.session.scalars(sa.select(Front))}
        for position, (place, programme) in enumerate(list(self.programmes.items()), 1):
            if programme is not None:
                continue
            front = fronts.get(place[0])
            if front is None:
                front = Front(name=self.fronts[place[0]])
                self.session.add(front)
                self.session.flush()
                fronts[place[0]] = front
            programme = Programme(
                year=self.year, front_id=front.id, name=self.programme_names[place], position=position
            )
            self.session.add(programme)
            self.programmes[place] = programme
        self.session.flush()

    def _write_projects(self) -> None:
        taken = {project.code for project in self.projects.values() if project.code}
        position = sum(project.row is not None for project in self.projects.values())
        fresh: list[_Project] = []
        values: list[dict[str, Any]] = []
        for project in self.projects.values():
            if project.row is not None:
                lead = self.units[key(project.lead)].id if project.lead else None
                if project.row.lead_id != lead:
                    project.row.lead_id = lead
                continue
            if project.said_at is None:
                continue
            position += 1
            project.code = project.code or _free(f"K{position:03d}", taken)
            taken.add(project.code)
            programme = self.programmes[project.programme]
            assert programme is not None
            fresh.append(project)
            values.append(
                {
                    "year": self.year,
                    "programme_id": programme.id,
                    "code": project.code,
                    "name": project.name,
                    "kind": project.kind,
                    "lead_id": self.units[key(project.lead)].id if project.lead else None,
                    "target": "",
                    "position": position,
                }
            )
        for project, row_id in zip(fresh, self._insert(KeyProject, values), strict=True):
            project.id = row_id
        links = [
            {"key_project_id": project.id, "unit_id": self.units[key(name)].id}
            for project in fresh
            if project.kind is Kind.WORK
            for name in dict.fromkeys(project.responsible)
        ]
        if links:
            self.session.execute(sa.insert(Responsibility), links)

    def _write_lines(self) -> None:
        taken = set(self.by_code) | {line.row.code for line in self.new_lines if line.row.code}
        counts: dict[int, int] = defaultdict(int)
        for line in self.lines:
            counts[line.key_project_id] += 1
        values: list[dict[str, Any]] = []
        position = len(self.lines)
        for new in self.new_lines:
            row = new.row
            counts[new.project.id] += 1
            position += 1
            code = row.code or _free(f"{new.project.code}-{counts[new.project.id]}", taken)
            taken.add(code)
            values.append(
                {
                    "year": self.year,
                    "key_project_id": new.project.id,
                    "code": code,
                    "name": row.subproject or row.key_project,
                    "category": Category(row.category or Category.PREPARATORY),
                    "district_id": self.units[key(row.district)].id if row.district else None,
                    "planned_start": row.planned_start,
                    "total_investment": row.total_investment,
                    "completed_before_year": row.completed_before_year,
                    "position": position,
                }
            )
        links: list[dict[str, int]] = []
        first = Period(self.year, 1)
        for new, line_id in zip(self.new_lines, self._insert(Subproject, values), strict=True):
            row = new.row
            self.new_plans.append(self._plan(line_id, 1, row.annual_plan or 0, row.monthly_plan, first))
            links += [
                {"subproject_id": line_id, "unit_id": self.units[key(name)].id}
                for name in dict.fromkeys(row.responsible)
            ]
        if links:
            self.session.execute(sa.insert(Responsibility), links)

    def _insert(self, table: type[KeyProject | Subproject], values: list[dict[str, Any]]) -> list[int]:
        if not values:
            return []
        statement = sa.insert(table).returning(table.id, sort_by_parameter_order=True)
        return list(self.session.scalars(statement, values))

    def _plan(
        self, line_id: int, number: int, annual: int, months: tuple[int, ...] | None, effective: Period
    ) -> dict[str, Any]:
        approval = self.approval
        return {
            "subproject_id": line_id,
            "number": number,
            "effective_from": effective,
            "annual_plan": annual,
            **dict(zip(MONTH_COLUMNS, months or (None,) * 12, strict=True)),
            "approved_on": approval.approved_on,
            "document_no": approval.document_no,
            "reason": approval.reason,
            "source": self.file,
            "made_by": self.actor.name,
            "made_at": self.now,
        }

    # -- existing lines --------------------------------------------------------------------------

    def _update(self, line: Subproject, row: RosterRow, project: _Project) -> None:
        changes = len(self.changes)
        old_project = self.project_of_row[line.key_project_id]
        label = f"{line.code} {line.name}"
        if project is not old_project:
            self.changes.append(f"{label}：重点项目由“{old_project.name}”改为“{project.name}”")
        district = self._unit_name(line.district_id)
        if row.district and key(row.district) != key(district or ""):
            self.changes.append(f"{label}：板块由“{district or '未填'}”改为“{row.district}”")
            unit = self.units.get(key(row.district))
            if unit is None:
                unit = Unit(name=row.district, kind=UnitKind.DISTRICT, position=len(self.units) + 1)
                self.session.add(unit)
                self.session.flush()
                self.units[key(row.district)] = unit
            line.district_id = unit.id
        name = row.subproject or row.key_project
        for attribute, words, value in (
            ("name", "名称", name if name and key(name) != key(line.name) else None),
            ("category", "建设性质", Category(row.category) if row.category else None),
            ("planned_start", "计划开工", row.planned_start),
            ("total_investment", "总投资（元）", row.total_investment),
            ("completed_before_year", "至上年底累计完成投资（元）", row.completed_before_year),
        ):
            before = getattr(line, attribute)
            if value is None or value == before:
                continue
            self.changes.append(f"{label}：{words}由“{before if before is not None else '未填'}”改为“{value}”")
            setattr(line, attribute, value)
        self._revise_plan(line, row, label)
        if len(self.changes) == changes:
            self.unchanged += 1
        else:
            self.changed.add(line.code)

    def _unit_name(self, unit_id: int | None) -> str | None:
        return next((unit.name for unit in self.units.values() if unit.id == unit_id), None)

    def _revise_plan(self, line: Subproject, row: RosterRow, label: str) -> None:
        if row.annual_plan is None:
            return
        last = self.plans[line.id]
        stored = tuple(getattr(last, column) for column in MONTH_COLUMNS)
        months = row.monthly_plan
        same_months = months is None or tuple(months) == stored
        if row.annual_plan == last.annual_plan and same_months:
            return
        before, after = wan_grouped(last.annual_plan), wan_grouped(row.annual_plan)
        what = f"{label}：年度计划投资由 {before} 万元改为 {after} 万元"
        if row.annual_plan == last.annual_plan:
            what = f"{label}：年度计划投资不变，月度推进计划有调整"
        if self.approval.approved_on is None or not self.approval.document_no:
            mend = "计划调整须有批准日期和文号，请用 --approved 和 --document 注明后重新导入"
            self.errors.append(row.position.problem("annual_plan", what, mend))
            return
        effective = self._effective_from()
        self.changes.append(f"{what}（{effective} 起执行，{self.approval.document_no}）")
        self.new_plans.append(self._plan(line.id, last.number + 1, row.annual_plan, months, effective))

    def _effective_from(self) -> Period:
        """Return the first period of the new plan: as told, else its month of approval, never a closed one."""
        approval = self.approval
        assert approval.approved_on is not None
        wanted = approval.effective_from or Period.of(approval.approved_on)
        closed = self.session.execute(
            sa.select(PeriodRow.month)
            .where(PeriodRow.year == self.year, PeriodRow.state == PeriodState.CLOSED)
            .order_by(PeriodRow.month.desc())
            .limit(1)
        ).scalar()
        first = Period(self.year, 1).plus(closed or 0)
        return max(wanted, first)

    def _add_responsible(self, line_id: int, row: RosterRow) -> None:
        for name in dict.fromkeys(row.responsible):
            unit_id = self.units[key(name)].id
            if unit_id not in self.responsible[line_id]:
                self.session.add(Responsibility(unit_id=unit_id, subproject_id=line_id))
                self.responsible[line_id].add(unit_id)

    def notes(self) -> list[str]:
        """Return what has to be known beside the counts."""
        left = sum(line.id not in self.seen for line in self.lines)
        return [f"名册中另有 {left} 个子项目不在文件中，保持不变"] if left else []


def _free(code: str, taken: set[str]) -> str:
    """Return `code`, or the next one like it that nobody has."""
    number = 1
    free = code
    while free in taken:
        number += 1
        free = f"{code}-{number}"
    return free
