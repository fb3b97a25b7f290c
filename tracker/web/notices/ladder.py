"""Owns the page of the ladder: the numbers that call for each colour, what they would propose now, and setting them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from tracker.core.errors import Problem, Refused, WrongState
from tracker.core.notice_ladder import (
    CAUSE_NAMES,
    COLOUR_NAMES,
    DEFAULT_LADDER,
    Cause,
    Ladder,
    NoticeColour,
    Step,
    ladder_problems,
)
from tracker.services.notice_facts import month_to_answer_for
from tracker.services.notice_ladder import change_ladder, ladder_of, mark_of_ladder
from tracker.services.notice_proposals import counts_now
from tracker.store.accounts import Role
from tracker.web import posted
from tracker.web.access import Desk, acting
from tracker.web.database import present, read_session, write_session
from tracker.web.notices.fields import typed_texts

desk = Desk("notice_ladder", __name__, roles=frozenset({Role.OFFICE}))


@desk.route("/notices/ladder", methods=["GET", "POST"])
def form() -> ResponseReturnValue:
    """Show the ladder; what was typed is previewed, or set with a reason."""
    session = read_session()
    standing = ladder_of(session)
    if request.method == "GET":
        begun = DEFAULT_LADDER if request.args.get("from") == "default" else standing
        return _page(_typed_of(begun), mark_of_ladder(standing), previewed=begun)
    typed, seen = typed_texts(), posted.text("seen")
    ladder, unread = _read()
    problems = unread or ladder_problems(ladder)
    if problems:
        return _page(typed, seen, problems), Refused.status
    if posted.text("action") == "preview":
        return _page(typed, seen, previewed=ladder)
    try:
        with write_session() as writable:
            change_ladder(writable, acting(), ladder, seen, posted.text("reason"), present())
    except Refused as refusal:
        return _page(typed, seen, refusal.problems, ladder), refusal.status
    except WrongState as error:
        return _page(typed, seen, (Problem(str(error).rstrip("。")),), ladder), error.status
    flash(gettext("督办级别已保存，新的建议按它提出；已签发的督办单不变。"))
    return redirect(url_for("notice_proposals.listing"), 303)


def _read() -> tuple[Ladder, tuple[Problem, ...]]:
    """Return the ladder that was typed, and what in it is no number."""
    problems: list[Problem] = []
    steps: list[Step] = []
    for cause in Cause:
        for colour in NoticeColour:
            name = f"{cause}.{colour}"
            told, number = posted.text(name), posted.whole(name)
            if number is not None:
                steps.append(Step(cause, colour, number))
            elif told:
                where = f"{CAUSE_NAMES[cause]}（{COLOUR_NAMES[colour]}）"
                problems.append(Problem("须为整数，或留空", read=told, subject=where, field=name))
    days = [posted.whole(f"workdays.{colour}") or 0 for colour in NoticeColour]
    ladder = Ladder(
        tuple(steps), (days[0], days[1], days[2]), posted.text("prefix"), posted.text("in_turn") == "1"
    )
    return ladder, tuple(problems)


def _typed_of(ladder: Ladder) -> Mapping[str, str]:
    told = {f"{step.cause}.{step.colour}": str(step.at_least) for step in ladder.steps}
    told |= {f"workdays.{colour}": str(ladder.days_to_answer(colour)) for colour in NoticeColour}
    return told | {"prefix": ladder.prefix, "in_turn": "1" if ladder.in_turn else ""}


def _page(
    typed: Mapping[str, str], seen: str, problems: Sequence[Problem] = (), previewed: Ladder | None = None
) -> str:
    session = read_session()
    standing = ladder_of(session)
    ladders = (standing,) if previewed is None else (standing, previewed)
    counts = counts_now(session, present(), *ladders)
    info = month_to_answer_for(session, present())
    return render_template(
        "notices/ladder.html",
        typed=defaultdict(str, typed),
        seen=seen,
        causes=list(Cause),
        colours=list(NoticeColour),
        month=None if info is None else info.period,
        standing=counts[0],
        preview=None if previewed is None else counts[-1],
        changed=previewed is not None and previewed != standing,
        problems=problems,
        wrong={problem.field for problem in problems},
    )
