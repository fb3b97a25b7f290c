"""What is committed installs anywhere: packages have hashes, nothing names a registry or a machine's path."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.txt", "requirements-dev.txt")
# Hosts of package registries, and folders in which a build machine keeps a checkout or a local mirror.
FOREIGN = re.compile(
    r"pypi\.org|pythonhosted\.|registry\.npm|deb\.debian\.|/(?:work|root|opt/(?:pypi|wheels))/"
)


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_hashes(name: str) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", (ROOT / name).read_text())[1:]
    bare = [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry]
    assert entries, f"{name} locks nothing; run `make lock`"
    assert not bare, f"{name} has no hash for {bare}; run `make lock`"


@pytest.mark.parametrize("name", LOCKS)
def test_python_lock_names_no_source(name: str) -> None:
    text = (ROOT / name).read_text()
    found = re.findall(
        r"^--(?:extra-index-url|index-url|find-links).*|.*(?:://| @ |\bfile:).*", text, re.MULTILINE
    )
    assert not found, f"{name} says where packages come from; run `make lock`, never edit it: {found}"


def test_node_lock_has_hashes_and_names_no_source() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    locked = {name: package for name, package in packages.items() if name}
    wrong = [name for name, package in locked.items() if "resolved" in package or "integrity" not in package]
    assert not wrong, f"package-lock.json must carry integrity and no address; run `make lock`: {wrong}"


def test_lock_covers_what_pyproject_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = {"requirements.txt": project["dependencies"]}
    asked["requirements-dev.txt"] = project["dependencies"] + project["optional-dependencies"]["dev"]
    for name, requirements in asked.items():
        locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / name).read_text(), re.MULTILINE))
        missing = {re.split(r"[^A-Za-z0-9-]", asked)[0].lower() for asked in requirements} - locked
        assert not missing, f"{name} is behind pyproject.toml, run `make lock`: {sorted(missing)}"


def test_no_committed_file_names_a_registry_or_this_kind_of_machine() -> None:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    found = []
    for name in filter(None, listing.stdout.split("\0")):
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue  # A workbook or a picture, or a file deleted but not yet committed.
        if Path(name) != Path(__file__).relative_to(ROOT):
            lines = enumerate(text.splitlines(), 1)
            found += [f"{name}:{number}" for number, line in lines if FOREIGN.search(line)]
    assert not found, f"take the registry's address or the machine's path out of {found}"
