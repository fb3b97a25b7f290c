"""Owns the schematic of the districts: tiles of our own drawing in place of a map, whose data would need a licence."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tile:
    """Where a district stands, in units of the smallest tile, from the left and from the top."""

    left: int
    top: int
    width: int = 1
    height: int = 1


@dataclass(frozen=True, slots=True)
class Schematic:
    """The tiles by the district's name as the roster has it, and how many units they take in all."""

    tiles: dict[str, Tile]
    width: int
    height: int


#: Changzhou's districts roughly as they lie: Jintan in the west, Liyang in the south-west, Xinbei along the river.
_CHANGZHOU: Mapping[str, Tile] = {
    "新北区": Tile(2, 0, 3, 1),
    "金坛区": Tile(0, 1, 2, 2),
    "钟楼区": Tile(2, 1),
    "天宁区": Tile(3, 1),
    "经开区": Tile(4, 1),
    "武进区": Tile(2, 2, 3, 2),
    "溧阳市": Tile(0, 3, 2, 1),
}
#: What may stand in front of a district's name.
_PREFIXES = ("江苏省", "常州市", "常州")
_NEUTRAL_WIDTH = 2


def schematic_of(names: Sequence[str]) -> Schematic:
    """Return the tiles of these districts: as they lie where that is known, in rows in the given order elsewhere.

    A city is known when most of the names are its own; the others stand in rows below it.
    """
    known = {name: _CHANGZHOU[short_name(name)] for name in names if short_name(name) in _CHANGZHOU}
    # Two names for one place would cover each other.
    if len(set(known.values())) < len(known) or 2 * len(known) <= len(names):
        known = {}
    rest = [name for name in names if name not in known]
    below = max((tile.top + tile.height for tile in known.values()), default=0)
    width = max((tile.left + tile.width for tile in known.values()), default=_in_a_row(len(rest)))
    tiles = known | _in_rows(rest, below, width)
    height = max((tile.top + tile.height for tile in tiles.values()), default=0)
    return Schematic(tiles, width, height)


def short_name(name: str) -> str:
    """Return a district's name without its city."""
    for prefix in _PREFIXES:
        if name.startswith(prefix) and len(name) > len(prefix) + 1:
            return name.removeprefix(prefix)
    return name


def _in_a_row(count: int) -> int:
    """Return the width of a drawing for so many districts: a little wider than high, tiles two units wide."""
    return _NEUTRAL_WIDTH * max(1, math.ceil(math.sqrt(count / _NEUTRAL_WIDTH)))


def _in_rows(names: Sequence[str], top: int, width: int) -> dict[str, Tile]:
    each = max(1, width // _NEUTRAL_WIDTH)
    return {
        name: Tile(
            left=number % each * _NEUTRAL_WIDTH, top=top + number // each, width=_NEUTRAL_WIDTH, height=1
        )
        for number, name in enumerate(names)
    }
