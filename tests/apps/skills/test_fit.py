"""Fit: private, off by default, measured by stated formulas, without a trace elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.apps.skills.guide_models import FitSettings, Reflection
from pilothouse.apps.skills.services.fit import (
    FitView,
    add_reflection,
    forget_fit,
    get_fit,
    list_reflections,
    save_fit,
    set_reflection_deleted,
)
from pilothouse.apps.skills.services.fit_load import count_open, measure_load, read_fit_record
from pilothouse.apps.workspace.models import Role, SearchEntry
from pilothouse.apps.workspace.services.export import export_workspace
from pilothouse.apps.workspace.services.ledger import ActView, list_acts, record_act
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from tests.apps.makers import browser_of
from tests.builders import make_product

# A Monday, noon.
NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
HOURS = FitView(is_on=True)


def act(
    minutes: float,
    kind: str = "item.changed",
    product: str = "p",
    user: str = "u",
    thing: str = "x",
) -> ActView:
    """An act so many minutes after nine on the Monday."""
    at = NOW.replace(hour=9) + timedelta(minutes=minutes)
    return ActView(1, at, user, kind, "thing", thing, product, False, {}, "", False, "")


@pytest.fixture
def alice(people):
    save_fit(people.alice, HOURS)
    return people.alice


def test_load_worked_by_hand():
    # One sitting of 70 minutes in three places, a pause of 40, one of 20 minutes in one place.
    acts = [
        act(0), act(20), act(25, "metric.defined"), act(50, "metric.changed"),
        act(70, "item.created"), act(110, "decision.written"), act(130, "forecast.made"),
    ]  # fmt: skip
    load = measure_load(acts, HOURS, now=NOW, open_promises=2)
    assert (load.acts, load.sittings, load.switches) == (7, 2, 2)
    assert load.hours == pytest.approx(1.5)
    assert load.switches_per_hour == pytest.approx(2 / 1.5)
    assert load.longest_minutes == 25
    assert (load.outside.hits, load.outside.n, load.open_promises) == (0, 7, 2)


def test_below_an_hour_no_rate_is_told():
    load = measure_load([act(0), act(10, product="q")], HOURS, now=NOW, open_promises=0)
    assert load.switches == 1
    assert load.switches_per_hour is None
    assert load.switch_words == "1 switch"


def test_hours_are_those_of_the_persons_own_zone():
    early = replace(HOURS, zone="America/New_York")
    acts = [act(0), act(60 * 6)]
    assert (
        measure_load(acts, HOURS, now=NOW + timedelta(hours=9), open_promises=0).outside.hits == 0
    )
    assert (
        measure_load(acts, early, now=NOW + timedelta(hours=9), open_promises=0).outside.hits == 1
    )


def test_weekends_are_outside_unless_chosen():
    saturday = replace(act(0), at=NOW - timedelta(days=2))
    assert measure_load([saturday], HOURS, now=NOW, open_promises=0).outside.hits == 1
    chosen = replace(HOURS, with_weekends=True)
    assert measure_load([saturday], chosen, now=NOW, open_promises=0).outside.hits == 0


def test_older_acts_do_not_count():
    old = replace(act(0), at=NOW - timedelta(days=29))
    load = measure_load([old], HOURS, now=NOW, open_promises=0)
    assert (load.acts, load.hours, load.outside.n) == (0, 0, 0)


PLACES = st.sampled_from(["item.changed", "metric.defined", "decision.written"])


@given(st.lists(st.tuples(st.integers(0, 20_000), PLACES), max_size=60))
def test_sittings_switches_and_blocks_keep_their_bounds(rows):
    acts = [act(-minutes, kind) for minutes, kind in sorted(rows, reverse=True)]
    load = measure_load(acts, HOURS, now=NOW, open_promises=0)
    assert load.acts == len(rows)
    assert load.sittings <= load.acts
    assert 0 <= load.switches <= max(load.acts - load.sittings, 0)
    assert load.longest_minutes <= load.hours * 60 + 1e-6
    alone = [replace(each, kind="item.changed") for each in acts]
    assert measure_load(alone, HOURS, now=NOW, open_promises=0).switches == 0


def test_open_promises_are_those_one_made_and_nobody_settled():
    acts = [
        act(0, "promise.made", thing="a"), act(1, "promise.made", thing="b"),
        act(2, "promise.made", thing="c", user="other"),
        act(3, "promise.kept", thing="a", user="other"),
        act(4, "promise.broken", thing="b"), act(5, "promise.reopened", thing="b"),
        act(6, "promise.kept", thing="c"),
    ]  # fmt: skip
    assert count_open(acts, "u") == 1
    assert count_open([*acts, act(7, "promise.deleted", thing="b")], "u") == 0


def test_it_is_off_until_switched_on(people):
    assert not get_fit(people.bob).is_on
    with pytest.raises(ConflictError, match="switched off"):
        add_reflection(people.bob, {"switching": 3})
    page = browser_of(people.bob).get("/skills/fit/").content.decode()
    assert "The private part is off" in page
    assert "What it asked of you" not in page


@pytest.mark.parametrize(
    ("answers", "words"), [({"nosuch": 3}, "no such item"), ({"switching": 6}, "1, 2, 3, 4 or 5")]
)
def test_answers_are_one_to_five_of_items_there_are(alice, answers, words):
    with pytest.raises(InvalidValueError, match=words):
        add_reflection(alice, answers)


def test_a_reflection_needs_one_answer_or_one_word(alice):
    with pytest.raises(InvalidValueError, match="at least"):
        add_reflection(alice, {}, gave="  ")
    assert add_reflection(alice, {}, took="Too many meetings").answers == {}


def test_nobody_else_can_touch_a_reflection(alice, people):
    kept = add_reflection(alice, {"impact": 5}, gave="A private joy")
    save_fit(people.bob, HOURS)
    assert list_reflections(people.bob) == []
    with pytest.raises(NotFoundError):
        set_reflection_deleted(people.bob, kept.public_id, is_deleted=True)
    page = browser_of(people.bob).get("/skills/fit/").content.decode()
    assert "A private joy" not in page
    assert forget_fit(people.bob) == 0
    assert [each.public_id for each in list_reflections(alice)] == [kept.public_id]


def test_it_leaves_no_trace_in_ledger_search_or_exports(alice, tmp_path):
    before = len(list_acts(alice, limit=1000))
    add_reflection(alice, {"impact": 5}, gave="Xylophone joy", took="Xylophone sorrow")
    assert len(list_acts(alice, limit=1000)) == before
    assert not SearchEntry.objects.filter(body__icontains="xylophone").exists()
    export_workspace(alice, tmp_path / "out", events_dir=tmp_path / "events")
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert files
    assert not any(b"ylophone" in path.read_bytes() for path in files)


def test_deleting_can_be_taken_back_and_forgetting_cannot(alice):
    kept = add_reflection(alice, {"team": 4})
    set_reflection_deleted(alice, kept.public_id, is_deleted=True)
    assert list_reflections(alice) == []
    set_reflection_deleted(alice, kept.public_id, is_deleted=False)
    assert len(list_reflections(alice)) == 1
    assert forget_fit(alice) == 1
    assert not Reflection.objects.exists()
    assert not FitSettings.objects.exists()
    assert not get_fit(alice).is_on


def test_hours_must_make_a_day(alice):
    with pytest.raises(InvalidValueError, match="0 to 24"):
        save_fit(alice, replace(HOURS, first_hour=18, last_hour=8))
    with pytest.raises(InvalidValueError):
        save_fit(alice, replace(HOURS, zone="Mars/Olympus"))
    assert get_fit(alice) == HOURS


def test_rewards_are_drawn_from_the_ledger_with_the_world_beside(alice, product):
    record_act(alice, "promise.kept", "promise", "x", {"name": "Ship it"}, product=product)
    record_act(alice, "item.created", "item", "y", {"name": "Not one"}, product=product)
    record = read_fit_record(alice, HOURS)
    assert record.counts == (("Promise kept", 1, 0),)
    assert [(each.words, each.name) for each in record.latest] == [("Promise kept", "Ship it")]


def test_the_page_shows_what_was_typed_again_and_never_a_score(alice):
    browser = browser_of(alice)
    answer = browser.post("/skills/fit/reflect/", {"switching": "7", "gave": "My words stay"})
    assert answer.status_code == 400
    assert "My words stay" in answer.content.decode()
    browser.post("/skills/fit/reflect/", {"switching": "4", "gave": "Kept words"}, follow=True)
    page = browser.get("/skills/fit/").content.decode()
    assert "Kept words" in page
    assert "There is no score" in page
    assert browser.post("/skills/fit/forget/", {}).status_code == 400
    assert Reflection.objects.count() == 1


def test_switching_off_keeps_the_hours_and_the_words(alice):
    add_reflection(alice, {"team": 4})
    save_fit(alice, replace(HOURS, first_hour=6))
    browser = browser_of(alice)
    assert browser.post("/skills/fit/settings/", {"on": ""}).status_code == 302
    assert get_fit(alice) == replace(HOURS, first_hour=6, is_on=False)
    assert Reflection.objects.count() == 1


def test_the_first_zone_is_that_of_the_product_looked_at(people):
    make_product(people.alice, "Kiwi", zone="Pacific/Auckland")
    browser = browser_of(people.alice)
    assert browser.post("/skills/fit/settings/", {"on": "yes"}).status_code == 302
    assert get_fit(people.alice) == replace(HOURS, zone="Pacific/Auckland")
    add_reflection(people.alice, {"team": 4}, gave="Late")
    Reflection.objects.update(at=NOW.replace(day=30, hour=20))
    assert "1 Dec 2026" in browser.get("/skills/fit/").content.decode()


def test_a_viewer_may_reflect(people):
    viewer = people.as_bob(Role.VIEWER)
    save_fit(viewer, HOURS)
    assert add_reflection(viewer, {"growth": 5}).row[-1] == 5
