"""The use cases: (session, actor, ..., now) -> result. They never commit and know no Flask."""
