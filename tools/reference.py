"""Write the reference pages that follow from the code: ``./run docs``."""

from __future__ import annotations

from pathlib import Path

from pilothouse.project.configuration import SETTINGS
from tools.odd import odd_page

REFERENCE = Path(__file__).resolve().parent.parent / "docs" / "reference"
HEAD = """# Settings

Read from the environment at the start; `./pilothouse --help` has options for the first two. An
unknown or malformed setting stops the start and is named. Written by `./run docs` from
`src/pilothouse/project/configuration.py`.

| Setting | Default | What it does |
|---|---|---|
"""


def settings_page() -> str:
    """The page of settings, one row each."""
    rows = [
        f"| `{setting.name}` | {f'`{setting.default}`' if setting.default else 'none'} "
        f"| {setting.help}{' Kept out of logs and pages.' if setting.secret else ''} |\n"
        for setting in SETTINGS
    ]
    return HEAD + "".join(rows)


def main() -> None:
    """Write every generated page."""
    REFERENCE.mkdir(parents=True, exist_ok=True)
    (REFERENCE / "settings.md").write_text(settings_page(), encoding="utf-8")
    (REFERENCE / "simulation-odd.md").write_text(odd_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
