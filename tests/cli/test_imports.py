"""Imports on the command line: what they tell, what they refuse cell by cell, what a dry run leaves alone."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.cli.conftest import Instance
from tests.databases import dump
from tests.factories import FRONTS_FILE, ROSTER_FILE, reports_file, workbook

ROSTER = [
    ["重点项目（工作）", "子项目", "建设性质", "板块", "牵头部门", "年度计划投资"],
    ["甲", "甲", "续建", "武进区", "市科技局", 1200],
    ["乙", "乙", "续建", "新北区", "市科技局", 2400],
]


@pytest.fixture
def small(instance: Instance, tmp_path: Path, today: object) -> Instance:
    """Return an instance with two lines; it is 4 April 2023."""
    done = instance.run("import", "roster", workbook(tmp_path / "清单.xlsx", ROSTER), "--year", "2023")
    assert done.status == 0, done
    return instance


def reports(folder: Path, *rows: list[object]) -> Path:
    return workbook(folder / "月报.xlsx", [["子项目", "本月完成投资", "存在问题"], *rows], sheet="三月")


def test_a_roster_twice(instance: Instance, today: object) -> None:
    first = instance.run("import", "roster", ROSTER_FILE, "--year", "2023")
    assert (first.status, first.err) == (0, "")
    assert first.out.endswith("2023 年项目清单新增 78 项，变更 0 项，无变化 0 项。\n")
    before = dump(instance.engine)
    second = instance.run("import", "roster", ROSTER_FILE, "--year", "2023")
    assert second.out.endswith("新增 0 项，变更 0 项，无变化 78 项。\n")
    assert dump(instance.engine) == before


@pytest.mark.parametrize("terminal", ["tqdm", "it/s", "\r", "%|"])
def test_no_progress_bar_in_a_pipe(instance: Instance, today: object, terminal: str) -> None:
    done = instance.run("import", "roster", ROSTER_FILE, "--year", "2023")
    assert terminal not in done.out + done.err


def test_refused_cells_are_told_one_by_one_with_file_sheet_and_cell(small: Instance, tmp_path: Path) -> None:
    file = reports(tmp_path, ["甲", -3, ""], ["没有的", 5, ""], ["乙", "很多", "缺地\n缺钱"])
    reasons = small.refused("import", "reports", file, "--month", "2023-03")
    assert len(reasons) == 3
    for cell in ("B2", "B4", "A3"):
        assert any(reason.startswith(f"月报.xlsx，工作表“三月”，{cell} 单元格：") for reason in reasons), (
            reasons
        )


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 not a workbook", b"\xd0\xcf\x11\xe0 neither", b"\x00\xff" * 99]
)
def test_a_file_that_is_no_workbook_is_refused_in_a_sentence(
    small: Instance, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "坏的.xlsx"
    file.write_bytes(content)
    for words in (
        ["roster", file, "--year", "2023"],
        ["reports", file, "--month", "2023-03"],
        ["fronts", file, "--month", "2023-03"],
    ):
        (reason,) = small.refused("import", *words)
        assert reason.startswith("坏的.xlsx")


def test_a_dry_run_tells_everything_and_writes_nothing(instance: Instance, today: object) -> None:
    before = dump(instance.engine)
    done = instance.run("import", "roster", ROSTER_FILE, "--year", "2023", "--dry-run")
    assert done.status == 0
    assert "（试运行，未写入）" in done.out
    assert "新增 78 项" in done.out
    assert dump(instance.engine) == before


@pytest.mark.parametrize("kind", ["reports", "fronts"])
def test_a_dry_run_of_a_month_does_not_even_open_it(instance: Instance, today: object, kind: str) -> None:
    instance.run("import", "roster", ROSTER_FILE, "--year", "2023")
    before = dump(instance.engine)
    file = FRONTS_FILE if kind == "fronts" else reports_file(3)
    done = instance.run("import", kind, file, "--month", "2023-03", "--dry-run")
    assert (done.status, "未写入" in done.out) == (0, True)
    assert dump(instance.engine) == before


def test_a_dry_run_refuses_what_the_run_would_refuse(small: Instance, tmp_path: Path) -> None:
    file = reports(tmp_path, ["没有的", 5, ""])
    words = ["import", "reports", file, "--month", "2023-03"]
    assert small.refused(*words, "--dry-run") == small.refused(*words)


def test_a_dry_run_tells_the_same_as_the_run(small: Instance, tmp_path: Path) -> None:
    words = ["import", "reports", reports(tmp_path, ["甲", 5, ""]), "--month", "2023-03"]
    dry, real = small.run(*words, "--dry-run"), small.run(*words)
    assert dry.out.replace("（试运行，未写入）", "") == real.out
    assert dry.err == real.err


def test_a_marked_copy_shows_the_refused_cells_and_leaves_the_file_alone(
    small: Instance, tmp_path: Path
) -> None:
    file = reports(tmp_path, ["甲", -3, ""], ["乙", 5, ""])
    content, marked = file.read_bytes(), tmp_path / "标注.xlsx"
    reasons = small.refused("import", "reports", file, "--month", "2023-03", "--marked", marked)
    assert str(marked) in "".join(reasons)
    sheet = openpyxl.load_workbook(marked)["三月"]
    assert sheet["B2"].comment is not None
    assert "负" in sheet["B2"].comment.text
    assert sheet["B3"].comment is None
    assert file.read_bytes() == content


def test_no_marked_copy_of_a_file_that_is_fine(small: Instance, tmp_path: Path) -> None:
    marked = tmp_path / "标注.xlsx"
    done = small.run(
        "import", "reports", reports(tmp_path, ["甲", 3, ""]), "--month", "2023-03", "--marked", marked
    )
    assert done.status == 0
    assert not marked.exists()


def test_a_file_that_cannot_be_marked_is_still_refused_with_its_reasons(
    small: Instance, tmp_path: Path
) -> None:
    file = tmp_path / "坏的.xlsx"
    file.write_bytes(b"no workbook")
    marked = tmp_path / "标注.xlsx"
    reasons = small.refused("import", "reports", file, "--month", "2023-03", "--marked", marked)
    assert any(reason.startswith("坏的.xlsx") for reason in reasons)


def test_warnings_go_to_stderr_notes_and_changes_to_stdout(small: Instance, tmp_path: Path) -> None:
    file = workbook(
        tmp_path / "累计.xlsx",
        [["子项目", "1-3月累计完成投资", "年度计划投资"], ["甲", 300, 999]],
        sheet="三月",
    )
    done = small.run("import", "reports", file, "--month", "2023-03")
    assert done.status == 0
    assert [reason[:2] for reason in done.reasons] == ["提示"]
    assert "C2 单元格" in done.err
    assert "说明  此前月份未报的" in done.out


def test_accepting_on_the_command_line(small: Instance, tmp_path: Path) -> None:
    file = reports(tmp_path, ["甲", 5, ""])
    assert small.run("import", "reports", file, "--month", "2023-03", "--accept").status == 0
    assert [row[4] for row in dump(small.engine)["report"]] == ["accepted"]


def test_a_changed_plan_needs_its_approval(small: Instance, tmp_path: Path) -> None:
    changed = workbook(tmp_path / "调整.xlsx", [ROSTER[0], [*ROSTER[1][:5], 600], ROSTER[2]])
    words = ["import", "roster", changed, "--year", "2023"]
    (reason,) = small.refused(*words)
    assert "1,200 万元改为 600 万元" in reason
    assert "--approved" in reason
    approved = ["--approved", "2023-03-20", "--document", "15号", "--reason", "调整"]
    done = small.run(*words, *approved)
    assert done.status == 0, done
    assert "2023-03 起执行，15号" in done.out
    assert small.run(*words).status == 0


def test_a_correction_of_a_closed_month_needs_its_reason(small: Instance, tmp_path: Path) -> None:
    assert (
        small.run(
            "import", "reports", reports(tmp_path, ["甲", 5, ""], ["乙", 5, ""]), "--month", "2023-03"
        ).status
        == 0
    )
    assert small.run("period", "close", "2023-03").status == 0
    words = ["import", "reports", reports(tmp_path, ["甲", 4, ""], ["乙", 5, ""]), "--month", "2023-03"]
    (reason,) = small.refused(*words)
    assert "--correction" in reason
    assert small.run(*words, "--correction", "重复计算").status == 0
    assert "累计完成9万元" in small.run("figures", "--month", "2023-03", "--corrected").out
    assert "累计完成10万元" in small.run("figures", "--month", "2023-03").out
