"""Same arguments, same bits: threads, snapshots, changes that change nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from pilothouse.engines.simulation import Change, Pack, SimulationRun, simulate
from pilothouse.engines.simulation import run as simulation_run
from pilothouse.engines.simulation.sweep import BLOCK_USERS
from pilothouse.kernel.errors import ConflictError, InvalidValueError

FIRST = date(2026, 7, 27)
# Enough for several pieces, so that threads have something to divide.
USERS = 40_000
GOLDEN_EVENTS = 8078
GOLDEN_HASH = "785e389d91c33fa23b0a3403a13d1f7fbcf993418a3444772d837fdf9d32553f"


def run_of(pack: Pack, *, days: int = 30, users: int = 4_000, **rest: object) -> SimulationRun:
    return simulate(pack, seed=7, first_day=FIRST, days=days, users=users, **rest)  # type: ignore[arg-type]


def bytes_of(run: SimulationRun) -> bytes:
    """All event batches as bytes."""
    return b"".join(
        batch.ids.tobytes() + batch.time_us.tobytes() + batch.event.codes.tobytes()
        for batch in run.events()
    )


@pytest.mark.parametrize("threads", [2, 4])
def test_threads_do_not_matter(saas: Pack, threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does the cut of the work, which differs with them: here 4, 8 and 16 pieces."""
    monkeypatch.setattr(simulation_run, "_LEAST_PIECE", BLOCK_USERS)
    one = run_of(saas, users=USERS, threads=1)
    more = run_of(saas, users=USERS, threads=threads)
    assert more.state_hash == one.state_hash
    assert more.metrics == one.metrics
    assert bytes_of(more) == bytes_of(one)


def test_one_day_at_a_time_is_the_same_run(saas: Pack) -> None:
    straight, stepped = run_of(saas), run_of(saas, days=0)
    for _ in range(30):
        stepped.advance()
    assert stepped.state_hash == straight.state_hash
    assert stepped.metrics == straight.metrics


def test_snapshot_and_restore_is_the_straight_run(saas: Pack) -> None:
    straight, first = run_of(saas), run_of(saas, days=17)
    snapshot = first.snapshot()
    first.advance(3)  # what happens to the original must not reach into the snapshot
    second = SimulationRun.restore(saas, snapshot, threads=1)
    assert second.next_day == date(2026, 8, 13)
    second.advance(13)
    assert second.state_hash == straight.state_hash
    assert second.metrics == straight.metrics[17:]
    late = [b for b in straight.events() if b.day >= date(2026, 8, 13)]
    assert [b.ids.tobytes() for b in second.events()] == [b.ids.tobytes() for b in late]


def test_snapshot_of_another_pack_is_refused(saas: Pack) -> None:
    snapshot = run_of(saas, days=1).snapshot()
    with pytest.raises(ConflictError, match="only in the pack and model version"):
        SimulationRun.restore(replace(saas, fingerprint="another"), snapshot)
    with pytest.raises(ConflictError, match="only in the pack and model version"):
        SimulationRun.restore(saas, replace(snapshot, model_version=0))


def test_seed_and_replicate_matter(saas: Pack) -> None:
    base = run_of(saas)
    other = simulate(saas, seed=8, first_day=FIRST, days=30, users=4_000)
    luck = run_of(saas, replicate=1)
    assert len({run.state_hash for run in (base, other, luck)}) == 3


def test_replicate_keeps_the_people(saas: Pack) -> None:
    platforms = [
        {
            actor: platform
            for batch in run.events()
            for actor, platform in zip(batch.actor.texts, batch.platform.texts, strict=True)
        }
        for run in (run_of(saas), run_of(saas, replicate=1))
    ]
    both = platforms[0].keys() & platforms[1].keys()
    assert len(both) > 100
    assert all(platforms[0][actor] == platforms[1][actor] for actor in both)


@pytest.mark.parametrize(
    "change",
    [
        Change("friction", FIRST, 0.0, event="signed_up", platform="ios"),
        Change("outage", FIRST, 0.0),
        Change("utility", FIRST, 0.0),
        Change("visits", FIRST, 0.0, platform="web"),
        Change("visits", FIRST, 0.0, crowd=(0.1, 0.2, 0.3, 0.4)),
        Change("tracking", FIRST, 0.0, event="app_opened"),
        Change("outage", date(2027, 1, 1), 0.5),
    ],
)
def test_a_change_of_nothing_changes_nothing(saas: Pack, change: Change) -> None:
    base, changed = run_of(saas), run_of(saas, changes=[change])
    assert changed.state_hash == base.state_hash
    assert bytes_of(changed) == bytes_of(base)


def test_friction_bites_from_its_day_on_its_platform_only(saas: Pack) -> None:
    day = date(2026, 8, 17)
    change = Change("friction", day, 3.0, event="signed_up", platform="android")
    base, changed = run_of(saas, users=USERS), run_of(saas, users=USERS, changes=[change])
    assert changed.metrics[:21] == base.metrics[:21]

    def sign_ups(run: SimulationRun, platform: str) -> int:
        return sum(
            np.count_nonzero((b.event.texts == "signed_up") & (b.platform.texts == platform))
            for b in run.events(first=day)
        )

    assert sign_ups(changed, "android") < 0.4 * sign_ups(base, "android")
    assert sign_ups(changed, "web") == pytest.approx(sign_ups(base, "web"), rel=0.02)


def test_outage_empties_its_day_and_leaves_a_trace(saas: Pack) -> None:
    day = date(2026, 8, 18)
    change = Change("outage", day, 0.7, last=day)
    base, changed = run_of(saas, users=USERS), run_of(saas, users=USERS, changes=[change])
    assert changed.metrics[:22] == base.metrics[:22]
    assert changed.metrics[22].active < 0.6 * base.metrics[22].active
    assert changed.metrics[22].visits < 0.5 * base.metrics[22].visits
    assert changed.state_hash != base.state_hash


def test_campaign_brings_visits(saas: Pack) -> None:
    changed = run_of(saas, users=USERS, changes=[Change("visits", FIRST, 1.0)])
    base = run_of(saas, users=USERS)
    ratio = sum(m.visits for m in changed.metrics) / sum(m.visits for m in base.metrics)
    assert 1.8 < ratio < 2.1


def test_a_campaign_brings_whom_it_calls(saas: Pack) -> None:
    def came(crowd: tuple[float, ...]) -> np.ndarray:
        change = Change("visits", FIRST, 2.0, crowd=crowd)
        run = run_of(saas, users=USERS, changes=[change])
        signed = run.state.life["first_day"] >= 0
        return np.bincount(run.traits["quarter"][signed], minlength=4)

    usual, alike = came(()), came((0.25, 0.25, 0.25, 0.25))
    assert usual.tolist() == alike.tolist()
    fleeting = came((0.0, 0.0, 0.0, 1.0))
    # As many in all; those who were not called come as without a campaign.
    assert fleeting.sum() == pytest.approx(usual.sum(), rel=0.1)
    assert fleeting[3] > 2 * usual[3]
    assert max(fleeting[:3]) < 0.6 * min(usual[:3])


def test_quarters_are_those_of_the_chance_to_leave(saas: Pack) -> None:
    traits = run_of(saas, users=USERS).traits
    edges = [traits["theta"][traits["quarter"] == quarter] for quarter in range(4)]
    assert all(low.max() <= high.min() for low, high in pairwise(edges))
    assert [len(part) / USERS for part in edges] == pytest.approx([0.25] * 4, abs=0.02)


def test_utility_keeps_people(saas: Pack) -> None:
    base = run_of(saas, users=USERS, days=60)
    better = run_of(saas, users=USERS, days=60, changes=[Change("utility", FIRST, 1.0)])
    assert better.metrics[-1].active > 1.1 * base.metrics[-1].active


def test_metrics_add_up(saas: Pack) -> None:
    run = run_of(saas, users=USERS, days=60)
    subscribed = sum(m.subscriptions for m in run.metrics)
    cancelled = sum(m.cancellations for m in run.metrics)
    assert run.metrics[-1].paying == subscribed - cancelled > 0
    assert all(m.sessions >= m.active >= m.signups >= 0 for m in run.metrics)
    assert all(m.visits >= m.signups for m in run.metrics)
    assert sum(m.signups for m in run.metrics) < USERS


def test_golden_run(saas: Pack) -> None:
    """Changes only with the model or the pack; then raise MODEL_VERSION and renew it."""
    run = run_of(saas, days=45, users=5_000)
    assert sum(len(batch) for batch in run.events()) == GOLDEN_EVENTS
    assert run.state_hash == GOLDEN_HASH


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        ({"seed": -1}, "a seed must be a whole number"),
        ({"seed": 2**32}, "a seed must be a whole number"),
        ({"seed": True}, "a seed must be a whole number"),
        ({"users": 0}, "the number of users must be"),
        ({"days": -1}, "the number of days must be"),
        ({"days": 4_000}, "the number of days must be"),
        ({"threads": 0}, "the number of threads must be"),
        ({"replicate": 1.5}, "a replicate must be"),
    ],
)
def test_arguments_out_of_range(saas: Pack, arguments: dict[str, object], rule: str) -> None:
    good = {"seed": 1, "first_day": FIRST, "days": 1, "users": 10}
    with pytest.raises(InvalidValueError, match=rule):
        simulate(saas, **{**good, **arguments})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (Change("magic", FIRST, 1.0), "the kind of a change must be one of"),  # type: ignore[arg-type]
        (Change("outage", FIRST, 1.5), "lies between 0 and 1"),
        (Change("outage", FIRST, float("nan")), "lies between 0 and 1"),
        (Change("outage", FIRST, 0.5, last=date(2026, 1, 1)), "must not end before it begins"),
        (Change("outage", FIRST, 0.5, platform="fridge"), "one of: web, ios, android"),
        (Change("outage", FIRST, 0.5, event="signed_up"), "a change of outage has no event"),
        (Change("outage", FIRST, 0.5, crowd=(1.0, 0, 0, 0)), "a change of outage has no crowd"),
        (Change("visits", FIRST, 0.5, crowd=(0.5, 0.5)), "a crowd is 4 shares that sum to 1"),
        (Change("visits", FIRST, 0.5, crowd=(1.5, -0.5, 0, 0)), "a crowd is 4 shares"),
        (Change("friction", FIRST, 1.0), "the step of a friction must be one of"),
        (Change("tracking", FIRST, 0.5, event="sung"), "the event that tracking loses"),
    ],
)
def test_changes_without_a_place_are_refused(saas: Pack, change: Change, rule: str) -> None:
    with pytest.raises(InvalidValueError, match=rule):
        run_of(saas, days=1, changes=[change])
