"""The desk of programs: reading figures and handing in reports under /api/v1, with an OpenAPI document."""
