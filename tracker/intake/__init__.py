"""Owns workbooks in: a file becomes sheets, sheets become rows, rows become drafts and problems."""
