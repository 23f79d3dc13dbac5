"""The entries that come with Pilothouse: many, each once, and each ends on a page that is there."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from django.urls import NoReverseMatch, reverse

import pilothouse.apps
from pilothouse.apps.markdown import is_safe_link
from pilothouse.apps.skills.services.competencies import IDS
from pilothouse.apps.skills.services.library import (
    COSTS,
    TYPES,
    Aim,
    LibraryEntry,
    load_catalogue,
    load_next_acts,
    next_act_url,
)

ENTRIES = load_catalogue()
SERVICES = Path(pilothouse.apps.__file__).parent
# Whose last word is written on its own: "promise.made" and its kin are put together from parts.
SOURCE = "\n".join(
    path.read_text("utf-8")
    for path in SERVICES.rglob("services/*.py")
    if "skills" not in path.parts
)


def test_there_are_many_of_every_type():
    count = Counter(entry.type for entry in ENTRIES.values())
    assert len(ENTRIES) >= 200
    assert set(count) == set(TYPES)
    assert min(count.values()) >= 10


def test_every_competency_is_served_at_the_first_three_levels_by_something_to_read():
    served = Counter(aim.competency for entry in ENTRIES.values() for aim in entry.aims)
    assert {key for key in IDS if served[key] < 8} == set()
    levels = {(aim.competency, aim.level) for entry in ENTRIES.values() for aim in entry.aims}
    assert {key for key in IDS if (key, 2) not in levels} == set()


def faults_of(entry: LibraryEntry) -> list[str]:
    """What is wrong with an entry."""
    rules = {
        "id": bool(re.fullmatch(r"[a-z0-9-]{2,60}", entry.entry_id)),
        "title": entry.title.strip() == entry.title and 0 < len(entry.title) <= 150,
        "type": entry.type in TYPES,
        "cost": entry.cost in COSTS,
        "year": entry.year is None or 1900 <= entry.year <= 2026,
        "a book has year and authors": entry.type != "book" or bool(entry.year and entry.authors),
        "aims": bool(entry.aims)
        and all(aim.competency in IDS and aim.level in (1, 2, 3, 4) for aim in entry.aims)
        and len({aim.competency for aim in entry.aims}) == len(entry.aims),
        "topics": bool(entry.topics) and all(0 < len(topic) <= 40 for topic in entry.topics),
        "url": not entry.url or (entry.url.startswith("https://") and is_safe_link(entry.url)),
        "authors": "" not in entry.authors,
        "act": next_act_url(entry.act, "abcdefghjkmn").startswith("/"),
        "next act": bool(re.fullmatch(r"[A-Z].{18,128}\.", entry.next_act)),
    }
    return [rule for rule, holds in rules.items() if not holds]


def test_every_entry_is_whole_and_ends_in_an_act():
    assert {key: faults for key, each in ENTRIES.items() if (faults := faults_of(each))} == {}


def test_the_check_sees_what_is_wrong():
    good = next(iter(ENTRIES.values()))
    bad = replace(good, year=1700, aims=(Aim("C99", 2),), act="dance", next_act="do it",
                  url="http://a.example", title=" x", topics=())  # fmt: skip
    assert len(faults_of(bad)) == 7


def test_nothing_stands_there_twice():
    for part in ("title", "next_act", "url"):
        values = Counter(
            getattr(entry, part).casefold() for entry in ENTRIES.values() if getattr(entry, part)
        )
        assert [value for value, n in values.items() if n > 1] == [], part


@pytest.mark.parametrize("act", load_next_acts().values(), ids=lambda act: act.key)
def test_a_next_act_has_a_page_and_is_seen_in_the_ledger(act):
    try:
        assert reverse(act.page, args=["abcdefghjkmn"] if act.of_product else [])
    except NoReverseMatch:
        pytest.fail(f"{act.page} is no page")
    for kind in act.kinds:
        noun, verb = kind.split(".")
        is_whole = f'"{kind}"' in SOURCE
        is_composed = f'"{noun}.' in SOURCE or f'f"{noun}.' in SOURCE
        assert is_whole or kind == "learning-goal.set" or (is_composed and f'"{verb}"' in SOURCE)


def test_every_next_act_is_used():
    used = {entry.act for entry in ENTRIES.values()}
    assert set(load_next_acts()) == used


def test_without_a_product_one_is_made_first():
    assert next_act_url("decide", "") == reverse("workspace:product-new")
    assert next_act_url("goal", "") == reverse("skills:learn")
    assert next_act_url("", "abc") == ""
