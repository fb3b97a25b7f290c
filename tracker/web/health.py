"""Owns the answer to whoever watches over the machine: alive or not, and no figures."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Response
from sqlalchemy.exc import SQLAlchemyError

from tracker.web.access import Desk
from tracker.web.database import read_session

desk = Desk("health", __name__, roles=None)


@desk.get("/healthz")
def healthz() -> Response:
    """Say ok while the database answers."""
    try:
        read_session().execute(sa.text("SELECT 1"))
    except SQLAlchemyError:
        return Response("database unavailable\n", status=503, mimetype="text/plain")
    return Response("ok\n", mimetype="text/plain")
