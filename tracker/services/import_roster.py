"""Owns importing a year's roster: every row is matched and checked, then all is written together."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.core.cohorts import Category
from tracker.core.errors import Problem, Severity
from tracker.core.money import wan_grouped
from tracker.core.periods import Period
from tracker.core.words import category_name
from tracker.intake.drafts import Reading
from tracker.intake.roster import RosterRow
from tracker.intake.texts import key
from tracker.services import audit
from tracker.services import roster_writing as writing
from tracker.services.actors import Actor
from tracker.services.imported import Imported, refuse_if_any
from tracker.services.office import own_front
from tracker.services.periods import first_open
from tracker.services.roster_known import KnownRoster, ProgrammeEntry, ProjectEntry, known_roster
from tracker.services.roster_writing import NewLine, NewPlan, PlanApproval
from tracker.store.month import NO_PROGRAMME
from tracker.store.plans import MONTH_COLUMNS
from tracker.store.roster import Kind, Responsibility, Subproject, UnitKind

__all__ = ["PlanApproval", "import_roster"]


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
    approval = approval or PlanApproval()
    writing.claim_year(session, year)
    known = known_roster(session, year)
    work = _Matching(known, own_front(session, year), approval, first_open(session, year))
    for row in reading.rows:
        work.take(row)
    work.settle_moves()
    work.check_names()
    work.check_codes()
    refuse_if_any(reading.errors, work.errors)
    work.changes += writing.write_units(session, known, work.unit_kinds)
    writing.write_programmes(session, known, year)
    writing.write_projects(session, known, year, [line.row.code for line in work.new_lines if line.row.code])
    _rename(session, work.renamed)
    for line, row, project in work.found:
        line.key_project_id = project.id
        if row.district:
            line.district_id = known.units[key(row.district)].id
    for place, names in work.links.items():
        _link(session, known, place, names)
    plans = [*work.plans, *writing.write_lines(session, known, work.new_lines, year)]
    writing.write_plans(session, plans, approval, reading.file, actor.name, now)
    session.flush()
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
    if outcome.created or outcome.changes:
        after = {
            "file": reading.file,
            "created": outcome.created,
            "changed": outcome.changed,
            "changes": list(outcome.changes),
        }
        audit.record(session, actor, now, "roster.import", "year", year, after=after)
    return outcome


def _rename(session: Session, renamed: list[tuple[Subproject, str]]) -> None:
    """Give lines their new names; two lines may swap theirs, so each steps aside first."""
    for line, _ in renamed:
        line.name = f"={line.id}="
    session.flush()
    for line, name in renamed:
        line.name = name


def _words(value: object) -> object:
    return category_name(value) if isinstance(value, Category) else value


def _link(session: Session, known: KnownRoster, place: tuple[bool, int], names: list[str]) -> None:
    """Give a known line or work its further responsible units, which have rows by now."""
    work, object_id = place
    for name in names:
        link = {"key_project_id": object_id} if work else {"subproject_id": object_id}
        session.add(Responsibility(unit_id=known.units[key(name)].id, **link))


@dataclass(slots=True)
class _Matching:
    """The rows of a file against the roster that is known: what is new, what changes, what is wrong."""

    known: KnownRoster
    own_front: str
    approval: PlanApproval
    first_open: Period
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    unchanged: int = 0
    new_works: int = 0
    new_lines: list[NewLine] = field(default_factory=list)
    plans: list[NewPlan] = field(default_factory=list)
    found: list[tuple[Subproject, RosterRow, ProjectEntry]] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    seen_works: set[int] = field(default_factory=set)
    moving: list[tuple[Subproject, RosterRow, str]] = field(default_factory=list)
    renamed: list[tuple[Subproject, str]] = field(default_factory=list)
    links: dict[tuple[bool, int], list[str]] = field(default_factory=dict)
    unit_kinds: dict[str, tuple[str, UnitKind]] = field(default_factory=dict)

    def take(self, row: RosterRow) -> None:
        """Match one row and note what it adds or changes."""
        self._note_units(row)
        if row.kind == Kind.WORK:
            self._take_work(row)
            return
        name = row.subproject or row.key_project
        line = self._match(row, name)
        if line is None:
            self._add_line(row, name)
        elif not row.code and self._names_another_project(line, row, name):
            # Another row may yet claim the line under its own key project; then this is a new one.
            self.moving.append((line, row, name))
        else:
            self._take_line(line, row, name)

    def settle_moves(self) -> None:
        """Decide on the rows whose line stands in another key project: it moved, or they are new lines."""
        for line, row, name in self.moving:
            if line.id in self.seen:
                self._add_line(row, name)
            else:
                self._take_line(line, row, name)

    def check_names(self) -> None:
        """Note every line that would end up with the name of another one in its key project."""
        renamed = {line.id: name for line, name in self.renamed}
        moved = {line.id: project for line, _, project in self.found}
        bearers: dict[tuple[int, str], list[str]] = {}

        def bear(project: ProjectEntry, name: str, code: str) -> list[str]:
            codes = bearers.setdefault((id(project), key(name)), [])
            codes.append(code)
            return codes

        for line in self.known.lines:
            project = moved.get(line.id) or self.known.project_of[line.key_project_id]
            bear(project, renamed.get(line.id, line.name), line.code)
        for line, row, project in self.found:
            name = renamed.get(line.id, line.name)
            others = [code for code in bearers[id(project), key(name)] if code != line.code]
            if others:
                self._same_name(row, project, name, others[0])
        for new in self.new_lines:
            name = new.row.subproject or new.row.key_project
            codes = bear(new.project, name, new.row.code or f"第{new.row.position.row}行")
            if len(codes) > 1:
                self._same_name(new.row, new.project, name, codes[0])

    def _same_name(self, row: RosterRow, project: ProjectEntry, name: str, other: str) -> None:
        what = f"重点项目“{project.name}”中已有名为“{name}”的子项目（{other}）"
        self.errors.append(row.position.problem("subproject", what, "请用不同的名称，或核对编码"))

    def check_codes(self) -> None:
        """Note every code that would stand for a line and for a work at once."""
        works = {project.code for project in self.known.projects.values() if project.kind is Kind.WORK}
        works.discard(None)
        for new in self.new_lines:
            if new.row.code in works:
                what = f"编码 {new.row.code} 已是一项工作的编码"
                self.errors.append(new.row.position.problem("code", what, "请换一个编码", new.row.code))
        for project in self.known.projects.values():
            if project.row is None and project.said_at is not None and project.code in self.known.by_code:
                what = f"编码 {project.code} 已是一个子项目的编码"
                at = project.said_at.position
                self.errors.append(at.problem("code", what, "请换一个编码", project.code))

    def _names_another_project(self, line: Subproject, row: RosterRow, name: str) -> bool:
        # A file without a key-project column repeats the line's own name; it says nothing about the project.
        return bool(row.key_project) and key(row.key_project) not in (
            self.known.project_name(line),
            key(name),
        )

    def _add_line(self, row: RosterRow, name: str) -> None:
        self._check_new(row, name)
        self.new_lines.append(NewLine(row, self._project_for(row)))

    def _take_line(self, line: Subproject, row: RosterRow, name: str) -> None:
        if line.id in self.seen:
            what = f"子项目“{line.name}”（{line.code}）在文件中出现两次"
            self.errors.append(row.position.problem("subproject", what, "请只保留一行"))
            return
        self.seen.add(line.id)
        if self._names_another_project(line, row, name):
            project = self._project_for(row)
        else:
            project = self._in_programme(self.known.project_of[line.key_project_id], row)
            self._merge_lead(project, row)
        self.found.append((line, row, project))
        self._compare(line, row, name, project)

    def _match(self, row: RosterRow, name: str) -> Subproject | None:
        same_name = self.known.by_name.get(key(name), [])
        project = key(row.key_project or name)
        in_project = [line for line in same_name if self.known.project_name(line) == project]
        if row.code:
            line = self.known.by_code.get(row.code)
            if line is None and in_project:
                what = f"子项目“{name}”已有编码 {in_project[0].code}，文件中写的是 {row.code}"
                mend = "编码一经生成保持不变，请改用已有编码"
                self.errors.append(row.position.problem("code", what, mend, row.code))
            return line
        candidates = same_name if len(same_name) == 1 else in_project
        return candidates[0] if candidates else None

    def _take_work(self, row: RosterRow) -> None:
        project = self._known_work(row)
        if project is None:
            project = self._project_for(row)
            self.new_works += id(project) not in self.seen_works
            self.seen_works.add(id(project))
            return
        if id(project) in self.seen_works:
            return
        self.seen_works.add(id(project))
        changes = len(self.changes)
        if key(row.key_project) != key(project.name):
            self.changes.append(f"{project.code}：名称由“{project.name}”改为“{row.key_project}”")
            self.known.move(project, name=row.key_project)
        project = self._in_programme(project, row)
        self._merge_lead(project, row)
        self._compare_responsible(f"{project.code} {project.name}", (True, project.id), row)
        if len(self.changes) == changes:
            self.unchanged += 1
        else:
            self.changed.add(project.code or "")

    def _known_work(self, row: RosterRow) -> ProjectEntry | None:
        """Return the work in the database that the row's code, else its name, stands for."""
        if row.code and (project := self.known.code_of_project(row.code)) is not None:
            if project.kind is Kind.WORK:
                return project
            what = f"编码 {row.code} 已是重点项目“{project.name}”的编码"
            self.errors.append(
                row.position.problem("code", what, "请改用别的编码，或留空由系统编码", row.code)
            )
            return None
        named = [
            project
            for project in self.known.named.get(key(row.key_project), ())
            if project.kind is Kind.WORK and project.row is not None
        ]
        here = [project for project in named if project.stands_where(row)]
        found = here or [project for project in named if id(project) not in self.seen_works]
        return found[0] if len(found) == 1 else None

    def _check_new(self, row: RosterRow, name: str) -> None:
        at = row.position
        if row.category is None:
            self.errors.append(at.problem("category", "没有写明建设性质", "请填写“续建”或“新建”"))
        if row.annual_plan is None and row.category != Category.PREPARATORY:
            self.errors.append(at.problem("annual_plan", "没有年度计划投资", "请填写金额，确无投资的填 0"))
        if row.category == Category.NEW and row.planned_start is None:
            what = f"新建项目“{name}”没有计划开工时间，不参与应开未开统计"
            self.warnings.append(at.problem("planned_start", what, severity=Severity.WARNING))

    def _note_units(self, row: RosterRow) -> None:
        named = [(row.lead, UnitKind.DEPARTMENT), (row.district, UnitKind.DISTRICT)]
        named += [(unit, UnitKind.DEPARTMENT) for unit in row.responsible]
        for name, kind in named:
            if not name:
                continue
            before = self.unit_kinds.get(key(name))
            # Whoever hosts a line anywhere in the file is a district, whatever else it does.
            if before is None or kind is UnitKind.DISTRICT:
                self.unit_kinds[key(name)] = (before[0] if before else name, kind)

    def _project_for(self, row: RosterRow) -> ProjectEntry:
        """Return the key project that the row names, a new one when it is not known."""
        front = row.front or self.own_front
        programme = row.programme or NO_PROGRAMME
        place = (key(front), key(programme))
        name = row.key_project or row.subproject or ""
        kind = Kind(row.kind)
        project = self.known.projects.get((place, key(name)))
        if project is None:
            # What the row does not say follows from the one key project of that name.
            here = [entry for entry in self.known.named.get(key(name), ()) if entry.stands_where(row)]
            project = here[0] if len(here) == 1 else None
        if project is None:
            self.known.programmes.setdefault(place, ProgrammeEntry(front, programme))
            code = row.code if kind is Kind.WORK else None
            project = ProjectEntry(
                name, kind, place, code, row.lead, said_at=row, responsible=row.responsible
            )
            self.known.add(project)
            return project
        if project.kind is not kind:
            what = f"“{project.name}”既是项目又是工作"
            mend = "同一重点项目（工作）只能有一种类型"
            self.errors.append(row.position.problem("kind", what, mend))
        self._merge_lead(project, row)
        return project

    def _in_programme(self, project: ProjectEntry, row: RosterRow) -> ProjectEntry:
        """Return the key project in the programme that the row names; it moves there with all its lines.

        Where the rows of one key project name two programmes, there are two key projects of that name.
        """
        if project.stands_where(row):
            project.placed = project.placed or bool(row.programme)
            return project
        before = self.known.programmes[project.place]
        after = ProgrammeEntry(row.front or before.front, row.programme or before.name)
        place = (key(after.front), key(after.name))
        if project.placed or (place, key(project.name)) in self.known.projects:
            return self._project_for(row)
        self.changes.append(f"重点项目“{project.name}”由“{before.name}”改列“{after.name}”")
        self.known.programmes.setdefault(place, after)
        self.known.move(project, place=place)
        project.placed = True
        return project

    def _merge_lead(self, project: ProjectEntry, row: RosterRow) -> None:
        if not row.lead:
            return
        if project.lead and key(project.lead) == key(row.lead):
            project.said_at = project.said_at or row
            return
        if project.lead and project.said_at is not None:
            what = f"重点项目“{project.name}”的牵头单位前后不一，前面是“{project.lead}”"
            mend = "一个重点项目只有一个牵头单位，其余请填入责任单位"
            self.errors.append(row.position.problem("lead", what, mend, row.lead))
            return
        if project.lead:
            self.changes.append(f"重点项目“{project.name}”牵头单位由“{project.lead}”改为“{row.lead}”")
        project.lead, project.said_at = row.lead, row

    def _compare(self, line: Subproject, row: RosterRow, name: str, project: ProjectEntry) -> None:
        """Note what the row changes about a known line, and change what needs no other row."""
        changes = len(self.changes)
        label = f"{line.code} {line.name}"
        before = self.known.project_of[line.key_project_id]
        if project is not before:
            old, new = before.name, project.name
            if key(old) == key(new):
                old = self.known.programmes[before.place].name
                new = self.known.programmes[project.place].name
            self.changes.append(f"{label}：重点项目由“{old}”改为“{new}”")
        district = self.known.unit_name(line.district_id)
        if row.district and key(row.district) != key(district or ""):
            self.changes.append(f"{label}：板块由“{district or '未填'}”改为“{row.district}”")
        for attribute, words, value in (
            ("name", "名称", name if key(name) != key(line.name) else None),
            ("category", "建设性质", Category(row.category) if row.category else None),
            ("planned_start", "计划开工", row.planned_start),
            ("total_investment", "总投资（元）", row.total_investment),
            ("completed_before_year", "至上年底累计完成投资（元）", row.completed_before_year),
        ):
            old = getattr(line, attribute)
            if value is not None and value != old:
                shown = "未填" if old is None else old
                self.changes.append(f"{label}：{words}由“{_words(shown)}”改为“{_words(value)}”")
                if attribute == "name":
                    self.renamed.append((line, str(value)))
                else:
                    setattr(line, attribute, value)
        self._compare_plan(line, row, label)
        self._compare_responsible(label, (False, line.id), row)
        if len(self.changes) == changes:
            self.unchanged += 1
        else:
            self.changed.add(line.code)

    def _compare_responsible(self, label: str, place: tuple[bool, int], row: RosterRow) -> None:
        known = self.known.responsible[place]
        for name in dict.fromkeys(row.responsible):
            unit = self.known.units.get(key(name))
            if unit is None or unit.id not in known:
                self.changes.append(f"{label}：增加责任单位“{name}”")
                self.links.setdefault(place, []).append(name)

    def _compare_plan(self, line: Subproject, row: RosterRow, label: str) -> None:
        if row.annual_plan is None:
            return
        last = self.known.plans[line.id]
        stored = tuple(getattr(last, column) for column in MONTH_COLUMNS)
        same_months = row.monthly_plan is None or row.monthly_plan == stored
        if row.annual_plan == last.annual_plan and same_months:
            return
        old, new = wan_grouped(last.annual_plan), wan_grouped(row.annual_plan)
        what = f"{label}：年度计划投资由 {old} 万元改为 {new} 万元"
        if old == new:
            what = f"{label}：年度计划投资不变，月度推进计划有调整"
        approval = self.approval
        if approval.approved_on is None or not approval.document_no:
            mend = "计划调整须有批准日期和文号，请用 --approved 和 --document 注明后重新导入"
            self.errors.append(row.position.problem("annual_plan", what, mend))
            return
        wanted = approval.effective_from or Period.of(approval.approved_on)
        effective = max(wanted, self.first_open)
        if effective.year != line.year:
            what = f"{label}：计划调整从 {effective} 起执行，不在 {line.year} 年尚未关闭的月份内"
            mend = "请核对 --approved 或 --effective；全年已关闭的，不能再调整计划"
            self.errors.append(row.position.problem("annual_plan", what, mend))
            return
        if row.monthly_plan is None and stored[0] is not None:
            what += "，文件没有月度推进计划，序时进度改按时间进度计算"
        self.changes.append(f"{what}（{effective} 起执行，{approval.document_no}）")
        self.plans.append(NewPlan(line.id, last.number + 1, effective, row.annual_plan, row.monthly_plan))

    def notes(self) -> list[str]:
        """Return what has to be known beside the counts."""
        left = sum(line.id not in self.seen for line in self.known.lines)
        return [f"名册中另有 {left} 个子项目不在文件中，保持不变"] if left else []
