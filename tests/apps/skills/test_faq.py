"""Answers from the record: what is counted, and what is said where nothing is."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from pilothouse.apps.decisions.services.forecasts import ForecastDraft, create_forecast
from pilothouse.apps.skills.services.faq import (
    answer_questions,
    find_questions,
    list_questions,
)
from pilothouse.apps.skills.services.faq_record import Record, Standing, count_acts
from pilothouse.apps.skills.services.faq_rules import RULES
from pilothouse.apps.skills.services.targets import TargetDraft, save_target
from pilothouse.apps.workspace.models import World
from pilothouse.apps.workspace.services.ledger import ActView
from tests.apps.makers import browser_of
from tests.builders import make_product

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
EMPTY = count_acts([], now=NOW)


def act(kind: str, *, days: float = 0, product: str = "p", is_simulated: bool = False) -> ActView:
    return ActView(
        1, NOW - timedelta(days=days), "u", kind, "thing", "x", product, is_simulated, {}, "",
        False, "",
    )  # fmt: skip


def record_of(*acts: ActView) -> Record:
    return count_acts(acts, now=NOW)


@pytest.mark.parametrize("name", RULES)
def test_with_nothing_recorded_a_rule_says_so_and_what_would_change_it(name: str):
    answer = RULES[name](EMPTY)
    assert answer.is_empty
    assert answer.says.endswith(".")
    assert answer.change.endswith(".")
    assert not any(figure in answer.says for figure in "123456789")


def test_real_and_simulated_acts_are_counted_apart():
    record = record_of(
        act("metric.defined"), act("metric.defined", product="q"),
        act("metric.defined", product="s", is_simulated=True),
    )  # fmt: skip
    assert (record.real_acts, record.simulated_acts) == (2, 1)
    assert (record.real_products, record.simulated_products) == (2, 1)
    says = RULES["real-acts"](record).says
    assert says == "Your record holds 2 acts on 2 real products, and 1 act on simulated ones."
    assert "1 act on 1 simulated product would have" in RULES["simulated"](record).says


def test_setting_the_workbench_up_is_no_work():
    record = record_of(act("workspace.founded", product=""), act("token.created", product=""))
    assert record.first_at is None
    assert RULES["so-far"](record).is_empty


def test_time_so_far_counts_from_the_first_act_and_days_once():
    record = record_of(act("item.created", days=10), act("item.created", days=10.01),
                       act("item.created", days=3))  # fmt: skip
    says = RULES["so-far"](record).says
    assert "10 days ago, on 13 November 2026" in says
    assert says.endswith("on 2 days.")


def test_a_rule_names_its_parts_and_the_simulated_ones():
    record = record_of(
        act("forecast.made"), act("forecast.made"), act("forecast.resolved", is_simulated=True)
    )
    assert RULES["forecasts"](record).says == (
        "Your record holds 3 acts about forecasts: 2 forecasts made, 1 resolved, "
        "1 of them simulated."
    )


def test_acts_without_a_product_count_for_study():
    record = record_of(act("exercise.solved", product=""))
    assert "1 exercises solved" in RULES["study"](record).says
    assert record.real_acts == 0


def test_gaps_without_a_target_name_what_has_no_evidence():
    standing = Standing(total=3, without_evidence=("Strategy and vision",))
    answer = RULES["gaps"](Record(**{**EMPTY.__dict__, "standing": standing}))
    assert "evidence for 2 of 3 competencies" in answer.says
    assert "Strategy and vision" in answer.says


def test_questions_are_found_by_all_words_and_by_topic():
    assert [q.key for q in find_questions("code")][:1] == ["code"]
    assert find_questions("code zebra") == []
    assert {q.topic for q in find_questions(topic="Machines")} == {"Machines"}
    assert find_questions() == list(list_questions())


def test_answers_come_from_the_record_of_whoever_asks(people):
    product = make_product(people.alice)
    draft = ForecastDraft(question="It rains", resolve_by=NOW.date() + timedelta(90),
                          probability=0.7)  # fmt: skip
    create_forecast(people.alice, product, draft)
    wanted = find_questions("lucky")
    (hers,) = answer_questions(people.alice, wanted)
    (his,) = answer_questions(people.bob, wanted)
    assert "1 forecasts made" in hers.record.says
    assert his.record.is_empty


def test_the_gap_to_a_target_is_the_maps(people):
    save_target(people.alice, TargetDraft(role="senior", industry="healthcare"))
    (answered,) = answer_questions(people.alice, find_questions("which of my gaps"))
    assert "heaviest gap is" in answered.record.says
    assert "no level is held so far" in answered.record.says


def test_what_the_demo_and_packs_do_is_nobodys(people):
    from dataclasses import replace

    product = make_product(people.alice)
    maker = replace(people.alice, user_public_id="pack")
    draft = ForecastDraft(question="It rains", resolve_by=NOW.date() + timedelta(90),
                          probability=0.7)  # fmt: skip
    create_forecast(maker, product, draft)
    (answered,) = answer_questions(people.alice, find_questions("lucky"))
    assert answered.record.is_empty


def test_a_simulated_act_is_never_told_as_real(people):
    clock = datetime(2026, 1, 5, 9, tzinfo=timezone.utc)
    product = make_product(people.alice, "World", world=World.SIMULATED, clock=clock)
    draft = ForecastDraft(question="It rains", resolve_by=clock.date() + timedelta(90),
                          probability=0.7)  # fmt: skip
    create_forecast(people.alice, product, draft)
    (answered,) = answer_questions(people.alice, find_questions("how do i get experience"))
    assert answered.record.is_empty
    assert "simulated products" in answered.record.says


def test_the_page_searches_and_says_when_nothing_fits(people):
    alice = browser_of(people.alice)
    assert "Must I be able to code?" in alice.get("/skills/faq/?q=code").content.decode()
    nothing = alice.get("/skills/faq/?q=zebra").content.decode()
    assert "No question has these words" in nothing
    assert alice.get("/skills/faq/?topic=nosuch").status_code == 200
