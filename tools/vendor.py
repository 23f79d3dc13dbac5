"""Write the front-end files of others into ``web/static/vendor`` by name and version.

Run it with ``./run vendor`` after changing ``PACKAGES``; users never do. It fetches with the
npm client as it is set up on this machine (npm checks the archive's integrity), copies only
the files named here, and writes ``vendor.json`` (hashes) and ``THIRD_PARTY.md`` (licences).
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "src" / "pilothouse" / "web" / "static" / "vendor"

_ICON_NAMES = (
    "alarm-clock archive arrow-down arrow-left arrow-right arrow-up arrow-up-down at-sign ban "
    "bell bold book-open briefcase bug building-2 calendar calendar-range chart-line check "
    "chevron-down chevron-left chevron-right chevron-up chevrons-up-down circle circle-alert "
    "circle-check circle-dashed circle-dot circle-stop circle-x clipboard-list clock code "
    "columns-3 compass contact copy corner-down-right database dices download ellipsis "
    "external-link eye file-down file-text file-user filter flag flask-conical folder-open "
    "gauge gavel git-branch git-compare globe graduation-cap grip-vertical handshake heading "
    "history hourglass image inbox info italic kanban keyboard lightbulb link list "
    "list-checks list-ordered list-todo list-tree lock log-out mail map megaphone menu "
    "message-square mic milestone minus monitor moon orbit package pencil percent phone pin "
    "play plus presentation quote refresh-cw repeat route rows-3 save scale scroll-text "
    "search settings share-2 shield-check ship-wheel sliders-horizontal spell-check split "
    "star store sun sunrise table tag target thumbs-up trash-2 trending-up triangle-alert "
    "undo-2 unlink upload user user-plus users vote wrench x "
)
ICONS = tuple(_ICON_NAMES.split())


@dataclass(frozen=True)
class Package:
    """One npm package: which of its files go where, and why we need them."""

    name: str
    version: str
    licence: str
    purpose: str
    files: Mapping[str, str]
    icons: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        """``name@version`` without the scope's punctuation."""
        return f"{self.name.lstrip('@').replace('/', '-')}@{self.version}"


_FONT = "files/inter-{}-wght-normal.woff2"

PACKAGES = (
    Package(
        "basecoat-css",
        "1.0.2",
        "MIT",
        "Style sheet behind the components, style nova. None of its scripts are used: native "
        "dialog, details and popover, and three short islands of ours, do the same with less.",
        {"dist/basecoat-nova.cdn.min.css": "basecoat-nova.min.css", "LICENSE.md": "LICENSE.md"},
    ),
    Package(
        "htmx.org",
        "4.0.1",
        "0BSD",
        "Fragments of pages over the wire.",
        {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "LICENSE"},
    ),
    Package(
        "lucide-static",
        "1.62.0",
        "ISC AND MIT",
        "Icons, joined into one sprite of those we use.",
        {"LICENSE": "LICENSE"},
        ICONS,
    ),
    Package(
        "sortablejs",
        "1.15.7",
        "MIT",
        "Dragging of cards and rows, by mouse and by touch; keys do the same without it.",
        {"Sortable.min.js": "Sortable.min.js", "LICENSE": "LICENSE"},
    ),
    Package(
        "@fontsource-variable/inter",
        "5.3.0",
        "OFL-1.1",
        "The typeface, so that figures align alike on every machine.",
        {
            _FONT.format(subset): f"inter-{subset}.woff2"
            for subset in ("latin", "latin-ext", "cyrillic", "greek")
        }
        | {"LICENSE": "LICENSE"},
    ),
)


def unpack_package(package: Package, work: Path) -> Path:
    """Fetch the package into ``work`` and return the folder of its files."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm: is not on the PATH. Install Node.js, then run this again.")
    wanted = f"{package.name}@{package.version}"
    done = subprocess.run(
        [npm, "pack", "--silent", wanted],
        cwd=work,
        check=True,
        capture_output=True,
        text=True,
        timeout=300,
    )
    archive = work / done.stdout.strip().splitlines()[-1]
    target = work / package.folder
    with tarfile.open(archive) as tar:
        tar.extractall(target, filter="data")
    return target / "package"


def build_sprite(folder: Path, names: tuple[str, ...], version: str) -> str:
    """One SVG with a ``<symbol>`` for each icon; colour and width come from the style sheet."""
    symbols = []
    for name in sorted(names):
        drawing = (folder / "icons" / f"{name}.svg").read_text(encoding="utf-8")
        inner = re.search(r"<svg[^>]*>(.*)</svg>", drawing, re.DOTALL)
        if inner is None:
            raise SystemExit(f"{name}: the icon has no <svg> element.")
        shapes = re.sub(r"\s+", " ", inner[1]).replace("> <", "><").strip()
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>')
    body = "\n".join(symbols)
    return (
        f"<!-- lucide-static {version}, ISC AND MIT: see LICENSE beside this file -->\n"
        f'<svg xmlns="http://www.w3.org/2000/svg">\n{body}\n</svg>\n'
    )


def install_package(package: Package, work: Path, vendor: Path) -> dict[str, object]:
    """Copy the package's files into ``vendor``; return its entry of ``vendor.json``."""
    source = unpack_package(package, work)
    target = vendor / package.folder
    target.mkdir(parents=True)
    for inside, outside in package.files.items():
        # Source maps are not shipped, and a browser must not be sent looking for them.
        text = (source / inside).read_bytes()
        text = re.sub(rb"\n?//# sourceMappingURL=\S+\s*$", b"\n", text)
        (target / outside).write_bytes(text)
    if package.icons:
        sprite = build_sprite(source, package.icons, package.version)
        (target / "sprite.svg").write_text(sprite, encoding="utf-8")
    return {
        "name": package.name,
        "version": package.version,
        "licence": package.licence,
        "folder": package.folder,
        "files": {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(target.iterdir())
        },
    }


def third_party_notice(vendor: Path) -> str:
    """The notice of licences, with each licence's full text."""
    parts = [
        "# Third-party files\n\nWritten by `tools/vendor.py`. The files keep their licences.\n"
    ]
    for package in PACKAGES:
        folder = vendor / package.folder
        licence = next(iter(sorted(folder.glob("LICENSE*"))))
        text = licence.read_text(encoding="utf-8").strip()
        parts.append(
            f"\n## {package.name} {package.version} ({package.licence})\n\n{package.purpose}\n\n"
            f"```text\n{text}\n```\n"
        )
    return "".join(parts)


def main() -> None:
    """Rewrite the whole vendor folder, once all of it has been fetched."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        fresh = work / "vendor"
        fresh.mkdir()
        entries = [install_package(package, work, fresh) for package in PACKAGES]
        (fresh / "vendor.json").write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8")
        (fresh / "THIRD_PARTY.md").write_text(third_party_notice(fresh), encoding="utf-8")
        shutil.rmtree(VENDOR, ignore_errors=True)
        shutil.copytree(fresh, VENDOR)
    for package in PACKAGES:
        print(package.folder)


if __name__ == "__main__":
    main()
