"""Owns links to the page one is on: the same view in another order, month, language or part."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Flask, request


def install(app: Flask) -> None:
    """Give templates `here`."""
    app.jinja_env.globals.update(here=here)


def here(**changes: object) -> str:
    """Return this page's address with other arguments; None or "" drops one, another view starts at page 1."""
    kept: dict[str, object] = {
        name: value for name, value in request.args.items() if name not in ("lang", "page") and value
    }
    kept.update(changes)
    query = urlencode({name: str(value) for name, value in kept.items() if value not in (None, "", False)})
    return f"{request.path}?{query}" if query else request.path
