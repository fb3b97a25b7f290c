"""Owns the ladder of supervision notices (督办单): which facts call for which colour, and what is proposed.

The ladder is data, a table of causes by colours: the number from which on a cause calls for the colour. The defaults
follow what cities practise: a red light is answered in the month in which it comes on (blue), a second month in a row
is yellow, a third red; whoever lets a notice pass unanswered gets the next colour; nobody is skipped a step, so that an
office that begins in mid-year begins with blue; the sharper the colour, the shorter the time to answer. Facts in, proposals out: nothing here issues anything, a person does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tracker.core.errors import Problem, TrackerError


class NoticeColour(StrEnum):
    """How urgent a supervision notice is; each step is sharper than the one before."""

    BLUE = "blue"
    YELLOW = "yellow"
    RED = "red"

    @property
    def sharpness(self) -> int:
        """Return 1 (blue) to 3 (red)."""
        return _COLOURS.index(self) + 1


_COLOURS = tuple(NoticeColour)
#: The words for the colours, as official texts write them.
COLOUR_NAMES = {NoticeColour.BLUE: "蓝色", NoticeColour.YELLOW: "黄色", NoticeColour.RED: "红色"}


class Cause(StrEnum):
    """What can call for a notice; months are counted in a row up to the month looked at, days up to today.

    NOTICE_OVERDUE stands in the column of the colour that follows: under yellow, days since a blue one was due.
    """

    RED_LIGHT = "red_light"
    FLAGGED = "flagged"
    REPORT_MISSING = "report_missing"
    PROBLEM_OVERDUE = "problem_overdue"
    MILESTONE_OVERDUE = "milestone_overdue"
    NOTICE_OVERDUE = "notice_overdue"

    @property
    def in_months(self) -> bool:
        """Return whether it is counted in months, else in days."""
        return self in (Cause.RED_LIGHT, Cause.FLAGGED, Cause.REPORT_MISSING)

    @property
    def most(self) -> int:
        """Return the largest number that a step can ask for."""
        return 12 if self.in_months else 365


#: The words for the causes.
CAUSE_NAMES = {
    Cause.RED_LIGHT: "连续亮红灯",
    Cause.FLAGGED: "连续亮黄灯或红灯",
    Cause.REPORT_MISSING: "连续未报送月报",
    Cause.PROBLEM_OVERDUE: "问题逾期未销号",
    Cause.MILESTONE_OVERDUE: "重点工作节点逾期",
    Cause.NOTICE_OVERDUE: "上一级督办单逾期未回复",
}


class SubjectKind(StrEnum):
    """What a notice is about; UNIT is a unit's month as a whole."""

    LINE = "line"
    WORK = "work"
    PROBLEM = "problem"
    UNIT = "unit"


@dataclass(frozen=True, slots=True, order=True)
class NoticeSubject:
    """What a notice is about: the id of the line, work, problem or unit."""

    kind: SubjectKind
    id: int

    @property
    def key(self) -> str:
        """Return it as the text under which proposals and dismissals know it."""
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True)
class Step:
    """From `at_least` months or days on, the cause calls for the colour."""

    cause: Cause
    colour: NoticeColour
    at_least: int


@dataclass(frozen=True, slots=True)
class Ladder:
    """The steps, in how many workdays each colour has to be answered (blue, yellow, red), and what numbers begin with.

    `in_turn` goes up one step a month at most: no colour is proposed before the one below it was issued on the same
    subject for an earlier month of the year. Whoever leaves a notice unanswered is not spared by that.
    """

    steps: tuple[Step, ...]
    workdays: tuple[int, int, int]
    prefix: str = "督"
    in_turn: bool = True

    def at_least(self, cause: Cause, colour: NoticeColour) -> int | None:
        """Return from which number on the cause calls for the colour; None where it never does."""
        return next(
            (step.at_least for step in self.steps if (step.cause, step.colour) == (cause, colour)), None
        )

    def days_to_answer(self, colour: NoticeColour) -> int:
        """Return within how many workdays a notice of this colour has to be answered."""
        return self.workdays[colour.sharpness - 1]

    def colour_for(self, cause: Cause, measure: int) -> NoticeColour | None:
        """Return the sharpest colour that so many months or days call for."""
        called = [step.colour for step in self.steps if step.cause is cause and measure >= step.at_least]
        return max(called, key=lambda colour: colour.sharpness, default=None)


def _steps(cause: Cause, blue: int | None, yellow: int | None, red: int | None) -> tuple[Step, ...]:
    told = zip(_COLOURS, (blue, yellow, red), strict=True)
    return tuple(Step(cause, colour, number) for colour, number in told if number is not None)


DEFAULT_LADDER = Ladder(
    steps=(
        *_steps(Cause.RED_LIGHT, 1, 2, 3),
        *_steps(Cause.FLAGGED, 3, None, None),
        *_steps(Cause.REPORT_MISSING, 1, 2, 3),
        *_steps(Cause.PROBLEM_OVERDUE, 7, 30, 60),
        *_steps(Cause.MILESTONE_OVERDUE, 7, 30, 60),
        *_steps(Cause.NOTICE_OVERDUE, None, 1, 1),
    ),
    workdays=(7, 5, 3),
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that the ladder measures on a subject: for how many months in a row, or days, it holds.

    `unit_id` is the unit that must act, None where nobody is named; `grounds` are the sentences that tell it.
    """

    cause: Cause
    measure: int
    subject: NoticeSubject
    unit_id: int | None
    grounds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A notice that was issued before: `open` while it is not settled, `days_overdue` while its unit has not answered.

    `this_month` tells that it rests on the month looked at: once settled, its matter is dealt with for that month.
    What was withdrawn by hand never held and stands nowhere; what a sharper one took the place of did.
    """

    id: int
    number: str
    colour: NoticeColour
    subject: NoticeSubject
    unit_id: int
    open: bool
    days_overdue: int
    this_month: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """A notice to propose; `follows_id` is the notice before it on the same subject.

    `called_for` is the colour that the facts alone call for; in turn, `colour` may be a milder one.
    """

    subject: NoticeSubject
    colour: NoticeColour
    called_for: NoticeColour
    unit_id: int | None
    causes: tuple[Cause, ...]
    grounds: tuple[str, ...]
    follows_id: int | None


def proposals(
    ladder: Ladder,
    facts: Iterable[Fact],
    issued: Iterable[Standing],
    dismissed: Collection[tuple[str, NoticeColour]] = (),
) -> tuple[Proposal, ...]:
    """Return what the ladder calls for, the sharpest first; at most one proposal per subject.

    The facts of a subject are weighed together, and the sharpest colour that one of them calls for is proposed, where
    the ladder goes in turn no sharper than one step above what was issued for earlier months. A
    notice of that colour or a sharper one that stands open, or that settled the matter for this month, leaves nothing
    to propose; so does a dismissal of the colour or a sharper one (`dismissed`: key of the subject, colour).
    """
    called: dict[NoticeSubject, list[_Call]] = defaultdict(list)
    for fact in facts:
        if (colour := ladder.colour_for(fact.cause, fact.measure)) is not None:
            called[fact.subject].append(_Call(fact, colour))
    before: dict[NoticeSubject, list[Standing]] = defaultdict(list)
    for notice in issued:
        before[notice.subject].append(notice)
        if (call := _unanswered(ladder, notice)) is not None:
            called[notice.subject].append(call)
    settled: dict[str, int] = defaultdict(int)
    for key, colour in dismissed:
        settled[key] = max(settled[key], colour.sharpness)
    for subject, notices in before.items():
        told = (notice.colour.sharpness for notice in notices if notice.open or notice.this_month)
        settled[subject.key] = max(settled[subject.key], *told, 0)
    found = (_proposal(ladder, subject, calls, before[subject]) for subject, calls in called.items())
    left = [proposal for proposal in found if proposal.colour.sharpness > settled[proposal.subject.key]]
    return tuple(sorted(left, key=_sharpest_first))


def dealt_with(ladder: Ladder, facts: Iterable[Fact], issued: Iterable[Standing]) -> tuple[Standing, ...]:
    """Return what keeps a subject quiet that the facts still call for: its newest notice of this month, when settled.

    None of those subjects of which a notice stands open: that one is seen among the open ones.
    """
    called = {fact.subject for fact in facts if ladder.colour_for(fact.cause, fact.measure) is not None}
    before: dict[NoticeSubject, list[Standing]] = defaultdict(list)
    for notice in issued:
        if notice.subject in called and (notice.open or notice.this_month):
            before[notice.subject].append(notice)
    newest = (
        max(notices, key=lambda notice: notice.id)
        for notices in before.values()
        if not any(notice.open for notice in notices)
    )
    return tuple(sorted(newest, key=lambda notice: notice.id))


def _sharpest_first(proposal: Proposal) -> tuple[int, int, NoticeSubject]:
    return -proposal.colour.sharpness, -proposal.called_for.sharpness, proposal.subject


@dataclass(frozen=True, slots=True)
class _Call:
    """A fact with the colour that it calls for."""

    fact: Fact
    colour: NoticeColour


def _unanswered(ladder: Ladder, notice: Standing) -> _Call | None:
    """Return what an unanswered notice calls for: the colour after its own; None while it calls for nothing."""
    if not notice.open or notice.colour is NoticeColour.RED:
        return None
    following = _COLOURS[notice.colour.sharpness]
    at_least = ladder.at_least(Cause.NOTICE_OVERDUE, following)
    if at_least is None or notice.days_overdue < at_least:
        return None
    words = f"{COLOUR_NAMES[notice.colour]}督办单{notice.number}逾期{notice.days_overdue}天未回复"
    fact = Fact(Cause.NOTICE_OVERDUE, notice.days_overdue, notice.subject, notice.unit_id, (words,))
    return _Call(fact, following)


def _proposal(ladder: Ladder, subject: NoticeSubject, calls: list[_Call], before: list[Standing]) -> Proposal:
    earlier = max((notice.colour.sharpness for notice in before if not notice.this_month), default=0)
    highest = earlier + 1 if ladder.in_turn else len(_COLOURS)
    # Whoever must act is named by what calls loudest.
    loudest = max(calls, key=lambda call: call.colour.sharpness)
    named = (call.fact.unit_id for call in (loudest, *calls))
    last = max(before, key=lambda notice: (notice.open, notice.id), default=None)
    sharpness = max(
        call.colour.sharpness
        if call.fact.cause is Cause.NOTICE_OVERDUE
        else min(call.colour.sharpness, highest)
        for call in calls
    )
    return Proposal(
        subject=subject,
        colour=_COLOURS[sharpness - 1],
        called_for=loudest.colour,
        unit_id=next((unit_id for unit_id in named if unit_id is not None), None),
        causes=tuple(dict.fromkeys(call.fact.cause for call in calls)),
        # Two causes can rest on one sentence, which is told once.
        grounds=tuple(dict.fromkeys(words for call in calls for words in call.fact.grounds)),
        follows_id=None if last is None else last.id,
    )


class InvalidLadder(TrackerError):
    """Raised when a stored ladder cannot be understood."""


def ladder_problems(ladder: Ladder) -> tuple[Problem, ...]:
    """Return why the ladder cannot hold: a number out of range, a sharper colour reached no later, no step at all."""
    found: list[Problem] = []
    for cause in Cause:
        numbers = [(colour, ladder.at_least(cause, colour)) for colour in NoticeColour]
        found += _number_problems(cause, numbers)
    for colour, days in zip(_COLOURS, ladder.workdays, strict=True):
        if not 1 <= days <= 60:
            what = f"{COLOUR_NAMES[colour]}督办单的回复期限须为1至60个工作日"
            found.append(Problem(what, read=str(days), field=f"workdays.{colour}"))
    if (
        not 1 <= len(ladder.prefix) <= 20
        or not ladder.prefix.isprintable()
        or set(ladder.prefix) & set("〔〕")
    ):
        found.append(Problem("发文代字须为1至20个字，不含括号", read=ladder.prefix or None, field="prefix"))
    if not ladder.steps:
        found.append(Problem("没有任何条件", "请至少填写一个条件", field="red_light.blue"))
    return tuple(found)


def _number_problems(cause: Cause, numbers: list[tuple[NoticeColour, int | None]]) -> list[Problem]:
    found: list[Problem] = []
    before = 0
    for colour, number in numbers:
        if number is None:
            continue
        what = mend = ""
        if not 1 <= number <= cause.most:
            what = f"须为1至{cause.most}的整数"
        elif cause is Cause.NOTICE_OVERDUE and colour is NoticeColour.BLUE:
            what, mend = "蓝色是第一级，不会因逾期未回复而提出", "请留空"
        elif number <= before and cause is not Cause.NOTICE_OVERDUE:
            # An unanswered notice is measured against its own deadline; its two colours do not compare.
            what, mend = "颜色越重，数字须越大", f"请填写大于{before}的数"
        if what:
            where = f"{CAUSE_NAMES[cause]}（{COLOUR_NAMES[colour]}）"
            found.append(Problem(what, mend, str(number), subject=where, field=f"{cause}.{colour}"))
        before = number
    return found


def ladder_to_json(ladder: Ladder) -> dict[str, Any]:
    """Return the ladder as plain values for storage; the inverse of `ladder_from_json`."""
    steps: dict[str, dict[str, int]] = defaultdict(dict)
    for step in ladder.steps:
        steps[step.cause.value][step.colour.value] = step.at_least
    return {
        "steps": {cause.value: steps[cause.value] for cause in Cause if cause.value in steps},
        "workdays": list(ladder.workdays),
        "prefix": ladder.prefix,
        "in_turn": ladder.in_turn,
    }


def ladder_from_json(stored: Mapping[str, Any]) -> Ladder:
    """Return the ladder that `stored` describes; raise InvalidLadder for what is not understood or cannot hold."""
    try:
        blue, yellow, red = (int(days) for days in stored["workdays"])
        ladder = Ladder(
            steps=tuple(
                Step(Cause(cause), NoticeColour(colour), int(number))
                for cause, numbers in stored["steps"].items()
                for colour, number in numbers.items()
            ),
            workdays=(blue, yellow, red),
            prefix=str(stored["prefix"]),
            in_turn=bool(stored["in_turn"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InvalidLadder(f"督办单级别设置无法识别：{stored!r}（{error}）。") from error
    if problems := ladder_problems(ladder):
        raise InvalidLadder(f"督办单级别设置无法执行：{problems[0].sentence()}")
    return ladder
