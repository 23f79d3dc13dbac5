"""Experiments from the brief to the readout: sealed, run, read, and nothing rewritten."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from pilothouse.apps.experiments.models import Experiment, Readout, Status
from pilothouse.apps.experiments.services.brief import Arm, Brief, Metric
from pilothouse.apps.experiments.services.counts import CountsDraft, enter_counts
from pilothouse.apps.experiments.services.experiments import (
    cancel,
    get_experiment,
    list_experiments,
    reopen,
    resume,
    save_brief,
    seal,
    set_experiment_deleted,
    start,
    stop,
)
from pilothouse.apps.experiments.services.looks import look_at_result
from pilothouse.apps.experiments.services.measuring import measure
from pilothouse.apps.experiments.services.readouts import read_result, save_readout
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.kernel.errors import ConflictError, ForbiddenError, InvalidValueError
from tests.apps.decisions.makers import NOW, make_dated, turn
from tests.apps.experiments.makers import (
    BY_EVENTS,
    BY_HAND,
    exposures,
    hand_counts,
    make_read,
    make_running,
)
from tests.apps.makers import make_event, send
from tests.builders import People


@pytest.fixture
def product(people: People):
    return make_dated(people.alice)


def kinds_of(people: People) -> list[str]:
    return [act.kind for act in reversed(list_acts(people.alice, limit=200))]


def facts_of(people: People, kind: str) -> dict:
    return dict(next(act for act in list_acts(people.alice, limit=200) if act.kind == kind).facts)


def test_a_draft_may_have_gaps_and_is_not_sealed_with_them(people, product):
    view = save_brief(people.alice, product, Brief("An idea"))
    assert "no hypothesis" in view.brief.gaps
    with pytest.raises(InvalidValueError, match="no primary metric"):
        seal(people.alice, product, view.public_id)
    assert get_experiment(product, view.public_id).status == Status.DRAFT


def test_sealing_freezes_the_brief_and_says_its_power(people, product):
    view = save_brief(people.alice, product, BY_HAND)
    sealed = seal(people.alice, product, view.public_id)
    assert (sealed.status, sealed.is_whole) == (Status.REGISTERED, True)
    facts = facts_of(people, "experiment.preregistered")
    assert facts["digest"] == sealed.sealed_digest
    assert facts["power"] >= 0.8
    # Of counts by hand nobody can tell who had been exposed.
    assert (facts["before_exposure"], sealed.exposed_before) == (None, None)


def test_a_sealed_brief_changes_only_by_amendments_in_sight(people, product):
    view = make_running(people.alice, product)
    changed = replace(BY_HAND, mde=0.3)
    with pytest.raises(InvalidValueError, match="with a reason"):
        save_brief(people.alice, product, changed, public_id=view.public_id)
    amended = save_brief(
        people.alice, product, changed, public_id=view.public_id, reason="Too slow"
    )
    (one,) = amended.amendments
    assert (one.reason, one.status) == ("Too slow", "running")
    assert one.changes == ({"field": "mde", "before": 0.2, "after": 0.3},)
    assert (amended.sealed_digest, amended.is_whole) == (view.sealed_digest, True)
    assert "experiment.amended" in kinds_of(people)


def test_a_brief_changed_behind_its_back_is_told(people, product):
    view = make_running(people.alice, product)
    row = Experiment.objects.get(public_id=view.public_id)
    row.brief["mde"] = 0.01
    row.save()
    assert not get_experiment(product, view.public_id).is_whole


def test_exposures_before_the_seal_are_counted_and_said(people, product):
    send(people.alice, product, exposures([("old", 3, 0), ("new", 2, 0)], NOW - timedelta(days=1)))
    view = save_brief(people.alice, product, BY_EVENTS)
    sealed = seal(people.alice, product, view.public_id)
    assert sealed.exposed_before == 5
    assert facts_of(people, "experiment.preregistered")["before_exposure"] is False


def run_events(people, product, counts, *, brief=BY_EVENTS, days=8):
    """Exposed right after the start, and the product eight days later."""
    view = make_running(people.alice, product, brief)
    send(people.alice, product, exposures(counts, NOW + timedelta(minutes=1)))
    return view, turn(product, days=days)


def test_events_are_read_arm_by_arm(people, product):
    view, later = run_events(people, product, [("old", 60, 6), ("new", 60, 24)])
    stop(people.alice, later, view.public_id)
    read = save_readout(people.alice, later, view.public_id, learned="It helps")
    body = read.latest.body
    arms = {arm["name"]: arm for arm in body["metrics"][0]["arms"]}
    assert (arms["Control"]["n"], arms["Control"]["total"]) == (60, 6.0)
    assert (arms["Template"]["n"], arms["Template"]["total"]) == (60, 24.0)
    (found,) = body["metrics"][0]["comparisons"]
    assert found["absolute"]["estimate"] == pytest.approx(0.3)
    assert found["relative"]["estimate"] == pytest.approx(3.0)
    assert (body["verdict"], body["by_rule"], body["srm"]["alarm"]) == ("win", True, False)
    facts = facts_of(people, "experiment.read-out")
    assert (facts["srm_checked"], facts["by_rule"], facts["null"]) == (True, True, False)


def test_who_saw_two_arms_and_who_is_young_are_counted_apart(people, product):
    view, later = run_events(people, product, [("old", 10, 1), ("new", 10, 2)])
    again = NOW + timedelta(hours=2)
    crossed = [make_event(f"x{n}", "seen", f"u-old-{n}", again, variant="new") for n in range(2)]
    young = exposures([("old", 3, 3)], NOW + timedelta(days=7), prefix="late")
    send(people.alice, later, crossed + young)
    measured = measure(later, get_experiment(later, view.public_id))
    assert measured.crossed == 2
    assert measured.units == (11, 10)
    assert [(cell.units, cell.immature) for cell in measured.cells["primary"]] == [(8, 3), (10, 0)]


def test_a_result_is_hidden_until_its_rule_is_met_and_a_look_is_counted(people, product):
    view, later = run_events(people, product, [("old", 20, 2), ("new", 20, 8)])
    assert read_result(later, get_experiment(later, view.public_id)) is None
    shown = look_at_result(people.alice, later, view.public_id, "The chief asked")
    assert shown["peeks"] == 1
    seen = get_experiment(later, view.public_id)
    assert (seen.peeks, seen.looks[0].why, seen.looks[0].units) == (1, "The chief asked", 40)
    assert read_result(later, seen) is None
    with pytest.raises(InvalidValueError, match="needs a reason"):
        stop(people.alice, later, view.public_id)
    stop(people.alice, later, view.public_id, reason="Out of money")
    read = save_readout(people.alice, later, view.public_id)
    assert (read.latest.by_rule, read.latest.body["peeks"]) == (False, 1)
    assert any("looked into" in words.lower() for words in read.latest.body["cannot_say"])


def test_a_sequential_test_may_be_looked_at_whenever(people, product):
    brief = replace(BY_HAND, rule="sequential")
    view = make_running(people.alice, product, brief)
    enter_counts(people.alice, product, view.public_id, hand_counts((900, 180), (900, 300)))
    seen = get_experiment(product, view.public_id)
    assert seen.peeks == 0
    result = read_result(product, seen)
    found = result["metrics"][0]["comparisons"][0]
    # The interval that holds at every look is wider than that of one look.
    assert found["absolute"]["low"] < found["fixed"]["low"]
    assert (result["verdict"], result["rule_met"]) == ("win", True)


def test_nothing_shown_is_a_null_and_says_what_still_fits(people, product):
    read = make_read(people.alice, product, (2000, 400), (2000, 405))
    body = read.latest.body
    assert (body["verdict"], body["is_null"]) == ("null", True)
    assert facts_of(people, "experiment.read-out")["null"] is True
    assert any("That there is no difference" in words for words in body["cannot_say"])


def test_a_split_that_is_not_as_planned_voids_the_verdict(people, product):
    read = make_read(people.alice, product, (2000, 400), (1500, 400))
    body = read.latest.body
    assert (body["srm"]["alarm"], body["verdict"]) == (True, "untrusted")
    assert "planned shares" in body["words"][0]


def test_guardrails_are_judged_with_their_margin(people, product):
    view = make_running(people.alice, product)
    metrics = {
        "primary": [{"conversions": 400.0}, {"conversions": 500.0}],
        "guardrail-1": [{"conversions": 200.0}, {"conversions": 300.0}],
    }
    enter_counts(people.alice, product, view.public_id, CountsDraft([2000, 2000], metrics))
    stop(people.alice, product, view.public_id, reason="in")
    read = save_readout(people.alice, product, view.public_id)
    guardrail = read.latest.body["metrics"][1]["comparisons"][0]
    assert (guardrail["verdict"], guardrail["within_margin"]) == ("treatment worse", False)
    assert any("guardrail got worse" in words for words in read.latest.body["words"])


def test_means_are_read_from_mean_and_deviation(people, product):
    brief = replace(
        BY_HAND, primary=Metric("Boards", kind="count"), guardrails=(), baseline=3.0, deviation=2.0
    )
    view = make_running(people.alice, product, brief)
    cells = [{"mean": 3.0, "deviation": 2.0}, {"mean": 3.3, "deviation": 2.1}]
    enter_counts(
        people.alice, product, view.public_id, CountsDraft([1000, 1000], {"primary": cells})
    )
    stop(people.alice, product, view.public_id, reason="in")
    metric = save_readout(people.alice, product, view.public_id).latest.body["metrics"][0]
    assert metric["arms"][1]["deviation"] == pytest.approx(2.1)
    # Welch's t of these numbers, from their textbook formula.
    error = (2.0**2 / 1000 + 2.1**2 / 1000) ** 0.5
    found = metric["comparisons"][0]["absolute"]
    assert found["estimate"] == pytest.approx(0.3)
    assert found["high"] - found["low"] == pytest.approx(2 * 1.9612 * error, rel=1e-3)


def test_three_arms_share_out_alpha(people, product):
    arms = (Arm("Control"), Arm("B"), Arm("C"))
    brief = replace(BY_HAND, arms=arms, guardrails=())
    view = make_running(people.alice, product, brief)
    cells = [{"conversions": float(n)} for n in (400, 456, 402)]
    draft = CountsDraft([2000, 2000, 2000], {"primary": cells})
    enter_counts(people.alice, product, view.public_id, draft)
    stop(people.alice, product, view.public_id, reason="in")
    body = save_readout(people.alice, product, view.public_id).latest.body
    assert body["level"] == pytest.approx(0.975)
    # At 95 % the difference of B would have counted: p lies between 0.025 and 0.05.
    p = body["metrics"][0]["comparisons"][0]["absolute"]["p"]
    assert 0.025 < p < 0.05
    assert body["verdict"] == "null"


def test_a_readout_is_followed_and_never_changed(people, product):
    first = make_read(people.alice, product)
    kept = dict(first.latest.body)
    enter_counts(people.alice, product, first.public_id, hand_counts((2000, 400), (2000, 410)))
    second = save_readout(people.alice, product, first.public_id)
    assert [each.number for each in second.readouts] == [1, 2]
    assert second.readouts[0].body == kept
    assert second.readouts[0].is_whole
    assert (second.readouts[0].verdict, second.latest.verdict) == ("win", "null")
    row = Readout.objects.get(experiment__public_id=first.public_id, number=1)
    row.body = row.body.replace('"verdict":"win"', '"verdict":"loss"')
    row.save()
    assert not get_experiment(product, first.public_id).readouts[0].is_whole


def test_counts_are_refused_with_what_is_wrong(people, product):
    view = make_running(people.alice, product)
    for draft, words in (
        (CountsDraft([10]), "there are 2 arms"),
        (hand_counts((10, 11), (10, 1)), "no more units convert"),
        (CountsDraft([10, -1]), "zero or more"),
        (CountsDraft([10, 10], {"nonsense": [{}, {}]}), "no such metric"),
        (CountsDraft([10, 10], {"primary": [{"conversions": 1.5}, {"conversions": 1}]}), "whole"),
        (CountsDraft([10, 10], {"primary": [{}, {}]}), "is missing"),
    ):
        with pytest.raises(InvalidValueError, match=words):
            enter_counts(people.alice, product, view.public_id, draft)
    assert get_experiment(product, view.public_id).counts == ()


def test_outcomes_entered_before_the_end_are_a_look_units_are_not(people, product):
    view = make_running(people.alice, product)
    enter_counts(people.alice, product, view.public_id, CountsDraft([50, 50]))
    assert get_experiment(product, view.public_id).peeks == 0
    enter_counts(people.alice, product, view.public_id, hand_counts((60, 6), (60, 9)))
    assert get_experiment(product, view.public_id).peeks == 1


def test_steps_are_taken_in_order_and_back(people, product):
    view = save_brief(people.alice, product, BY_HAND)
    with pytest.raises(ConflictError, match="only what is registered"):
        start(people.alice, product, view.public_id)
    seal(people.alice, product, view.public_id)
    start(people.alice, product, view.public_id)
    cancelled = cancel(people.alice, product, view.public_id, "No time")
    assert (cancelled.status, cancelled.stop_reason) == (Status.CANCELLED, "No time")
    assert reopen(people.alice, product, view.public_id).status == Status.RUNNING
    stop(people.alice, product, view.public_id, reason="early")
    running = resume(people.alice, product, view.public_id)
    assert (running.status, running.peeks) == (Status.RUNNING, 1)
    set_experiment_deleted(people.alice, product, view.public_id, is_deleted=True)
    assert list_experiments(product) == []
    set_experiment_deleted(people.alice, product, view.public_id, is_deleted=False)
    assert [each.public_id for each in list_experiments(product)] == [view.public_id]


def test_a_day_that_has_not_come_begins_nothing(people, product):
    view = save_brief(people.alice, product, BY_HAND)
    seal(people.alice, product, view.public_id)
    with pytest.raises(InvalidValueError, match="has not come yet"):
        start(people.alice, product, view.public_id, first_day=NOW.date() + timedelta(days=1))


def test_the_export_holds_every_snapshot(people, product, tmp_path):
    from pilothouse.apps.experiments.services.exporting import write_experiments

    make_read(people.alice, product)
    assert write_experiments([product], tmp_path) == 1
    (body,) = json.loads((tmp_path / "experiments.json").read_text("utf-8"))
    assert body["experiments"][0]["readouts"][0]["result"]["verdict"] == "win"
    assert "Template" in (tmp_path / "experiments.csv").read_text("utf-8")


def test_who_may_only_read_changes_nothing(people, product):
    from pilothouse.apps.workspace.models import Role

    view = make_running(people.alice, product)
    viewer = replace(people.alice, role=Role.VIEWER)
    for step in (
        lambda: save_brief(viewer, product, BY_HAND),
        lambda: stop(viewer, product, view.public_id, reason="x"),
        lambda: look_at_result(viewer, product, view.public_id),
        lambda: save_readout(viewer, product, view.public_id),
    ):
        with pytest.raises(ForbiddenError):
            step()


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 10**400, -1, 0])
def test_numbers_that_are_none_are_refused(people, product, number):
    for name in ("mde", "traffic", "planned_units", "deviation"):
        with pytest.raises(InvalidValueError, match="lies between"):
            save_brief(people.alice, product, replace(BY_HAND, **{name: number}))
    view = make_running(people.alice, product)
    if number != 0:
        with pytest.raises(InvalidValueError):
            enter_counts(people.alice, product, view.public_id, CountsDraft([number, 1]))


def test_a_sequential_test_that_has_decided_ends_without_a_reason(people, product):
    view = make_running(people.alice, product, replace(BY_HAND, rule="sequential"))
    enter_counts(people.alice, product, view.public_id, hand_counts((300, 60), (300, 62)))
    with pytest.raises(InvalidValueError, match="needs a reason"):
        stop(people.alice, product, view.public_id)
    enter_counts(people.alice, product, view.public_id, hand_counts((900, 180), (900, 300)))
    stop(people.alice, product, view.public_id)
    body = save_readout(people.alice, product, view.public_id).latest.body
    assert (body["by_rule"], body["peeks"]) == (True, 0)
    # A guardrail of which nobody knows the numbers is named.
    assert body["uncounted"] == ["Left at once"]
    assert "Anything about Left at once: it has no numbers." in body["cannot_say"]
