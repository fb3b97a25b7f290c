"""Owns serving the web pages: gunicorn on systems that can fork, waitress elsewhere."""

from __future__ import annotations

import gc
import sys
from typing import Any

from tracker.app import create_app
from tracker.settings import Settings

#: Measured: two workers answer eight people at once; more would only cost memory.
WORKERS = 2


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until stopped."""
    app = create_app(settings)
    if sys.platform == "win32":
        from waitress import serve as serve_waitress  # noqa: PLC0415 - only on Windows

        serve_waitress(app, host=host, port=port, threads=8)
        return
    from gunicorn.app.base import BaseApplication  # noqa: PLC0415 - it cannot be imported on Windows

    class Server(BaseApplication):
        """gunicorn without a configuration file; the application is loaded once and shared by the workers."""

        def load_config(self) -> None:
            """Set what the defaults do not suit."""
            for name, value in (
                ("bind", f"{host}:{port}"),
                ("workers", WORKERS),
                ("preload_app", True),
                ("accesslog", None),
                ("loglevel", "warning"),
                ("timeout", 60),
                ("max_requests", 5_000),
                ("max_requests_jitter", 500),
            ):
                self.cfg.set(name, value)

        def load(self) -> Any:
            """Return the application."""
            return app

    # What is loaded by now stays in memory that the workers share: the collector must not touch it again.
    gc.collect()
    gc.freeze()
    Server().run()
