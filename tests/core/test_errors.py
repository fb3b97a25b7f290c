"""Problems say where, what was read and what to do, on one line."""

from __future__ import annotations

from tracker.core.errors import NotFound, Problem, Refused


def test_a_problem_is_one_line_with_place_reading_and_way_out() -> None:
    problem = Problem("不是金额", "请填写数字", "约\n300", "月报.xlsx", "3月", "E7")
    assert problem.sentence() == "月报.xlsx，工作表“3月”，E7 单元格：不是金额（读到“约 300”）。请填写数字。"
    assert Problem("文件是空的").sentence() == "文件是空的。"
    assert len(Problem("太长", read="长" * 500).sentence()) < 60


def test_a_refusal_lists_every_problem() -> None:
    refusal = Refused((Problem("甲"), Problem("乙")))
    assert str(refusal) == "甲。\n乙。"
    assert refusal.status == 422
    assert str(NotFound("报告期", "2023-03")) == "没有找到报告期“2023-03”。"
