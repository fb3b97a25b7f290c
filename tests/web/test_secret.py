"""The key with which sessions are signed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.secret_key import secret_key


def test_made_once_and_readable_by_the_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "home" / "secret.key"
    key = secret_key(file)
    assert len(key) >= 43
    assert secret_key(file) == key
    assert file.stat().st_mode & 0o777 == 0o600


def test_short_key_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    file.write_text("short")
    with pytest.raises(ValueError, match="过短"):
        secret_key(file)
