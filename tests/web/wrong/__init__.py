"""Owns the wrong submissions that the tests try, by each of the four ways, with the sentence that each one gets."""
