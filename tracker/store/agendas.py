"""Owns how a meeting keeps its agenda as JSON: what was adjusted while it is planned, the whole once it was held."""

from __future__ import annotations

from typing import Any

import msgspec

from tracker.core.agenda import Adjustments, Agenda


def freeze_agenda(agenda: Agenda) -> list[dict[str, Any]]:
    """Return the agenda as it is stored with a meeting that was held."""
    return [msgspec.to_builtins(agenda)]


def thaw_agenda(stored: list[dict[str, Any]]) -> Agenda:
    """Return the agenda of a meeting that was held."""
    return msgspec.convert(stored[0], Agenda)


def freeze_adjustments(adjustments: Adjustments) -> list[dict[str, Any]]:
    """Return what was adjusted as it is stored with a meeting that is planned."""
    return [msgspec.to_builtins(adjustments)]


def thaw_adjustments(stored: list[dict[str, Any]] | None) -> Adjustments:
    """Return what was adjusted of a planned agenda; nothing where nothing is stored."""
    return msgspec.convert(stored[0], Adjustments) if stored else Adjustments()
