"""Owns serving style sheets and scripts: addresses that change with their content, kept for a year."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, send_from_directory

from tracker.resources import static_dir

_YEAR = 365 * 24 * 3600


def install(app: Flask) -> None:
    """Serve `static/` below an address that carries the hash of everything in it.

    The hash stands in the path, so that what a style sheet or a module names relatively carries it too.
    """
    folder = static_dir()
    version = _version(folder)

    def serve(version: str, filename: str, current: str = version) -> Response:
        if version != current:
            abort(404)
        response = send_from_directory(folder, filename, max_age=_YEAR)
        response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
        return response

    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values.setdefault("version", version)

    app.add_url_rule("/static/<version>/<path:filename>", endpoint="static", view_func=serve)
    app.url_defaults(add_version)


def _version(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(str(file.relative_to(folder)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
