"""Owns matching a row to what is known: by code, else by exact name but for blanks and brackets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from difflib import SequenceMatcher
from heapq import nlargest
from typing import Generic, TypeVar

from tracker.intake.texts import key

K = TypeVar("K", bound=Hashable)

#: Below this likeness a name is no help.
_LIKE = 0.4
#: How many names of one pair are looked at, and how many names are compared in full.
_MANY, _COMPARED = 300, 40
#: How many signs of a name are compared; comparing takes the square of this.
_SIGNS = 64


class Matcher(Generic[K]):
    """Finds keys by code or name. Two keys with one name are told apart by code or by nothing."""

    def __init__(self, names: Iterable[tuple[str, K]], codes: Mapping[str, K] | None = None) -> None:
        self._printed: dict[str, str] = {}
        self._keys: dict[str, list[K]] = {}
        for name, found in names:
            self._printed.setdefault(key(name), name)
            keys = self._keys.setdefault(key(name), [])
            if found not in keys:
                keys.append(found)
        self._having: dict[str, list[str]] = {}
        for known in self._printed:
            for pair in _pairs(known):
                self._having.setdefault(pair, []).append(known)
        self._codes = {key(code): found for code, found in (codes or {}).items()}

    def by_code(self, code: str | None) -> K | None:
        """Return what the code stands for, None when nothing does."""
        return self._codes.get(key(code)) if code else None

    def by_name(self, name: str) -> tuple[K, ...]:
        """Return all keys of that name; more than one when the name alone does not decide."""
        return tuple(self._keys.get(key(name), ()))

    def find(self, name: str, code: str | None = None) -> K | None:
        """Return the key of the code, else of the name; None when neither decides."""
        if (found := self.by_code(code)) is not None:
            return found
        named = self.by_name(name)
        return named[0] if len(named) == 1 else None

    def nearest(self, name: str, count: int = 3) -> tuple[str, ...]:
        """Return the printed names most like `name`, best first."""
        wanted = key(name)[:_SIGNS]
        shared: Counter[str] = Counter()
        for pair in _pairs(wanted):
            # Pairs that half the roster has, such as 项目, tell nothing; a part of their names will do.
            shared.update(self._having.get(pair, [])[:_MANY])
        matcher = SequenceMatcher(b=wanted, autojunk=False)
        scored = []
        for known, _ in shared.most_common(_COMPARED):
            matcher.set_seq1(known[:_SIGNS])
            scored.append((matcher.ratio(), known))
        return tuple(self._printed[known] for ratio, known in nlargest(count, scored) if ratio >= _LIKE)

    def unknown(self, name: str, where: str = "名册") -> tuple[str, str]:
        """Return what to say, and how to mend it, about a name that is not known."""
        near = self.nearest(name)
        what = f"{where}里没有“{name}”"
        if not near:
            return what, f"请先把它加进{where}，或改成{where}里的名称"
        return what + "，最接近的是：" + "、".join(f"“{one}”" for one in near), f"请改成{where}里的名称"


def _pairs(name: str) -> set[str]:
    """Return every two neighbouring signs of a name, or the name itself when it is one sign."""
    return {name[at : at + 2] for at in range(max(1, len(name) - 1))}
