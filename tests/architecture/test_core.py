"""The rules stand on the standard library alone, so that anybody can check them by hand."""

import ast
import sys
from pathlib import Path

CORE = Path(__file__).parents[2] / "tracker" / "core"


def test_core_imports_only_the_standard_library_and_itself() -> None:
    foreign = []
    for path in sorted(CORE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            foreign += [f"{path.name}:{node.lineno} imports {name}" for name in modules if not _allowed(name)]
    assert not foreign, f"tracker.core holds pure rules; pass the value in instead: {foreign}"


def _allowed(module: str) -> bool:
    return module.partition(".")[0] in sys.stdlib_module_names or f"{module}.".startswith("tracker.core.")
