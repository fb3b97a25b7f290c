"""Finds the folders that stand beside the package in a checkout and inside it in a wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def templates_dir() -> Path:
    """Return the folder of the Jinja templates."""
    return _folder("templates")


def static_dir() -> Path:
    """Return the folder of the style sheets and scripts, with the built `vendor` in it."""
    return _folder("static")


def migrations_dir() -> Path:
    """Return the folder of the Alembic environment and its versions."""
    return _folder("migrations")


def imports_dir() -> Path:
    """Return the folder of the workbook forms and of the reference month."""
    return _folder("imports")


def _folder(name: str) -> Path:
    # The wheel carries the folders as tracker/_resources (see pyproject.toml); a checkout has no such folder.
    packaged = _PACKAGE / "_resources"
    return (packaged if packaged.is_dir() else _PACKAGE.parent) / name
