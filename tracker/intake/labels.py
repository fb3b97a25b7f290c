"""Owns telling a row's label: a subtotal, a group's heading or a remark below the table is no line of the table."""

from __future__ import annotations

import re
from enum import IntEnum

from tracker.intake.cells import Cell, as_text
from tracker.intake.texts import clean, key, tidy_name


class Label(IntEnum):
    """What the text in an identity cell makes of its row; the largest in a row counts."""

    PLAIN = 0
    HEADING = 1
    REMARK = 2
    SUBTOTAL = 3
    TOTAL = 4
    PART = 5


_TOTAL = re.compile(r"(?:全[市区县]|本页|项目|投资)?(?:合计|总计|共计|总数)|全[市区]|计")
_SUBTOTAL = re.compile(r"(?:.*[^合总])?小计|.+(?:合计|总计)")
_PART = re.compile(r"其中.{0,20}|全[市区]平均.{0,6}|平均.{0,4}|占比|排名")
_COUNTED = re.compile(r"[(][^()]*\d+[个项]?[^()]*[)]$|:?\d+个$|:$")
_NUMBERING = re.compile(r"^(?:第?[一二三四五六七八九十]{1,3}[、,.:部类]|[(][一二三四五六七八九十]{1,3}[)])")
_REMARK = re.compile(
    r"(?:注|备注|说明|填表说明|填报说明|数据来源|填报(?:人|单位|日期|时间)|填表(?:人|单位|日期)|制表(?:人|单位|日期)?|审核(?:人)?"
    r"|审批(?:人)?|联系(?:人|电话|方式)|单位负责人|分管领导|负责人|报送(?:单位|日期|时间)|统计(?:人|负责人)|复核(?:人)?)\d?:.*",
    re.DOTALL,
)
#: What every label has somewhere; the many texts without it are plain at once.
_SUSPECT = re.compile(r"[计其平占排:：]|总数|^\s*全|^\s*[(（]?[一二三四五六七八九十第]")
_CHINESE_NUMBER = re.compile(r"[(]?[一二三四五六七八九十]{1,3}[)]?[、,.]?")


def label_of(value: Cell) -> Label:
    """Return what an identity cell's text makes of its row."""
    if not isinstance(value, str) or not _SUSPECT.search(value):
        return Label.PLAIN
    text = key(value)
    bare = _COUNTED.sub("", text)
    if _TOTAL.fullmatch(bare):
        return Label.TOTAL
    if _PART.fullmatch(text):
        return Label.PART
    if _SUBTOTAL.fullmatch(bare):
        return Label.SUBTOTAL
    if _NUMBERING.match(text):
        return Label.HEADING
    return Label.REMARK if _REMARK.fullmatch(text) else Label.PLAIN


def label_of_number(value: Cell) -> Label:
    """Return what a running number makes of its row: 一 numbers a group, 1 a line."""
    if isinstance(value, str) and _CHINESE_NUMBER.fullmatch(key(value)):
        return Label.HEADING
    return label_of(value)


def heading_text(text: str) -> str:
    """Return the name in a group's heading: "一、重大平台工程（12个）" heads 重大平台工程."""
    bare = re.sub(
        r"^\s*(?:第?[一二三四五六七八九十]{1,3}[、，,.．：:]|[(（][一二三四五六七八九十]{1,3}[)）])\s*",
        "",
        text,
    )
    return tidy_name(re.sub(r"[(（][^()（）]*\d+\s*[个项][^()（）]*[)）]\s*$|[:：]\s*$", "", bare))


def is_column_numbers(row: list[Cell]) -> bool:
    """Return whether a row only numbers the columns: 1 2 3 … or 甲 乙 1 2 3 … below the header."""
    words = [clean(as_text(value)) for value in row if value != ""]
    numbers = [int(word) for word in words if word.isdecimal()]
    letters = [word for word in words if word in "甲乙丙丁戊己庚辛ABCDEF"]
    return (
        len(numbers) >= 3
        and len(numbers) + len(letters) == len(words)
        and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        and numbers[0] in (0, 1)
    )
