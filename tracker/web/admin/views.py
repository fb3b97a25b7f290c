"""Owns the administrator's home: where accounts, units and the instance's health will be looked after."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from tracker.store.accounts import Role
from tracker.web.access import Desk

desk = Desk("admin", __name__, roles=frozenset({Role.ADMINISTRATOR}))


@desk.get("/admin")
def home() -> ResponseReturnValue:
    """Say what will stand here."""
    return render_template("admin/home.html")
