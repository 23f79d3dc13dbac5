"""Vendored files are what vendor.json says, and templates name them by their version."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from tools.vendor import PACKAGES, VENDOR

WEB = VENDOR.parents[1]
ENTRIES = json.loads((VENDOR / "vendor.json").read_text(encoding="utf-8"))
MOST_STYLE_SHEETS, MOST_SCRIPT_LINES = 12, 150


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["folder"])
def test_files_have_their_hashes(entry: dict[str, dict[str, str]]) -> None:
    folder = VENDOR / str(entry["folder"])
    found = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}
    assert found == entry["files"]


def test_nothing_else_lies_in_the_folder() -> None:
    assert {path.name for path in VENDOR.iterdir()} == {
        "vendor.json",
        "THIRD_PARTY.md",
        *(entry["folder"] for entry in ENTRIES),
    }


def test_the_list_is_the_tool_s() -> None:
    assert [(e["name"], e["version"], e["licence"]) for e in ENTRIES] == [
        (p.name, p.version, p.licence) for p in PACKAGES
    ]


def test_every_licence_is_in_the_notice() -> None:
    notice = (VENDOR / "THIRD_PARTY.md").read_text(encoding="utf-8")
    for package in PACKAGES:
        assert f"## {package.name} {package.version} ({package.licence})" in notice
        licence = next((VENDOR / package.folder).glob("LICENSE*")).read_text(encoding="utf-8")
        assert licence.strip() in notice


def _sources() -> list[Path]:
    own = [p for p in (WEB / "static").glob("*") if p.suffix in {".css", ".js"}]
    return own + sorted((WEB / "templates").rglob("*.html"))


def test_named_files_exist_in_the_named_version() -> None:
    named = set()
    for source in _sources():
        named |= set(re.findall(r"vendor/[\w.@/-]+", source.read_text(encoding="utf-8")))
    assert len(named) >= 7
    for name in named:
        assert (WEB / "static" / name).is_file(), name


def test_htmx_says_its_version() -> None:
    (folder,) = VENDOR.glob("htmx.org@*")
    script = (folder / "htmx.min.js").read_text(encoding="utf-8")
    assert f'"{folder.name.partition("@")[2]}"' in script


def test_named_icons_are_in_the_sprite() -> None:
    (sprite,) = VENDOR.glob("lucide-static@*/sprite.svg")
    known = set(re.findall(r'<symbol id="([\w-]+)"', sprite.read_text(encoding="utf-8")))
    package = WEB.parent
    templates = [*package.rglob("templates/**/*.html")]
    for template in templates:
        text = template.read_text(encoding="utf-8")
        named = set(re.findall(r'(?:icon|<c-icon name)="([a-z0-9-]+)"', text))
        assert named <= known, (template.name, named - known)
    of_navigation = set(re.findall(r'", "([a-z0-9-]+)"(?:, "\w")?\)', _text_of("context.py")))
    assert {"graduation-cap", "settings"} < of_navigation <= known


def _text_of(name: str) -> str:
    return (WEB / name).read_text(encoding="utf-8")


def test_own_scripts_stay_small_and_style_sheets_few() -> None:
    frame = (WEB / "templates" / "_head.html").read_text(encoding="utf-8")
    assert len(re.findall(r"static '[a-z]+\.css'", frame)) < MOST_STYLE_SHEETS
    # A noun brings at most two sheets of its own to a page.
    for template in WEB.parent.rglob("templates/**/*.html"):
        if template.name != "_head.html":
            own = re.findall(r"static '[a-z]+\.css'", template.read_text(encoding="utf-8"))
            assert len(own) <= 2, template.name
    for script in (WEB / "static").glob("*.js"):
        assert len(script.read_text(encoding="utf-8").splitlines()) < MOST_SCRIPT_LINES
