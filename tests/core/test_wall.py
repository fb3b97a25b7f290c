"""How the wall is cut into pages and columns, and the tiles that stand for districts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.schematic import Tile, schematic_of, short_name
from tracker.core.wall import COLUMNS, LEAST_ROWS, MOST_ROWS, Piece, wall_pages

SIZES = st.lists(st.integers(min_value=0, max_value=200), max_size=15)
CHANGZHOU = ("溧阳市", "金坛区", "武进区", "新北区", "天宁区", "钟楼区", "常州经开区")


@given(SIZES)
def test_every_row_stands_once_and_in_order(sizes: list[int]) -> None:
    pages = wall_pages(sizes).pages
    placed = [
        (piece.group, row)
        for page in pages
        for column in page
        for piece in column
        for row in range(piece.start, piece.stop)
    ]
    assert placed == [(group, row) for group, size in enumerate(sizes) for row in range(size)]


@given(SIZES)
def test_no_column_is_longer_than_its_page(sizes: list[int]) -> None:
    found = wall_pages(sizes)
    assert LEAST_ROWS <= found.rows <= MOST_ROWS
    for page in found.pages:
        assert 1 <= len(page) <= COLUMNS
        for column in page:
            assert 0 < sum(piece.height for piece in column) <= found.rows


@given(SIZES)
def test_no_heading_is_left_alone_at_the_foot_of_a_column(sizes: list[int]) -> None:
    for page in wall_pages(sizes).pages:
        for column in page:
            for piece in column:
                assert piece.stop - piece.start >= min(2, sizes[piece.group] - piece.start)


def test_columns_are_no_longer_than_one_page_needs() -> None:
    found = wall_pages([13, 20, 12, 8, 10, 7])
    assert (found.rows, len(found.pages)) == (26, 1)
    assert wall_pages([1]).rows == LEAST_ROWS


def test_what_does_not_fit_is_spread_over_pages() -> None:
    found = wall_pages([100])
    assert (found.rows, len(found.pages)) == (MOST_ROWS, 2)
    assert found.pages[1] == ((Piece(0, 87, 100),),)


def test_nothing_to_show() -> None:
    assert wall_pages([]).pages == ()
    assert wall_pages([0, 0]).pages == ()


@given(st.lists(st.sampled_from((*CHANGZHOU, "常州市新北区", "高新区", "南沙区", "未注明板块")), unique=True))
def test_no_two_districts_share_a_place(names: list[str]) -> None:
    found = schematic_of(names)
    covered = [
        (left, top)
        for tile in found.tiles.values()
        for left in range(tile.left, tile.left + tile.width)
        for top in range(tile.top, tile.top + tile.height)
    ]
    assert set(found.tiles) == set(names)
    assert len(covered) == len(set(covered))
    assert all(left < found.width and top < found.height for left, top in covered)


def test_districts_of_the_city_stand_as_they_lie() -> None:
    tiles = schematic_of(CHANGZHOU).tiles
    assert tiles["新北区"].top < tiles["天宁区"].top < tiles["武进区"].top
    assert tiles["金坛区"].left < tiles["钟楼区"].left < tiles["天宁区"].left < tiles["常州经开区"].left
    assert tiles["溧阳市"].top > tiles["金坛区"].top


def test_what_lies_nowhere_stands_below() -> None:
    found = schematic_of((*CHANGZHOU, "未注明板块"))
    assert found.tiles["未注明板块"] == Tile(0, 4, 2, 1)
    assert (found.width, found.height) == (5, 5)


def test_another_citys_districts_stand_in_rows() -> None:
    found = schematic_of(("鼓楼区", "玄武区", "秦淮区", "建邺区", "武进区"))
    assert list(found.tiles.values()) == [
        Tile(0, 0, 2, 1),
        Tile(2, 0, 2, 1),
        Tile(0, 1, 2, 1),
        Tile(2, 1, 2, 1),
        Tile(0, 2, 2, 1),
    ]
    assert schematic_of(()).tiles == {}


@pytest.mark.parametrize(
    ("name", "short"), [("常州经开区", "经开区"), ("常州市武进区", "武进区"), ("常州市", "常州市")]
)
def test_short_names(name: str, short: str) -> None:
    assert short_name(name) == short
