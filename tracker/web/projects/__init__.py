"""Every line of the roster and each line's own page."""
