"""Owns what is sent from a problem's page by units, and by the office as one who speaks: words, files, a part done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from tracker.core.errors import NotFound, Refused
from tracker.intake.attachments import Attachment
from tracker.services.problem_assigning import classify
from tracker.services.problem_handling import finish_part, remark, resolve
from tracker.services.problem_list import problem_of
from tracker.store.accounts import Role
from tracker.store.problems import Difficulty, ProblemCategory
from tracker.web import posted
from tracker.web.access import Desk, acting
from tracker.web.database import present, read_session, settings
from tracker.web.handed_in import opened_files
from tracker.web.problems.fields import chosen, typed_texts
from tracker.web.problems.views import account_signed_in, answered, page_of

words_desk = Desk("problem_words", __name__, roles=frozenset({Role.REPORTER, Role.OFFICE}))
desk = Desk("problem_handling", __name__, roles=frozenset({Role.REPORTER}))


@words_desk.post("/problems/<int:problem_id>/remarks")
def say(problem_id: int) -> ResponseReturnValue:
    """Take a word on how it goes, with its files."""
    units = _units(problem_id)

    def act(session: Session, sent: _Sent) -> None:
        remark(session, acting(), problem_id, sent.text, sent.files, sent.folder, present(), units)

    return _with_files(problem_id, act, gettext("已写入办理过程。"))


@words_desk.post("/problems/<int:problem_id>/classification")
def classification(problem_id: int) -> ResponseReturnValue:
    """Take what kind of obstacle it is and how hard."""
    units = _units(problem_id)
    category, difficulty = chosen("category", ProblemCategory), chosen("difficulty", Difficulty)

    def act(session: Session) -> None:
        seen = posted.text("seen")
        classify(session, acting(), problem_id, seen, category, difficulty, present(), units)

    return answered(problem_id, act, gettext("类别和难度已保存。"))


@desk.post("/problems/<int:problem_id>/part")
def part_done(problem_id: int) -> ResponseReturnValue:
    """Take that a helping unit has done its part."""
    units = _units(problem_id) or frozenset()

    def act(session: Session, sent: _Sent) -> None:
        seen = posted.text("seen")
        finish_part(session, acting(), problem_id, units, seen, sent.text, sent.files, sent.folder, present())

    return _with_files(problem_id, act, gettext("协办事项已办结。"))


@desk.post("/problems/<int:problem_id>/resolve")
def resolved(problem_id: int) -> ResponseReturnValue:
    """Take that the problem is solved, to be verified by the office."""
    units = _units(problem_id) or frozenset()

    def act(session: Session, sent: _Sent) -> None:
        resolve(
            session,
            acting(),
            problem_id,
            units,
            posted.text("seen"),
            sent.text,
            sent.files,
            posted.text("without_files"),
            sent.folder,
            present(),
        )

    return _with_files(problem_id, act, gettext("已申请销号，等待督查室核实。"))


@dataclass(frozen=True, slots=True)
class _Sent:
    """What came with a form: the words, and the files made safe, to be kept in `folder`."""

    text: str
    files: list[Attachment]
    folder: Path


def _with_files(problem_id: int, act: Callable[[Session, _Sent], None], said: str) -> ResponseReturnValue:
    try:
        sent = _Sent(posted.text("text"), opened_files(), settings().attachments)
    except Refused as refusal:
        return page_of(problem_id, refusal.problems, typed=typed_texts()), refusal.status
    return answered(problem_id, partial(_acting, act, sent), said)


def _acting(act: Callable[[Session, _Sent], None], sent: _Sent, session: Session) -> None:
    act(session, sent)


def _units(problem_id: int) -> frozenset[int] | None:
    """Return the units in whose name somebody speaks, None for the office; asked before any file is opened.

    Raise NotFound for a problem that involves none of the account's units.
    """
    account = account_signed_in()
    problem = problem_of(read_session(), problem_id, present())
    if account.role is Role.OFFICE:
        return None
    units = frozenset(account.unit_ids)
    if not units & problem.involved:
        raise NotFound("本单位的问题", str(problem_id))
    return units
