"""Opens written workbooks and lets a real LibreOffice compute them again."""

from __future__ import annotations

import shutil
import subprocess
import warnings
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from tests.briefing.samples import SAMPLES
from tracker.briefing import write_briefing
from tracker.core.briefing import Briefing

#: LibreOffice trusts cached values unless it is told to compute everything on loading.
_ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>
"""


def opened(file: Path | BytesIO, *, formulas: bool = False) -> Workbook:
    """Return the workbook with its cached values, or with its formulas."""
    with warnings.catch_warnings():
        # Sparklines and data bars are more than openpyxl reads; the cells are all there.
        warnings.filterwarnings("ignore", message=".*extension is not supported", category=UserWarning)
        return load_workbook(file, data_only=not formulas)


def written(briefing: Briefing) -> BytesIO:
    """Return the bytes of a briefing's workbook."""
    target = BytesIO()
    write_briefing(briefing, target)
    target.seek(0)
    return target


@pytest.fixture(scope="session")
def recalculate(tmp_path_factory: pytest.TempPathFactory) -> Callable[[list[Path]], list[Path]]:
    """Return what computes workbooks again and saves them elsewhere."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice (soffice) is not installed, so no workbook can be computed again")
    home = tmp_path_factory.mktemp("libreoffice")
    settings = home / "profile" / "user"
    settings.mkdir(parents=True)
    (settings / "registrymodifications.xcu").write_text(_ALWAYS_RECALCULATE, encoding="utf-8")

    def computed(files: list[Path]) -> list[Path]:
        folder = tmp_path_factory.mktemp("computed")
        command = [soffice, "--headless", f"-env:UserInstallation={(home / 'profile').as_uri()}"]
        command += ["--convert-to", "xlsx", "--outdir", str(folder), *map(str, files)]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        return [folder / file.name for file in files]

    return computed


@pytest.fixture(scope="session")
def computed_samples(
    recalculate: Callable[[list[Path]], list[Path]], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[Path, Path]]:
    """Return every sample as written and as LibreOffice computes it."""
    folder = tmp_path_factory.mktemp("samples")
    files = [folder / f"{name}.xlsx" for name in SAMPLES]
    for file, sample in zip(files, SAMPLES.values(), strict=True):
        write_briefing(sample(), file)
    return dict(zip(SAMPLES, zip(files, recalculate(files), strict=True), strict=True))
