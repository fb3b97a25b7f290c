"""The rules of the domain: pure functions over frozen values, standard library only."""
