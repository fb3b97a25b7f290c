"""Owns addresses: which numbers stand in them, and links to the page one is on (another order, month, language)."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from flask import Flask, request
from werkzeug.routing import IntegerConverter


class BoundedInteger(IntegerConverter):
    """A whole number that every database can look for; a longer one is nothing that exists."""

    regex = r"\d{1,9}"


def install(app: Flask) -> None:
    """Bound the numbers in addresses and give templates `here` and `kept_arguments`."""
    app.url_map.converters["int"] = BoundedInteger
    app.jinja_env.globals.update(here=here, kept_arguments=kept_arguments)


def here(**changes: object) -> str:
    """Return this page's address with other arguments; None or "" drops one, another view starts at page 1."""
    query = urlencode(kept_arguments(changes))
    # Browsers take two slashes in front, or a backslash for one, for the name of another host.
    path = "/" + quote(request.path.lstrip("/\\"))
    return f"{path}?{query}" if query else path


def kept_arguments(changes: Mapping[str, object]) -> dict[str, str]:
    """Return what narrows and orders this page, with `changes`; None or "" drops one, the place in it is left out."""
    kept: dict[str, object] = {
        name: value for name, value in request.args.items() if name not in ("lang", "page") and value
    }
    kept.update(changes)
    return {name: str(value) for name, value in kept.items() if value not in (None, "", False)}
