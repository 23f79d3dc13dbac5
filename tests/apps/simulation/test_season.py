"""A season's events as a file, imported as anybody imports: retention is that of the world."""

from __future__ import annotations

import json
import math
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pilothouse.apps.analytics.services.answers import ask
from pilothouse.apps.analytics.services.imports import get_import, receive_file, start_import
from pilothouse.apps.analytics.services.questions import parse_question
from pilothouse.apps.simulation.services.packs import load_pack
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.apps.workspace.services.worker import run_one
from pilothouse.cli.main import run as run_pilothouse
from pilothouse.cli.simulation import group
from pilothouse.engines.simulation import Pack
from tests.builders import People, make_product

FIRST = date(2026, 3, 2)
# Days 1, 7 and 30 that the packs aim at, in percent, and how many people it takes to see them.
TARGETS = {
    "saas": (35, 24, 15),
    "consumer": (10, 9, 7.5),
    "health": (28, 14, 6),
    "ecommerce": (25, 12, 7),
    "edtech": (24, 12, 6),
}
PEOPLE = {"consumer": 150_000, "ecommerce": 100_000}


def write_season(pack: str, file: Path, *more: str, users: int, days: int) -> dict[str, Any]:
    """What the command says of a season whose events it wrote to ``file``."""
    words = ["run", "--pack", pack, "--users", str(users), "--days", str(days), *more]
    ends = ["--first-day", FIRST.isoformat(), "--events", str(file), "--json"]
    result = CliRunner().invoke(group, [*words, *ends])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def import_season(people: People, pack: Pack, file: Path) -> tuple[ProductView, Any]:
    """``file`` in a new product, through upload, mapping by guess, and the worker."""
    product = make_product(people.alice, pack.key, zone=pack.company.time_zone)
    with file.open("rb") as stream:
        row = receive_file(people.alice, product, file.name, iter(lambda: stream.read(2**20), b""))
    start_import(people.alice, product, row.public_id)
    assert run_one("tests")
    return product, get_import(product, row.public_id)


def measured(product: ProductView, pack: Pack, days: int, after: int) -> tuple[int, float]:
    """People who signed up at least ``after`` days before the end, and the share that came back."""
    last = FIRST + timedelta(days - 1 - after)
    given = {
        "start": pack.steps[0].event, "return": pack.events.opened,
        "period": "day", "periods": after, "from": FIRST.isoformat(), "to": last.isoformat(),
    }  # fmt: skip
    rate = ask(product, parse_question("retention", given)).result.mean[after]
    assert rate.share is not None
    return rate.n, rate.share


def losses(pack: Pack) -> float:
    """The largest share of events that some platform loses."""
    return max(platform.loss.value for platform in pack.platforms)


def test_a_season_comes_back_through_the_import(people: People, tmp_path: Path) -> None:
    days, pack = 45, load_pack("saas")
    file = tmp_path / "season.jsonl"
    told = write_season("saas", file, "--policy", "rice", users=30_000, days=days)
    product, done = import_season(people, pack, file)
    assert done.state == "done"
    assert done.refused == 0
    assert done.accepted + done.duplicates == done.rows == told["events"]["rows"]
    assert done.duplicates > 0
    for truth in told["retention"]:
        n, share = measured(product, pack, days, truth["after"])
        # A sign-up that was lost takes its person along; a lost day of use is not made up for.
        assert 1 - 2 * losses(pack) < n / truth["people"] <= 1
        assert 1 - 3 * losses(pack) < share / truth["share"] < 1 + 3 * losses(pack)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "ending"),
    [
        ("saas", "csv"),
        ("consumer", "jsonl"),
        ("health", "parquet"),
        ("ecommerce", "csv"),
        ("edtech", "jsonl"),
    ],
)
def test_b2_holds_behind_the_import(
    key: str, ending: str, transactional_db: None, people: People, tmp_path: Path, capsys
) -> None:
    days, pack = 100, load_pack(key)
    file = tmp_path / f"season.{ending}"
    # Nobody decides: what is shipped moves retention.
    told = write_season(key, file, users=PEOPLE.get(key, 60_000), days=days)
    product = make_product(people.alice, key, zone=pack.company.time_zone)
    assert run_pilothouse(["analytics", "import", str(file), "--product", key, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["refused"] == 0
    for truth, target in zip(told["retention"], TARGETS[key], strict=True):
        n, share = measured(product, pack, days, truth["after"])
        assert n > 1_000
        lost = losses(pack)
        assert 1 - 2 * lost < share / truth["share"] < 1 + 2 * lost
        # B2: a tenth, what measuring takes away, and two standard errors of so many people.
        chance = 2 * math.sqrt((1 - share) / (share * n))
        assert 0.9 - lost - chance < share / target * 100 < 1.1 + chance
