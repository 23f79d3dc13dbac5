"""Decision records: deciding, the forecast of the expected result, history, looking back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from pilothouse.apps.decisions.services.attention import list_attention
from pilothouse.apps.decisions.services.decisions import (
    DecisionDraft,
    OptionDraft,
    get_decision,
    list_decisions,
    list_revisions,
    reverse_decision,
    save_decision,
    set_decision_deleted,
    supersede_decision,
)
from pilothouse.apps.decisions.services.exporting import write_decisions
from pilothouse.apps.decisions.services.forecasts import list_forecasts
from pilothouse.apps.decisions.services.premortems import (
    CauseDraft,
    add_cause,
    change_cause,
    create_premortem,
    get_premortem,
    judge_cause,
    set_cause_deleted,
)
from pilothouse.apps.decisions.services.records import write_record
from pilothouse.apps.decisions.services.resolving import ResolutionDraft, resolve_by_hand
from pilothouse.apps.decisions.services.reviews import (
    ReviewDraft,
    add_dissent,
    review_decision,
    set_dissent_removed,
)
from pilothouse.apps.decisions.services.track_record import read_track_record
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.captures import create_capture, get_capture
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.apps.workspace.services.search import search
from pilothouse.kernel.errors import ConflictError, ForbiddenError, InvalidValueError
from tests.apps.decisions.makers import DECISION, TODAY, day, forecast, make_dated, turn
from tests.builders import People


@pytest.fixture
def product(people: People):
    return make_dated(people.alice)


def test_deciding_makes_the_forecast_of_what_is_expected(people, product):
    saved = save_decision(people.alice, product, DECISION)
    assert (saved.ref, saved.status, saved.chosen.title) == ("D1", "decided", "By usage")
    assert saved.gaps == ()
    (made,) = list_forecasts(product)
    assert (made.question, made.latest.probability, made.resolve_by, made.person) == (
        "Churn of small teams is below 4 % in April.", 0.65, day(60), "Ann")  # fmt: skip
    assert (made.decision_id, made.is_expectation) == (saved.public_id, True)
    acts = {act.kind: act for act in list_acts(people.alice)}
    decided = acts["decision.decided"]
    assert decided.facts["probability"] == 0.65
    assert decided.facts["expected"] == DECISION.expected
    assert decided.personal == "driver: Ann; approver: Bo; contributors: Cy, Di; informed: Ed"
    assert not any(name in str(decided.facts) for name in ("Ann", "Bo", "Cy"))
    assert "forecast.made" in acts
    assert search(people.alice, "usage")[0].url == saved.url


def test_a_draft_says_what_is_missing_and_forecasts_nothing(people, product):
    draft = save_decision(people.alice, product, DecisionDraft("Which colour"))
    assert draft.status == "draft"
    assert "nobody is named as the approver" in draft.gaps
    assert list_forecasts(product) == []
    with pytest.raises(InvalidValueError, match="choose an option"):
        save_decision(people.alice, product, DecisionDraft("Which colour", is_decided=True))


def test_a_decided_record_keeps_what_it_said(people, product):
    saved = save_decision(people.alice, product, DECISION)
    later = turn(product, days=2)
    changed = replace(DECISION, probability=0.8, expected="Churn falls.")
    again = save_decision(people.alice, later, changed, public_id=saved.public_id)
    assert again.revised == 1
    assert again.decided_at == saved.decided_at
    ((_, before),) = list_revisions(product, saved.public_id)
    assert (before["probability"], before["expected"]) == (0.65, DECISION.expected)
    # The forecast follows in the open: both estimates, and the old question beside the new.
    (made,) = list_forecasts(later)
    assert [each.probability for each in made.estimates] == [0.65, 0.8]
    assert made.revisions[0].before == DECISION.expected
    # Saved again as it is nothing has changed.
    same = save_decision(people.alice, later, changed, public_id=saved.public_id)
    assert same.revised == 1
    assert len(list_forecasts(later)[0].estimates) == 2
    with pytest.raises(ConflictError):
        save_decision(people.alice, later, replace(DECISION, options=()), public_id=saved.public_id)


def test_the_review_resolves_the_expectation(people, product):
    saved = save_decision(people.alice, product, DECISION)
    later = turn(product, days=60)
    assert get_decision(later, saved.public_id).is_due
    draft = ReviewDraft("Churn fell to 3 %.", "better", "both", "Tell small teams first.", "yes")
    reviewed = review_decision(people.alice, later, saved.public_id, draft)
    assert (reviewed.status, reviewed.is_due, reviewed.reviews[0].cause) == (
        "reviewed", False, "both")  # fmt: skip
    (made,) = list_forecasts(later)
    assert made.judgement.brier == pytest.approx(0.35**2)
    assert read_track_record(later).calibration.n == 1
    kinds = [act.kind for act in list_acts(people.alice)]
    assert {"decision.reviewed", "forecast.resolved"} <= set(kinds)


@pytest.mark.parametrize(
    "changes", [{"happened": ""}, {"verdict": "great"}, {"cause": "fate"}, {"came_true": "maybe"}]
)
def test_bad_reviews_change_nothing(people, product, changes):
    saved = save_decision(people.alice, product, DECISION)
    draft = replace(ReviewDraft("It came.", "better"), **changes)
    with pytest.raises(InvalidValueError):
        review_decision(people.alice, product, saved.public_id, draft)
    assert get_decision(product, saved.public_id).reviews == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"title": ""}, {"title": "x" * 201}, {"context": "x" * 20_001}, {"probability": 65},
        {"probability": float("nan")}, {"door": "trap"}, {"approver": "Ann and Bo"},
        {"approver": "Ann, Bo"}, {"review_on": DECISION.review_on.replace(year=9999)},
        {"options": (OptionDraft("A", is_chosen=True), OptionDraft("B", is_chosen=True))},
        {"options": (OptionDraft(""),)}, {"options": (OptionDraft("A"),) * 21},
    ],
)  # fmt: skip
def test_bad_records_are_refused(people, product, changes):
    draft = replace(DECISION, **changes)
    with pytest.raises(InvalidValueError):
        save_decision(people.alice, product, draft)
    assert list_decisions(product) == []


def test_dissent_is_personal_in_the_ledger(people, product):
    saved = save_decision(people.alice, product, DECISION)
    commenter = people.as_bob(Role.COMMENTER)
    noted = add_dissent(commenter, product, saved.public_id, "Eve", "Small teams will leave.")
    assert (noted.dissents[0].who, noted.dissents[0].why) == ("Eve", "Small teams will leave.")
    act = list_acts(people.alice)[0]
    assert (act.kind, act.personal) == ("decision.dissented", "Eve: Small teams will leave.")
    assert "leave" not in str(act.facts)
    gone = set_dissent_removed(
        people.alice, product, saved.public_id, noted.dissents[0].public_id, is_removed=True
    )
    assert gone.dissents == ()
    back = set_dissent_removed(
        people.alice, product, saved.public_id, noted.dissents[0].public_id, is_removed=False
    )
    assert back.dissents == noted.dissents


def test_a_decision_is_taken_back_or_replaced(people, product):
    first = save_decision(people.alice, product, DECISION)
    second = save_decision(people.alice, product, replace(DECISION, title="Price by seat"))
    replaced = supersede_decision(people.alice, product, first.public_id, second.public_id)
    assert (replaced.status, replaced.superseded_by) == ("superseded", second.public_id)
    assert reverse_decision(people.alice, product, second.public_id).status == "reversed"
    with pytest.raises(ConflictError):
        supersede_decision(people.alice, product, second.public_id, second.public_id)
    draft = save_decision(people.alice, product, DecisionDraft("Later"))
    with pytest.raises(ConflictError):
        reverse_decision(people.alice, product, draft.public_id)


def test_roles(people, product):
    with pytest.raises(ForbiddenError):
        save_decision(people.as_bob(Role.COMMENTER), product, DECISION)
    saved = save_decision(people.as_bob(Role.EDITOR), product, DECISION)
    with pytest.raises(ForbiddenError):
        add_dissent(people.as_bob(Role.VIEWER), product, saved.public_id, "", "No")


def test_lists_are_filtered_and_deleting_is_undone(people, product):
    price = save_decision(people.alice, product, DECISION)
    colour = save_decision(people.alice, product, DecisionDraft("Colour", topics=("brand",)))
    assert [each.ref for each in list_decisions(product)] == ["D2", "D1"]
    assert list_decisions(product, status="draft") == [colour]
    assert list_decisions(product, person="Cy") == [price]
    assert list_decisions(product, topic="brand") == [colour]
    due = list_decisions(turn(product, days=61), due=True)
    assert [each.ref for each in due] == ["D1"]
    set_decision_deleted(people.alice, product, price.public_id, is_deleted=True)
    assert list_decisions(product) == [colour]
    set_decision_deleted(people.alice, product, price.public_id, is_deleted=False)
    assert get_decision(product, price.public_id) == price


def test_a_captured_thought_becomes_a_decision(people, product):
    thought = create_capture(people.alice, "Which price?", kind="decision", product=product)
    save_decision(people.alice, product, replace(DECISION, capture_id=thought.public_id))
    assert get_capture(people.alice, thought.public_id).is_done


def test_the_record_as_markdown(people, product):
    saved = save_decision(people.alice, product, DECISION)
    add_dissent(people.alice, product, saved.public_id, "Eve", "Too dear.")
    premortem = create_premortem(people.alice, product, "It failed", decision_id=saved.public_id)
    full = add_cause(people.alice, product, premortem.public_id, CauseDraft("Surprise", 4, 5))
    text = write_record(
        product, get_decision(product, saved.public_id), list_forecasts(product), [full]
    )
    assert text.startswith("# D1: Price by usage\n\n- Status: Decided\n- Date: 2026-11-23")
    for part in ("## Context", "### By usage (chosen)", "Cost: 6 weeks", "Probability: 65%.",
                 "- F1 65%: Churn of small teams", "- Eve: Too dear.", "- Surprise (4 x 5)",
                 "- Approver: Bo", "- Reversibility: Two-way door"):  # fmt: skip
        assert part in text
    assert "## Reviews" not in text


def test_premortems_weigh_causes_and_judge_them(people, product):
    begun = create_premortem(people.alice, product, "Usage pricing", judge_on=day(30))
    commenter = people.as_bob(Role.COMMENTER)
    add_cause(commenter, product, begun.public_id, CauseDraft("Slow", 2, 2))
    full = add_cause(people.alice, product, begun.public_id, CauseDraft("Surprise", 4, 5))
    assert [(cause.text, cause.weight, cause.person) for cause in full.causes] == [
        ("Surprise", 20, "Alice"), ("Slow", 4, "Bob")]  # fmt: skip
    worst, slow = full.causes
    changed = change_cause(
        people.alice, product, begun.public_id, slow.public_id,
        CauseDraft("Slow", 5, 5, mitigation="Measure it", owner="Cy", signpost="tickets"),
    )  # fmt: skip
    assert changed.causes[0].owner == "Cy"
    later = turn(product, days=30)
    assert get_premortem(later, begun.public_id).is_due
    judge_cause(people.alice, later, begun.public_id, worst.public_id, came_true=True)
    judged = judge_cause(people.alice, later, begun.public_id, slow.public_id, came_true=False)
    assert (judged.judged, judged.came_true, judged.is_due) == (2, 1, False)
    fewer = set_cause_deleted(people.alice, later, begun.public_id, slow.public_id, is_deleted=True)
    assert len(fewer.causes) == 1
    for likelihood in (0, 6, True + 5):
        with pytest.raises(InvalidValueError):
            add_cause(people.alice, later, begun.public_id, CauseDraft("x", likelihood, 1))


def test_attention_names_what_is_due_and_what_just_came(people, product):
    save_decision(people.alice, product, DECISION)
    made = forecast(people.alice, product, 0.8)
    forecast(people.alice, product, resolve_by=day(59))
    premortem = create_premortem(people.alice, product, "Pricing", judge_on=day(60))
    add_cause(people.alice, product, premortem.public_id, CauseDraft("Surprise"))
    assert list_attention(people.alice, product, TODAY) == []
    later = turn(product, days=60)
    resolve_by_hand(people.alice, later, made.public_id, ResolutionDraft("yes"))
    found = list_attention(people.alice, later, TODAY + timedelta(days=60))
    assert [(each.kind, each.sentence) for each in found] == [
        ("decision", "Look back at D1: Price by usage"),
        ("forecast", "What came of F3: It rains"),
        ("forecast", "What came of F1: Churn of small teams is below 4 % in April."),
        ("premortem", "Which fears came true: Pricing"),
        ("forecast", "F2 came true, said at 80% (Brier 0.04): It rains"),
    ]


def test_everything_is_exported_as_plain_files(people, product, tmp_path):
    saved = save_decision(people.alice, product, replace(DECISION, title="=1+1 Price/by usage"))
    made = forecast(people.alice, product, 0.8, topics=("rain",))
    resolve_by_hand(people.alice, turn(product, days=8), made.public_id, ResolutionDraft("yes"))
    assert write_decisions([product], tmp_path) == 3
    (body,) = json.loads((tmp_path / "decisions.json").read_text("utf-8"))
    assert body["simulated"] is False
    assert body["decisions"][0]["options"][0]["title"] == "By usage"
    assert {each["ref"] for each in body["forecasts"]} == {"F1", "F2"}
    lines = (tmp_path / "forecasts.csv").read_text("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert any("F2,binary,It rains,Alice,rain" in line and ",yes,0.0" in line for line in lines)
    record = tmp_path / "decisions" / product.public_id / "D001-1-1-price-by-usage.md"
    assert record.read_text("utf-8").startswith(f"# {saved.ref}: =1+1 Price/by usage")
