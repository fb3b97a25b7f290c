"""Owns the pages of the departments: what a unit owes for a month, and the ways to report it."""
