"""Collects, reviews and ranks the progress of a city's key projects, and writes the monthly briefing."""
