"""The wheel carries all that it needs: installed in an empty environment, it starts and makes an instance."""

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = """
from tracker import resources
for folder in ("templates", "static", "migrations", "imports"):
    print(getattr(resources, f"{folder}_dir")())
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a fresh virtual environment with the locked runtime and the built wheel, and nothing else."""
    folder = tmp_path_factory.mktemp("wheel")
    _run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT], folder)
    venv.create(folder / "venv", with_pip=True)
    install = [folder / "venv/bin/python", "-m", "pip", "install", "--quiet", "--no-deps"]
    _run([*install, "--require-hashes", "-r", ROOT / "requirements.txt"], folder)
    _run([*install, *folder.glob("*.whl")], folder)
    return folder


def test_installed_packages_fit_together(environment: Path) -> None:
    _run(["venv/bin/python", "-m", "pip", "check"], environment)


def test_resources_are_inside(environment: Path) -> None:
    printed = _run(["venv/bin/python", "-c", FOLDERS], environment)
    folders = [Path(line) for line in printed.splitlines()]
    missing = [folder for folder in folders if not folder.is_dir() or environment not in folder.parents]
    assert not missing, f"the wheel lacks folders; see [tool.hatch.build] in pyproject.toml: {missing}"
    static = ROOT / "static"
    built = [path.relative_to(static) for path in static.glob("vendor/**/*") if path.is_file()]
    left_out = [str(path) for path in built if not (folders[1] / path).is_file()]
    assert built, "static/vendor is not built; run `make setup`"
    assert not left_out, f"the wheel lacks built assets; see `artifacts` in pyproject.toml: {left_out}"


def test_every_catalogue_is_compiled(environment: Path) -> None:
    package = next((environment / "venv").glob("lib/python*/site-packages/tracker"))
    bare = [str(path) for path in package.rglob("*.po") if not path.with_suffix(".mo").is_file()]
    assert not bare, f"the wheel lacks compiled catalogues; see hatch_build.py: {bare}"


def test_command_starts(environment: Path) -> None:
    assert "import" in _run(["venv/bin/tracker", "--help"], environment)


def test_instance_is_made(environment: Path) -> None:
    _run(["venv/bin/tracker", "init"], environment)
    assert (environment / "home").is_dir()


def _run(command: list[str | Path], folder: Path) -> str:
    # Neither the checkout nor this environment's settings may help the wheel.
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("TRACKER_", "PYTHON"))}
    settings = {**kept, "TRACKER_HOME": str(folder / "home")}
    done = subprocess.run(command, cwd=folder, env=settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}"
    return done.stdout
