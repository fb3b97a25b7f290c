"""Owns real servers for the benchmarks: `tracker serve` over an instance, as an office runs it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

TRACKER = Path(sys.executable).with_name("tracker")


def environment_of(home: Path) -> dict[str, str]:
    """Return the environment in which the command works on the instance in `home`."""
    return {**os.environ, "TRACKER_HOME": str(home), "TRACKER_INSECURE_COOKIES": "1", "PYTHONUTF8": "1"}


@contextmanager
def served(environment: Mapping[str, str]) -> Iterator[tuple[psutil.Process, str]]:
    """Serve an instance from processes of its own; hand out the first of them and the address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with subprocess.Popen([TRACKER, "serve", "--port", str(port)], env=environment) as server:
        try:
            _wait_for(port)
            yield psutil.Process(server.pid), f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("tracker serve does not answer")
