"""Owns what the demonstration's office has done about red lights: problems, notices, a meeting, an instruction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker import clock
from tracker.core.agenda import AgendaPart
from tracker.core.notice_ladder import NoticeSubject, SubjectKind
from tracker.core.periods import Period
from tracker.demo_month import OFFICE
from tracker.services import action_steps, notice_steps, problem_closing, problem_handling
from tracker.services.actions import action_of
from tracker.services.actors import Actor
from tracker.services.instructions import instruct
from tracker.services.meeting_run import decide, hold, write_minutes
from tracker.services.meetings import Invitation, item_of, mark_of_minutes, plan_meeting
from tracker.services.notice_issuing import issue_proposed
from tracker.services.notice_proposals import proposals_now
from tracker.services.problem_assigning import Assignment, Part, assign
from tracker.services.problem_claims import seen_of
from tracker.services.remarks import add_remark
from tracker.store.notices import Notice
from tracker.store.problems import Difficulty, ProblemCategory, ProblemRow
from tracker.store.remarks import RemarkKind
from tracker.store.roster import Subproject, Unit

LEADER = Actor("分管领导（演示）")
MARCH, APRIL = Period(2023, 3), Period(2023, 4)
#: The project whose way from its red light to its close-out the guide follows; a new one that has not started.
FOLLOWED = "CX-01-2"


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where the demonstration acts: `days` before or after the visitor's own day."""

    session: Session
    folder: Path
    now: datetime

    def at(self, days: int) -> datetime:
        return self.now + timedelta(days=days)

    def unit(self, name: str) -> int:
        return self.session.scalars(sa.select(Unit.id).where(Unit.name == name)).one()

    def line(self, code: str) -> int:
        return self.session.scalars(
            sa.select(Subproject.id).where(Subproject.code == code, Subproject.year == APRIL.year)
        ).one()

    def problem(self, code: str) -> ProblemRow:
        """Return the first problem that the line reported."""
        mine = ProblemRow.subproject_id == self.line(code)
        return self.session.scalars(sa.select(ProblemRow).where(mine).order_by(ProblemRow.id).limit(1)).one()


def follow_up_march(session: Session, folder: Path, now: datetime) -> None:
    """Let the office act on March's red lights in the weeks before `now`, in the order in which it would."""
    desk = _Desk(session, folder, now)
    _assign(desk, FOLLOWED, "市科技局", 6, -21, ProblemCategory.LAND, ("市资规局", "武进区"))
    _assign(desk, "CX-04-1", "溧阳市", -9, -20, ProblemCategory.DEMOLITION, ("市科技局",))
    _assign(desk, "CX-33-1", "新北区", 12, -19, ProblemCategory.UTILITIES, ("市住建局",))
    _say(desk, FOLLOWED, "市资规局", "用地预审材料已受理，正在会办，预计两周内批复。", -15)
    _meet(desk)
    _warn(desk, (FOLLOWED, "CX-47-2", "CX-06-2"), -13)
    _say(desk, FOLLOWED, "武进区", "红线范围内苗木迁移已完成，场地具备移交条件。", -11)
    instruct(
        session,
        LEADER,
        APRIL.year,
        FOLLOWED,
        "用地手续要倒排时间，五月上旬必须具备开工条件，请督查室跟踪到底。",
        desk.at(-10),
    )
    _answer(
        desk, "CX-06-2", "拆迁涉及3户已签约2户，剩余1户本月完成；已调整施工组织，先行施工已交地部分。", -7
    )


def follow_up_april(session: Session, folder: Path, now: datetime) -> None:
    """Let two problems be solved, one of them closed out, units write a word, and the next meeting be planned."""
    desk = _Desk(session, folder, now)
    _resolve(desk, "CX-33-1", "新北区", "管线迁改已完成，场地已移交施工单位，复工令已签发。")
    _assign(desk, "CX-20-2", "市教育局", 15, 0, ProblemCategory.APPROVAL, ())
    _resolve(desk, "CX-20-2", "市教育局", "施工图审查已通过，施工许可证已核发。")
    problem = desk.problem("CX-20-2")
    seen = seen_of(session, problem.id, problem.state)
    problem_closing.close_out(session, OFFICE, problem.id, seen, "已核对许可证，同意销号", now)
    line = desk.line(FOLLOWED)
    add_remark(session, OFFICE, RemarkKind.LINE, line, "本月起请每周五报一次用地手续进展。", now)
    unit = desk.unit("市科技局")
    text = "收到，已明确专人对接市资规局。"
    add_remark(session, _of("市科技局"), RemarkKind.LINE, line, text, now, unit_id=unit)
    plan_meeting(session, OFFICE, _invitation(APRIL, desk.at(6)), now)


def _assign(
    desk: _Desk,
    code: str,
    handler: str,
    due: int,
    when: int,
    category: ProblemCategory,
    helpers: tuple[str, ...],
) -> None:
    problem = desk.problem(code)
    deadline = desk.at(due).astimezone(clock.ZONE).date()
    parts = tuple(Part(desk.unit(name), deadline) for name in helpers)
    difficulty = Difficulty.SEVERAL_UNITS if helpers else Difficulty.UNIT
    wanted = Assignment(desk.unit(handler), deadline, parts, category, difficulty)
    seen = seen_of(desk.session, problem.id, problem.state)
    assign(desk.session, OFFICE, problem.id, seen, wanted, "请按期办结并附佐证材料", desk.at(when))


def _say(desk: _Desk, code: str, unit: str, text: str, when: int) -> None:
    problem_id, units = desk.problem(code).id, [desk.unit(unit)]
    problem_handling.remark(
        desk.session, _of(unit), problem_id, text, (), desk.folder, desk.at(when), unit_ids=units
    )


def _resolve(desk: _Desk, code: str, unit: str, text: str) -> None:
    problem = desk.problem(code)
    seen = seen_of(desk.session, problem.id, problem.state)
    problem_handling.resolve(
        desk.session,
        _of(unit),
        problem.id,
        [desk.unit(unit)],
        seen,
        text,
        (),
        "批复文件原件已送督查室核对",
        desk.folder,
        desk.now,
    )


def _warn(desk: _Desk, codes: tuple[str, ...], when: int) -> None:
    """Issue what the ladder proposes about these lines."""
    wanted = {NoticeSubject(SubjectKind.LINE, desk.line(code)) for code in codes}
    proposed = proposals_now(desk.session, desk.at(when)).proposed
    chosen = [(proposal.key, proposal.seen) for proposal in proposed if proposal.subject in wanted]
    issue_proposed(desk.session, OFFICE, chosen, desk.at(when))


def _answer(desk: _Desk, code: str, text: str, when: int) -> None:
    """Let the unit answer the notice about its line."""
    row = desk.session.scalars(sa.select(Notice).where(Notice.subproject_id == desk.line(code))).one()
    unit = desk.session.get_one(Unit, row.unit_id)
    seen = notice_steps.seen_of(desk.session, row.id, row.state)
    notice_steps.reply(
        desk.session, _of(unit.name), row.id, [unit.id], seen, text, (), desk.folder, desk.at(when)
    )


def _meet(desk: _Desk) -> None:
    """Hold March's meeting: three decisions, one of them done, one overdue by now."""
    session, day = desk.session, desk.at(-14)
    meeting_id = plan_meeting(session, OFFICE, _invitation(MARCH, day), desk.at(-16))
    decided = [
        (FOLLOWED, "市科技局", 5, "倒排用地手续时间表，每周五报一次进展"),
        ("CX-35-2", "武进区", -3, "明确开工日期，报督查室备案"),
        ("CX-06-2", "市教育局", -5, "核实一季度完成数，补齐佐证材料"),
    ]
    actions = [
        decide(
            session,
            OFFICE,
            meeting_id,
            item_of(session, meeting_id, f"{AgendaPart.RED_LIGHTS}.{desk.line(code)}", day),
            desk.unit(unit),
            desk.at(due).astimezone(clock.ZONE).date(),
            text,
            day,
        )
        for code, unit, due, text in decided
    ]
    minutes = "会议通报了一季度重点项目推进情况，逐项研究了红灯项目，议定三项工作，由督查室跟踪督办。"
    write_minutes(session, OFFICE, meeting_id, mark_of_minutes(""), minutes, day)
    hold(session, OFFICE, meeting_id, day)
    done = actions[2]
    action_steps.say_done(
        session,
        _of("市教育局"),
        done,
        action_of(session, done, day).version,
        "已核实，完成数无误，佐证材料已补交。",
        desk.at(-8),
        unit_ids=[desk.unit("市教育局")],
    )


def _invitation(period: Period, moment: datetime) -> Invitation:
    day = moment.astimezone(clock.ZONE).date()
    return Invitation("", period, day, "市行政中心1号会议室", "分管副市长", "各牵头部门、各板块分管负责同志")


def _of(unit: str) -> Actor:
    return Actor(f"{unit}填报员（演示）")
