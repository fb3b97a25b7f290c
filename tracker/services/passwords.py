"""Owns passwords: what makes one too weak, how it is kept and checked, and how a first one is made."""

from __future__ import annotations

import re
import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tracker.core.errors import Problem

#: The rules of NIST SP 800-63B: a length, no composition, nothing that everybody tries first.
MIN_LENGTH = 10
MAX_LENGTH = 200

_HASHER = PasswordHasher()
#: The hash of a password that nobody knows, made with the parameters above: a name that does not exist
#: costs as much to try as one that does.
UNKNOWN = "$argon2id$v=19$m=65536,t=3,p=4$dsmxoXK8aJJFW04nWx4hxQ$SlTW+uAut4jv4Ki+GcTzEIDxMHIHQWCoa/qxrXwTlC0"
# fmt: off
_COMMON = frozenset({
    "0123456789", "1234567890", "12345678910", "0987654321", "1111111111", "0000000000", "1122334455",
    "1029384756", "123456789a", "a123456789", "aa123456789", "abc1234567", "abcd123456", "abcdefghij",
    "qwertyuiop", "qwerty1234", "qwerty12345", "qwerty123456", "1q2w3e4r5t", "1qaz2wsx3edc",
    "qazwsxedcrfv", "zxcvbnm123", "asdfghjkl;", "asdfghjkl1", "password12", "password123",
    "password1234", "passw0rd123", "p@ssw0rd123", "administrator", "admin12345", "admin123456",
    "adminadmin", "iloveyou123", "iloveyou1314", "woaini1314", "woaini5201314", "5201314520",
    "1314520520", "88888888888", "8888888888", "6666666666", "letmein123", "welcome123", "welcome1234",
    "changzhou123", "changzhou2023", "test123456", "user123456", "root123456", "123123123123",
    "1234512345", "147258369a", "9876543210",
})
# fmt: on
#: Letters and digits that nobody confuses when reading them out.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_HAN = re.compile(r"[\u3400-\u9fff]")


def password_problems(
    password: str, username: str, display_name: str = "", old_hash: str | None = None
) -> list[Problem]:
    """Return why `password` is too weak; empty when it will do. `old_hash` is of the one it replaces."""
    told = normal(password).casefold()
    if len(told) < MIN_LENGTH:
        found = [Problem(f"密码至少{MIN_LENGTH}个字符", "可以用几个词连成一句", field="password")]
    elif len(told) > MAX_LENGTH:
        found = [Problem(f"密码最多{MAX_LENGTH}个字符", field="password")]
    elif told == username.casefold():
        found = [Problem("密码不能与账号名相同", field="password")]
    elif any(_says(told, name) for name in (username, *display_name.split())):
        found = [Problem("密码不能包含账号名或姓名", "请换一个与本人无关的", field="password")]
    elif told in _COMMON or len(set(told)) <= 2:
        found = [Problem("密码过于常见", "请换一个别人猜不到的", field="password")]
    elif old_hash is not None and verified(old_hash, password):
        found = [Problem("新密码不能与原密码相同", field="password")]
    else:
        found = []
    return found


def new_password(username: str, display_name: str = "") -> str:
    """Return 80 random bits in groups that can be read out over the telephone."""
    while True:
        made = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
        if not password_problems(made, username, display_name):
            return made


def hashed(password: str) -> str:
    """Return what is kept of a password."""
    return _HASHER.hash(normal(password))


def verified(password_hash: str, password: str) -> bool:
    """Return whether the password is the one that the hash was made of."""
    try:
        return _HASHER.verify(password_hash, normal(password[: MAX_LENGTH + 1]))
    except (VerificationError, InvalidHashError):
        return False


def outdated(password_hash: str) -> bool:
    """Return whether the hash was made with other parameters than those of today."""
    return _HASHER.check_needs_rehash(password_hash)


def normal(password: str) -> str:
    """Return the one form of a password, however it was typed: full-width letters are the same letters."""
    return unicodedata.normalize("NFKC", password)


def _says(told: str, name: str) -> bool:
    """Return whether a password contains a name; short ones stand in too many words to mean anything."""
    wanted = normal(name).casefold()
    return len(wanted) >= (2 if _HAN.search(wanted) else 4) and wanted in told
