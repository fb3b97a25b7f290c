"""Owns the briefing workbook: a `Briefing` value in, an .xlsx file out; no figure is computed here."""

from tracker.briefing.workbook import SHEETS, compose, write_briefing

__all__ = ["SHEETS", "compose", "write_briefing"]
