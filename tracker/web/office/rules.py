"""Owns the pages of the light rules: what holds, the versions, and writing, previewing and making the next one."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from tracker import clock
from tracker.core.errors import Problem, Refused
from tracker.core.lights import Light
from tracker.core.periods import Period
from tracker.core.rule_checks import Preset, preset_rules, rule_problems
from tracker.core.rules import BASES, Rule
from tracker.services.rule_changes import RulesMoved, VersionInfo, change_rules, months_to_begin, versions
from tracker.services.rule_preview import Preview, preview_rules, previewed_years
from tracker.store.accounts import Role
from tracker.web import arguments, posted
from tracker.web.access import OFFICE_AND_LEADER, Desk, acting, signed_in
from tracker.web.database import present, read_session, write_session
from tracker.web.filters import month as month_text
from tracker.web.months import month_choice
from tracker.web.office.rule_form import Typed, read_rules, told_in, typed_of
from tracker.web.office.rule_words import PRESETS, SUBJECTS, bound_words, rule_words

desk = Desk("rules", __name__, roles=OFFICE_AND_LEADER)
changes = Desk("rule_changes", __name__, roles=frozenset({Role.OFFICE}))

#: So many lines whose light would change are listed; the counts are of all.
MOST = 200
_LIGHTS = sorted(Light, key=lambda light: -light.severity)


@desk.get("/rules")
def listing() -> ResponseReturnValue:
    """Show the rules that hold and every version before and after them."""
    known = versions(read_session())
    account = signed_in()
    return render_template(
        "office/rules.html",
        versions=known,
        shown=_holding(known),
        subjects=SUBJECTS,
        bound_words=bound_words,
        rule_words=rule_words,
        may_change=account is not None and account.role is Role.OFFICE,
    )


@changes.get("/rules/change")
def draft() -> ResponseReturnValue:
    """Show the form; once it is filled in, also what the rules would do to the months of a year."""
    known = versions(read_session())
    if not arguments.flag("filled"):
        preset = arguments.chosen("preset", Preset)
        begin = _latest(known).rules if preset is None else preset_rules(preset)
        return _page(typed_of(begin), ())
    typed = told_in(request.args)
    rules, unread = read_rules(typed)
    problems = unread or rule_problems(rules)
    return _page(typed, problems, None if problems else rules)


@changes.post("/rules/change")
def save() -> ResponseReturnValue:
    """Make the rules that were previewed the next version."""
    typed = told_in(request.form)
    rules, unread = read_rules(typed)
    if unread:
        return _page(typed, unread), Refused.status
    try:
        with write_session() as session:
            made = change_rules(
                session,
                acting(),
                present(),
                rules=rules,
                reason=posted.text("reason"),
                effective_from=_month("effective_from"),
                based_on=posted.whole("based_on") or 0,
            )
    except Refused as refusal:
        return _page(typed, refusal.problems, _sound(rules)), refusal.status
    except RulesMoved as moved:
        return _page(typed, (Problem(str(moved).rstrip("。")),), _sound(rules)), moved.status
    flash(
        gettext(
            "第%(number)s版规则已发布，自%(month)s起执行。",
            number=made.number,
            month=month_text(made.effective_from),
        )
    )
    return redirect(url_for("rules.listing"), 303)


def _sound(rules: tuple[Rule, ...]) -> tuple[Rule, ...] | None:
    """Return the rules when they could hold: only such can be previewed."""
    return None if rule_problems(rules) else rules


def _page(typed: Typed, problems: Sequence[Problem], rules: tuple[Rule, ...] | None = None) -> str:
    session = read_session()
    known = versions(session)
    return render_template(
        "office/rules_change.html",
        typed=typed,
        problems=problems,
        wrong={problem.field for problem in problems},
        newest=known[0],
        bases=BASES,
        subjects=SUBJECTS,
        presets=PRESETS,
        rules=rules,
        rule_words=rule_words,
        preview=None if rules is None else _preview(rules),
        years=previewed_years(session),
        lights=_LIGHTS,
        most=MOST,
        begins=months_to_begin(session, present()),
        reason=posted.text("reason"),
        effective_from=posted.text("effective_from"),
        # Links to other months lead back to the form as it was sent.
        asked={**{name: value for name, value in typed.items() if value}, "filled": "1"},
    )


def _preview(rules: tuple[Rule, ...]) -> Preview:
    session = read_session()
    look = _named(arguments.text("look"))
    years = previewed_years(session)
    told = arguments.whole("year")
    if look is not None:
        year = look.year
    elif told in years:
        year = told
    else:
        # What is settled is compared first.
        months = month_choice()
        look = None if months is None else months.period
        year = present().astimezone(clock.ZONE).year if look is None else look.year
    return preview_rules(session, rules, year, present(), look)


def _named(text: str) -> Period | None:
    try:
        return Period.parse(text)
    except ValueError:
        return None


def _month(name: str) -> Period:
    found = _named(posted.text(name))
    if found is None:
        raise Refused((Problem("没有选择从哪个月起执行", "请选择月份", field=name),))
    return found


def _latest(known: Sequence[VersionInfo]) -> VersionInfo:
    """Return the version that holds last of all, the built-in one where there is no other."""
    return next(version for version in known if version.until is None and not version.overtaken)


def _holding(known: Sequence[VersionInfo]) -> VersionInfo:
    """Return the version that holds in the newest month there is."""
    months = month_choice()
    today = Period.of(present().astimezone(clock.ZONE).date())
    newest = today if months is None else months.known[0].period
    return next(version for version in known if version.holds_in(newest))
