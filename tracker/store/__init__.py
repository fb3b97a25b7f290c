"""Tables and the queries that turn rows into core values."""
