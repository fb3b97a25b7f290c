"""Owns the key with which sessions are signed: read from the instance, made when it is missing."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def secret_key(file: Path) -> str:
    """Return the instance's key; of two processes that find none, one makes it and both use it."""
    try:
        return _read(file)
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read(file)
    with os.fdopen(handle, "w", encoding="ascii") as writable:
        key = secrets.token_urlsafe(48)
        writable.write(key + "\n")
    return key


def _read(file: Path) -> str:
    key = file.read_text(encoding="ascii").strip()
    if len(key) < 32:
        raise ValueError(f"{file} 中的密钥过短，请删除该文件后重试（所有人需重新登录）。")
    return key
