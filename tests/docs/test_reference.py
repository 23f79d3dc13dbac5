"""Pages that follow from the code say what the code says; the rest has no dead links."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools.odd import odd_page, parameters
from tools.reference import settings_page

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]


def test_the_page_of_settings_is_up_to_date():
    page = ROOT / "docs" / "reference" / "settings.md"
    assert page.read_text(encoding="utf-8") == settings_page(), "run ./run docs"


def test_the_odd_document_is_up_to_date():
    page = ROOT / "docs" / "reference" / "simulation-odd.md"
    assert page.read_text(encoding="utf-8") == odd_page(), "run ./run docs"


def test_every_parameter_is_found_by_its_path():
    one = {"value": 1, "source": "", "confidence": "design"}
    pack = {
        "needs": [{"key": "speed", "quality": one, "weights": {"all": 2}}],
        "calendar": {"weekdays": [one], "hours": [1, 2]},
        "team": {"seasons": [{"first": "01-02", "last": "01-15", "factor": one}]},
    }
    assert [path for path, _ in parameters(pack)] == [
        "needs.speed.quality",
        "calendar.weekdays.1",
        "team.seasons.01-02 to 01-15.factor",
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(page: Path):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text)
    dead = [
        target
        for target in targets
        if not re.match(r"[a-z]+:", target) and not (page.parent / target).exists()
    ]
    assert dead == []
