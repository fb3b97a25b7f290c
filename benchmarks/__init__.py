"""Owns the benchmarks: what each use costs, as a ratio to the least that it could cost."""
