"""Owns the settings that come from outside: where the instance lives and which database it uses."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tracker.core.errors import TrackerError


@dataclass(frozen=True, slots=True)
class Settings:
    """One instance. `home` holds database, attachments, briefings and the secret key.

    `proxies` is how many web servers of one's own stand in front: only from them is an address believed.
    """

    home: Path
    database_url: str
    insecure_cookies: bool = False
    proxies: int = 0

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read TRACKER_HOME, TRACKER_DATABASE_URL, TRACKER_INSECURE_COOKIES and TRACKER_PROXIES."""
        environ = os.environ if environ is None else environ
        home = Path(environ.get("TRACKER_HOME") or "instance").expanduser().resolve()
        found = cls.at(
            home,
            database_url=environ.get("TRACKER_DATABASE_URL") or None,
            insecure_cookies=environ.get("TRACKER_INSECURE_COOKIES", "") == "1",
        )
        proxies = environ.get("TRACKER_PROXIES") or "0"
        if proxies not in ("0", "1", "2", "3"):
            raise TrackerError(f"TRACKER_PROXIES 应是 0 至 3 的整数，读到“{proxies}”。")
        return replace(found, proxies=int(proxies))

    @classmethod
    def at(cls, home: Path, *, database_url: str | None = None, insecure_cookies: bool = False) -> Settings:
        """Return the settings of the instance in `home`; SQLite lies there unless an address is given."""
        return cls(home, database_url or f"sqlite:///{home / 'tracker.sqlite3'}", insecure_cookies)

    @property
    def database_file(self) -> Path | None:
        """Return the SQLite file; None for a database that lives elsewhere."""
        prefix = "sqlite:///"
        return Path(self.database_url.removeprefix(prefix)) if self.database_url.startswith(prefix) else None

    @property
    def briefings(self) -> Path:
        """Return the folder of the briefings that were made."""
        return self.home / "briefings"

    @property
    def attachments(self) -> Path:
        """Return the folder of the pictures and PDFs that were handed in."""
        return self.home / "attachments"

    @property
    def audit_anchors(self) -> Path:
        """Return the file that tells, outside the database, what the audit trail's newest entry was."""
        return self.home / "audit.anchors"

    @property
    def secret_key_file(self) -> Path:
        """Return the file that holds the key with which sessions are signed."""
        return self.home / "secret.key"
