"""Forecasts: what was said stays, what was known is not forecast, scores follow from both."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from pilothouse.apps.decisions.services.forecasts import (
    ForecastDraft,
    create_forecast,
    edit_forecast,
    get_forecast,
    list_forecasts,
    revise_estimate,
    set_forecast_deleted,
)
from pilothouse.apps.decisions.services.judging import RangeSaid
from pilothouse.apps.decisions.services.resolving import (
    ResolutionDraft,
    reopen_forecast,
    resolve_by_hand,
)
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.captures import create_capture, get_capture
from pilothouse.apps.workspace.services.ledger import list_acts, verify_ledger
from pilothouse.apps.workspace.services.search import search
from pilothouse.kernel.errors import ConflictError, ForbiddenError, InvalidValueError
from tests.apps.decisions.makers import NOW, TODAY, day, forecast, make_dated, turn
from tests.builders import People


@pytest.fixture
def product(people: People):
    return make_dated(people.alice)


def test_a_forecast_is_made_found_and_in_the_ledger(people, product):
    made = forecast(people.alice, product, topics=("#Weather", "weather"), criteria="a drop")
    assert (made.ref, made.state, made.person, made.topics) == ("F1", "open", "Alice", ("weather",))
    assert (made.latest.probability, made.latest.at) == (0.7, NOW)
    assert search(people.alice, "rains")[0].url == made.url
    act = list_acts(people.alice)[0]
    assert (act.kind, act.facts["probability"], act.facts["resolve_by"]) == (
        "forecast.made", 0.7, "2026-11-30")  # fmt: skip
    assert act.personal == "Alice"
    assert "Alice" not in str(act.facts)


def test_numbers_go_up_for_each_product_alone(people, product):
    other = make_dated(people.alice, name="Other")
    refs = [forecast(people.alice, where).ref for where in (product, product, other)]
    assert refs == ["F1", "F2", "F1"]


def test_what_was_said_stays(people, product):
    made = forecast(people.alice, product, 0.5)
    later = turn(product, days=3)
    revised = revise_estimate(people.alice, later, made.public_id, probability=0.9, note="clouds")
    assert [each.probability for each in revised.estimates] == [0.5, 0.9]
    end = resolve_by_hand(
        people.alice, turn(product, days=4), made.public_id, ResolutionDraft("yes")
    )
    judged = end.judgement
    # The last word is scored; the first and the mean over four days stand beside it.
    assert judged.brier == pytest.approx(0.01)
    assert judged.brier_first == pytest.approx(0.25)
    assert judged.brier_over_time == pytest.approx((3 * 0.25 + 0.01) / 4)
    kinds = [act.kind for act in list_acts(people.alice)[:3]]
    assert kinds == ["forecast.resolved", "forecast.updated", "forecast.made"]
    assert list_acts(people.alice)[0].facts["brier"] == pytest.approx(0.01)
    assert verify_ledger(people.alice.workspace_id).is_whole


def test_what_is_said_when_it_can_be_known_is_not_scored(people, product):
    made = forecast(people.alice, product, 0.5)
    later = turn(product, days=3)
    revise_estimate(people.alice, later, made.public_id, probability=1.0)
    known = ResolutionDraft("yes", evidence="the paper", known_on=day(2))
    end = resolve_by_hand(people.alice, turn(product, days=4), made.public_id, known)
    assert [each.is_late for each in end.estimates] == [False, True]
    assert end.judgement.probability == 0.5


def test_a_forecast_of_the_past_is_shown_and_not_scored(people, product):
    made = forecast(people.alice, product, 0.99, resolve_by=day(-1))
    assert made.state == "due"
    end = resolve_by_hand(people.alice, product, made.public_id, ResolutionDraft("yes"))
    assert end.judgement.reason == "made when the outcome could be known already"
    assert end.judgement.brier is None
    assert list_acts(people.alice)[0].facts["scored"] is False


def test_a_resolution_is_corrected_and_the_old_one_kept(people, product):
    made = forecast(people.alice, product)
    later = turn(product, days=8)
    resolve_by_hand(people.alice, later, made.public_id, ResolutionDraft("yes", evidence="a"))
    end = resolve_by_hand(people.alice, later, made.public_id, ResolutionDraft("no", evidence="b"))
    assert [(each.outcome, each.is_current) for each in end.resolutions] == [
        ("yes", False), ("no", True)]  # fmt: skip
    assert end.judgement.brier == pytest.approx(0.49)
    assert list_acts(people.alice)[0].kind == "forecast.corrected"
    again = reopen_forecast(people.alice, later, made.public_id)
    assert (again.state, again.judgement, len(again.resolutions)) == ("due", None, 2)
    with pytest.raises(ConflictError):
        reopen_forecast(people.alice, later, made.public_id)


def test_void_is_not_scored_and_says_why(people, product):
    made = forecast(people.alice, product)
    with pytest.raises(InvalidValueError, match="why"):
        resolve_by_hand(people.alice, product, made.public_id, ResolutionDraft("void"))
    draft = ResolutionDraft("void", evidence="the question was ambiguous")
    end = resolve_by_hand(people.alice, turn(product, days=8), made.public_id, draft)
    assert (end.state, end.judgement.is_scored) == ("void", False)


def test_the_wording_changes_in_the_open_and_not_after_the_end(people, product):
    made = forecast(people.alice, product)
    changes = {"question": "It pours", "resolve_by": day(9), "criteria": ""}
    changed = edit_forecast(people.alice, product, made.public_id, changes)
    assert [(each.field, each.before, each.after) for each in changed.revisions] == [
        ("question", "It rains", "It pours"),
        ("resolve_by", "2026-11-30", "2026-12-02"),
    ]
    assert search(people.alice, "pours")
    assert list_acts(people.alice)[0].facts["fields"] == ["question", "resolve_by"]
    resolve_by_hand(people.alice, turn(product, days=1), made.public_id, ResolutionDraft("yes"))
    with pytest.raises(ConflictError):
        edit_forecast(people.alice, product, made.public_id, {"question": "It snows"})
    with pytest.raises(ConflictError):
        revise_estimate(people.alice, product, made.public_id, probability=0.1)
    with pytest.raises(InvalidValueError):
        edit_forecast(people.alice, product, made.public_id, {"created_at": NOW})


def test_others_may_not_touch_it_unless_they_edit(people, product):
    commenter = people.as_bob(Role.COMMENTER)
    mine = forecast(commenter, product)
    assert revise_estimate(commenter, product, mine.public_id, probability=0.2).latest
    hers = forecast(people.alice, product)
    with pytest.raises(ForbiddenError):
        revise_estimate(commenter, product, hers.public_id, probability=0.2)
    with pytest.raises(ForbiddenError):
        forecast(people.as_bob(Role.VIEWER), product)
    with pytest.raises(ForbiddenError):
        resolve_by_hand(commenter, product, mine.public_id, ResolutionDraft("yes"))


def test_a_number_is_scored_by_its_range(people, product):
    said = RangeSaid(100.0, 150.0, 300.0, 0.8)
    made = forecast(people.alice, product, kind="numeric", range=said, unit="teams")
    later = turn(product, days=8)
    draft = ResolutionDraft("value", value=350.0)
    score = resolve_by_hand(people.alice, later, made.public_id, draft).judgement.score
    assert (score.is_covered, score.side, score.interval_score) == (False, "above", 700)
    with pytest.raises(InvalidValueError):
        resolve_by_hand(people.alice, later, made.public_id, ResolutionDraft("yes"))
    with pytest.raises(InvalidValueError):
        resolve_by_hand(people.alice, later, made.public_id, ResolutionDraft("value"))


def test_a_date_that_has_not_come_is_censored(people, product):
    said = RangeSaid(day(2), day(5), day(20), 0.8)
    made = forecast(people.alice, product, kind="date", range=said)
    later = turn(product, days=8)
    never = resolve_by_hand(people.alice, later, made.public_id, ResolutionDraft("never"))
    assert (never.judgement.score.side, never.judgement.score.is_covered) == ("unknown", None)
    draft = ResolutionDraft("date", day=day(4))
    came = resolve_by_hand(people.alice, later, made.public_id, draft)
    assert (came.judgement.score.side, came.judgement.score.error) == ("inside", 1)
    draft = ResolutionDraft("date", day=day(30))
    with pytest.raises(InvalidValueError, match="not come"):
        resolve_by_hand(people.alice, later, made.public_id, draft)


@pytest.mark.parametrize(
    "changes",
    [
        {"question": " "}, {"question": "x" * 301}, {"probability": None}, {"probability": 1.2},
        {"kind": "guess"}, {"kind": "numeric"}, {"resolve_by": date(1, 1, 1)},
        {"source_kind": "oracle"}, {"kind": "date", "range": RangeSaid(1.0, 2.0, 3.0, 0.8)},
        {"kind": "numeric", "range": RangeSaid(3.0, 2.0, 1.0, 0.8)},
        {"kind": "numeric", "range": RangeSaid(1.0, 2.0, 3.0, 0.77)},
        {"topics": tuple(str(n) for n in range(60))},
    ],
)  # fmt: skip
def test_bad_drafts_are_refused(people, product, changes):
    with pytest.raises(InvalidValueError):
        create_forecast(
            people.alice, product,
            replace(ForecastDraft("It rains", day(7), probability=0.5), **changes),
        )  # fmt: skip


def test_a_captured_thought_becomes_a_forecast(people, product):
    thought = create_capture(people.alice, "80% that it rains", kind="forecast", product=product)
    forecast(people.alice, product, capture_id=thought.public_id)
    assert get_capture(people.alice, thought.public_id).is_done


def test_deleting_is_undone(people, product):
    made = forecast(people.alice, product)
    set_forecast_deleted(people.alice, product, made.public_id, is_deleted=True)
    assert list_forecasts(product) == []
    assert search(people.alice, "rains") == []
    set_forecast_deleted(people.alice, product, made.public_id, is_deleted=False)
    assert get_forecast(product, made.public_id) == made


def test_lists_hold_what_is_due_first(people, product):
    later, due = (
        forecast(people.alice, product),
        forecast(people.bob, product, resolve_by=TODAY, topics=("sun",)),
    )
    over = forecast(people.alice, product)
    resolve_by_hand(people.alice, product, over.public_id, ResolutionDraft("no"))

    def ids(**conditions):
        return [each.public_id for each in list_forecasts(product, **conditions)]

    assert ids() == [due.public_id, later.public_id, over.public_id]
    assert ids(state="due") == ids(person="Bob") == ids(topic="sun") == [due.public_id]
    assert ids(state="open") == [due.public_id, later.public_id]
    assert ids(state="resolved") == [over.public_id]


def test_the_last_day_lasts_until_its_end_where_the_product_lives(people):
    product = make_dated(people.alice, zone="Pacific/Auckland")
    made = forecast(people.alice, product, resolve_by=day(1))
    # Auckland is 13 hours ahead: its 25th begins at 11:00 UTC of the 24th.
    late = turn(product, to=NOW + timedelta(days=2))
    end = resolve_by_hand(people.alice, late, made.public_id, ResolutionDraft("yes"))
    assert end.resolution.known_at.isoformat() == "2026-11-24T11:00:00+00:00"
