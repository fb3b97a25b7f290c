"""What the overview counts as open is what the lists of problems, notices and actions show."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import cycle

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import Desk, line
from tracker.core.notice_ladder import NoticeColour
from tracker.core.periods import Period
from tracker.services.actions import action_counts
from tracker.services.notice_list import notice_counts
from tracker.services.open_matters import open_matters
from tracker.services.problem_list import ProblemFilter, ProblemGroup, problem_counts, problem_list
from tracker.store.meetings import Action, ActionState, Meeting, MeetingState
from tracker.store.notices import Notice, NoticeState
from tracker.store.problems import CoHandler, ProblemRow, ProblemState
from tracker.store.roster import Subproject, Unit

MARCH = Period(2023, 3)
DAYS = st.integers(-3, 3)
PROBLEMS = st.lists(
    st.tuples(st.sampled_from(ProblemState), DAYS, st.none() | DAYS, st.booleans()), max_size=6
)
NOTICES = st.lists(st.tuples(st.sampled_from(NoticeState), DAYS), max_size=6)
ACTIONS = st.lists(st.tuples(st.sampled_from(ActionState), DAYS), max_size=6)


@given(PROBLEMS, NOTICES, ACTIONS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_counts_are_those_of_the_lists(
    desk: Desk,
    problems: list[tuple[ProblemState, int, int | None, bool]],
    notices: list[tuple[NoticeState, int]],
    actions: list[tuple[ActionState, int]],
) -> None:
    if not desk.all(Unit.id):
        desk.roster([line("甲", code="A-1", lead="市科技局", responsible=("武进区",))])
    now, today = desk.now, desk.now.date()
    with desk.writing() as session:
        transaction = session.begin_nested()
        _write(session, now, problems, notices, actions)
        found = open_matters(session, now)
        told = problem_counts(session, now)
        handling = problem_list(session, now, ProblemFilter(group=ProblemGroup.HANDLING))
        assert (found.problems.open, found.problems.for_office) == (told.handling, told.new)
        assert found.problems.overdue == sum(problem.overdue for problem in handling)
        said = notice_counts(session, now)
        assert (found.notices.open, found.notices.for_office, found.notices.overdue) == (
            said.open,
            said.replied,
            said.overdue,
        )
        counts = action_counts(session, now)
        assert (found.actions.open, found.actions.for_office, found.actions.overdue) == (
            counts.open + counts.done,
            counts.done,
            counts.overdue,
        )
        assert found.meeting is not None
        assert found.meeting.day == today + timedelta(days=2)
        transaction.rollback()


def test_nothing_is_open_in_a_new_instance(desk: Desk) -> None:
    with desk.looking() as session:
        found = open_matters(session, desk.now)
    assert (found.problems.open, found.notices.open, found.actions.open, found.meeting) == (0, 0, 0, None)


def _write(
    session: sa.orm.Session,
    now: datetime,
    problems: list[tuple[ProblemState, int, int | None, bool]],
    notices: list[tuple[NoticeState, int]],
    actions: list[tuple[ActionState, int]],
) -> None:
    made = {"made_by": "王敏", "made_at": now}
    units = cycle(session.scalars(sa.select(Unit.id)).all())
    line_id = session.scalars(sa.select(Subproject.id)).first()

    def day(passed: int) -> date:
        return now.date() + timedelta(days=passed)

    meetings = [
        Meeting(title=f"例会{days}", period=MARCH, state=state, held_on=day(days), **made)
        for state, days in ((MeetingState.PLANNED, 5), (MeetingState.PLANNED, 2), (MeetingState.HELD, 1))
    ]
    session.add_all(
        [*meetings, Meeting(title="旧", period=MARCH, state=MeetingState.PLANNED, held_on=day(-1), **made)]
    )
    session.flush()
    for state, due, part, done in problems:
        deadline = None if state is ProblemState.RAISED else day(due)
        row = ProblemRow(
            subproject_id=line_id, raised_in=MARCH, text="用地", state=state, deadline=deadline, **made
        )
        session.add(row)
        session.flush()
        if part is not None and state is not ProblemState.RAISED:
            finished = now if done else None
            session.add(
                CoHandler(problem_id=row.id, unit_id=next(units), deadline=day(part), done_at=finished)
            )
    for number, (state, due) in enumerate(notices):
        session.add(
            Notice(
                number=f"督{number}",
                colour=NoticeColour.BLUE,
                state=state,
                unit_id=next(units),
                subproject_id=line_id,
                period=MARCH,
                grounds=["红灯"],
                text="请限期整改",
                deadline=day(due),
                **made,
            )
        )
    for state, due in actions:
        session.add(
            Action(
                meeting_id=meetings[0].id,
                unit_id=next(units),
                text="推进",
                deadline=day(due),
                state=state,
                **made,
            )
        )
    session.flush()
