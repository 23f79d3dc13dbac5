from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from pilothouse.apps.roadmap.services.attention import list_attention
from pilothouse.apps.roadmap.services.dependencies import add_dependency
from pilothouse.apps.roadmap.services.exporting import write_roadmap
from pilothouse.apps.roadmap.services.outcomes import OutcomeDraft, save_outcome
from pilothouse.apps.roadmap.services.releases import ReleaseDraft, save_release
from pilothouse.apps.roadmap.services.teams import save_team, set_capacity

TODAY = date(2026, 11, 23)
Q3, Q4, Q1 = date(2026, 7, 1), date(2026, 10, 1), date(2027, 1, 1)


def test_a_calm_roadmap_asks_for_nothing(alice, product, place):
    place("One", quarter=Q4)
    save_release(alice, product, ReleaseDraft("Spring", date(2027, 3, 1)))
    save_outcome(alice, product, OutcomeDraft("Teams stay", due=date(2027, 3, 1)))
    assert list_attention(alice, product, TODAY) == []


def test_everything_that_is_wrong_or_due_is_told(alice, product, place):
    web = save_team(alice, product, "Web").public_id
    set_capacity(alice, product, {web: {Q4: 2.0}})
    place("Late", quarter=Q3)
    early = place("Early", quarter=Q4, efforts={web: 5})
    needed = place("Needed", quarter=Q1)
    add_dependency(alice, product, early.public_id, needed.public_id)
    save_release(alice, product, ReleaseDraft("Overdue", date(2026, 11, 1)))
    save_release(alice, product, ReleaseDraft("Close", date(2026, 11, 30)))
    save_outcome(alice, product, OutcomeDraft("Due", due=date(2026, 12, 1)))
    found = list_attention(alice, product, TODAY)
    assert [(each.kind, each.is_warning) for each in found] == [
        ("release", True), ("bet", True), ("bet", True), ("team", True),
        ("release", False), ("outcome", False),
    ]  # fmt: skip
    told = " ".join(each.sentence for each in found)
    for words in ("Late was for Q3 2026", "Early (Q4 2026) needs Needed", "3 too many", "Overdue"):
        assert words in told


def test_today_stays_short(alice, product, place):
    for n in range(25):
        place(f"Late {n}", quarter=Q3)
    assert len(list_attention(alice, product, TODAY)) == 20


def test_everything_is_written_as_plain_files(alice, product, place, tmp_path: Path):
    web = save_team(alice, product, "Web").public_id
    set_capacity(alice, product, {web: {Q4: 2.0}})
    outcome = save_outcome(alice, product, OutcomeDraft("=Teams stay"))
    save_release(alice, product, ReleaseDraft("Winter", Q1))
    place("One", quarter=Q4, efforts={web: 5}, outcome_id=outcome.public_id, confidence=0.5)
    place("Two")
    assert write_roadmap([product], tmp_path) == 2
    read = {
        path.stem: pd.read_csv(path, encoding="utf-8-sig")
        for path in (tmp_path / "roadmap").iterdir()
    }
    assert sorted(read) == ["bets", "capacity", "outcomes", "releases"]
    assert list(read["bets"]["title"]) == ["One", "Two"]
    assert read["bets"]["efforts"][0] == f"{web} 5"
    assert read["bets"]["outcome"][0] == "'=Teams stay"
    assert list(read["capacity"]["person_weeks"]) == [2.0]
