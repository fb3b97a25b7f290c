"""Owns the administrator's pages of tokens: which programs may read and report for which unit."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from tracker.core.errors import Problem, Refused
from tracker.services.tokens import MAX_DAYS, NAME_LENGTH, create_token, list_tokens, revoke_token
from tracker.services.units import list_units
from tracker.store.accounts import Role
from tracker.web import posted
from tracker.web.access import Desk, acting
from tracker.web.database import present, read_session, write_session

desk = Desk("tokens", __name__, roles=frozenset({Role.ADMINISTRATOR}))

#: What the form proposes: half a year.
USUAL_DAYS = 180


@desk.route("/admin/tokens", methods=["GET", "POST"])
def listing() -> ResponseReturnValue:
    """List the tokens; make one, whose secret is shown this once."""
    if request.method == "GET":
        return _page(())
    try:
        with write_session() as writable:
            made = create_token(
                writable,
                acting(),
                present(),
                posted.text("unit"),
                posted.text("name"),
                posted.whole("days") or 0,
            )
    except Refused as refusal:
        return _page(refusal.problems), refusal.status
    return render_template("admin/token_secret.html", token=made.token, secret=made.secret)


@desk.post("/admin/tokens/<int:token_id>/revoke")
def revoke(token_id: int) -> ResponseReturnValue:
    """End a token at once."""
    with write_session() as writable:
        revoke_token(writable, acting(), present(), token_id)
    flash(gettext("令牌已吊销，使用它的程序不能再访问。"))
    return redirect(url_for("tokens.listing"))


def _page(problems: tuple[Problem, ...]) -> str:
    return render_template(
        "admin/tokens.html",
        tokens=list_tokens(read_session()),
        units=list_units(read_session()),
        now=present(),
        problems=problems,
        told=request.form,
        usual_days=USUAL_DAYS,
        most_days=MAX_DAYS,
        name_length=NAME_LENGTH,
    )
