"""One seed, one hash, on every machine: golden hashes of each pack, and every policy seen to play.

A hash changes only with ``MODEL_VERSION``, ``COMPANY_VERSION`` or the pack itself. Write them anew
with ``python -m tests.engines.simulation.test_golden`` when one of these was meant to change.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pilothouse.cli.simulation import group
from pilothouse.engines.simulation import MODEL_VERSION
from pilothouse.engines.simulation.company.policies import Policy
from pilothouse.engines.simulation.company.run import COMPANY_VERSION

PACKS = ("saas", "consumer", "health", "ecommerce", "edtech")
GOLDEN = Path(__file__).parent / "golden" / "hashes.json"


def play(pack: str, *words: str) -> dict[str, Any]:
    result = CliRunner().invoke(group, ["run", "--pack", pack, "--seed", "7", "--json", *words])
    assert result.exit_code == 0, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def hashes(pack: str) -> dict[str, str]:
    """What one pack comes to: its people alone, and a company around them."""
    small = ("--users", "1500", "--days", "30")
    return {
        "people": play(pack, *small)["hash"],
        "company": play(pack, *small, "--policy", "rice-ab")["hash"],
    }


def write() -> dict[str, Any]:
    return {
        "model_version": MODEL_VERSION,
        "company_version": COMPANY_VERSION,
        **{pack: hashes(pack) for pack in PACKS},
    }


@pytest.mark.parametrize("pack", PACKS)
def test_the_same_seed_gives_the_same_hash_everywhere(pack: str) -> None:
    golden = json.loads(GOLDEN.read_text("utf-8"))
    versions = (golden["model_version"], golden["company_version"])
    assert versions == (MODEL_VERSION, COMPANY_VERSION), "write the hashes anew: see above"
    assert hashes(pack) == golden[pack]


@pytest.mark.slow
@pytest.mark.parametrize("pack", PACKS)
def test_every_policy_plays_a_season_and_each_in_its_own_way(pack: str) -> None:
    answers = {p: play(pack, "--users", "4000", "--days", "90", "--policy", p) for p in Policy}
    assert len({answer["hash"] for answer in answers.values()}) == len(Policy)
    for policy, answer in answers.items():
        assert answer["policy"] == policy
        assert answer["days"] == len(answer["daily"]) == 90
        assert answer["company"]["commands"] >= 2
        assert answer["company"]["artefacts"]["built"] > 0


if __name__ == "__main__":
    GOLDEN.write_text(f"{json.dumps(write(), indent=2)}\n", "utf-8")
