"""Owns the pages of progress meetings (例会)."""
