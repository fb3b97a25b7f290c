"""Owns the wall (挂图作战): its page for the meeting room, and the board on it that refreshes itself."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, lazy_pgettext

from tracker.core.errors import NotFound
from tracker.core.figures import PeriodState
from tracker.core.lights import Light
from tracker.core.schematic import Schematic, schematic_of, short_name
from tracker.core.wall import WallPages, wall_pages
from tracker.services.projects import newest_roster
from tracker.services.wall import By, Wall, wall_of
from tracker.web import arguments, sessions
from tracker.web.access import OFFICE_AND_LEADER, Desk
from tracker.web.database import present, read_session
from tracker.web.months import MonthChoice, month_choice

desk = Desk("wall", __name__, roles=OFFICE_AND_LEADER)

#: How often the board asks for what is new, and how long a page of it stands, in seconds.
REFRESH_EVERY, PAGE_STANDS = 60, 20
#: Tell the wall with every answer what time it is here and when its session will end: whoever signs in
#: again begins a new one.
NOW, ENDS = "Tracker-Now", "Tracker-Session-Ends"
#: A light in a cell: a letter beside the colour and the shape.
LETTERS: dict[Light, LazyString] = {
    Light.RED: lazy_pgettext("one sign", "红"),
    Light.YELLOW: lazy_pgettext("one sign", "黄"),
    Light.GREEN: lazy_pgettext("one sign", "绿"),
    Light.GREY: lazy_pgettext("one sign", "灰"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """How a light of one month is drawn; also what stands where there is none."""

    css: str
    letter: str


@desk.get("/wall")
def show() -> ResponseReturnValue:
    """Show the whole year, made for a large screen."""
    months = month_choice()
    if months is None:
        return render_template("components/no_month.html", roster=newest_roster(read_session()))
    return _told_the_end(make_response(render_template("leaders/wall.html", **_drawn(months))))


@desk.get("/wall/board")
def board() -> ResponseReturnValue:
    """Return the board alone, nothing at all while it is the one that the wall has."""
    months = month_choice()
    if months is None:
        raise NotFound("报告期", "")
    response = make_response(render_template("leaders/wall_alone.html", **_drawn(months)))
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32])
    response.make_conditional(request)
    return _told_the_end(response)


def _told_the_end(response: Response) -> Response:
    response.headers[NOW] = present().isoformat()
    ends = sessions.ends_at()
    if ends is not None:
        response.headers[ENDS] = ends.isoformat()
    return response


def _drawn(months: MonthChoice) -> dict[str, Any]:
    """Return what both templates draw."""
    by = arguments.chosen("by", By) or By.PROGRAMME
    wall = wall_of(read_session(), months.period, present(), by)
    return {
        "months": months,
        "wall": wall,
        "pages": _pages(wall),
        "cells": _cells(wall),
        "letters": {light: str(letter) for light, letter in LETTERS.items()},
        "schematic": _schematic(wall),
        "short_name": short_name,
        "now": present(),
        "every": REFRESH_EVERY,
        "stands": PAGE_STANDS,
        "By": By,
    }


def _pages(wall: Wall) -> WallPages:
    return wall_pages([len(group.rows) for group in wall.groups])


def _schematic(wall: Wall) -> Schematic:
    return schematic_of([district.name for district in wall.districts])


def _cells(wall: Wall) -> list[dict[Light | None, Cell]]:
    """Return per month how each light is drawn in it; thousands of cells are made of a few dozen."""
    letters = {light: str(letter) for light, letter in LETTERS.items()}
    found: list[dict[Light | None, Cell]] = []
    for state in wall.months:
        css = " provisional" if state is PeriodState.OPEN else ""
        drawn: dict[Light | None, Cell] = {light: Cell(light.value + css, letters[light]) for light in Light}
        found.append({**drawn, None: Cell("dark", "")})
    return found
