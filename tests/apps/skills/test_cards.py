"""Studying: what comes next, caps and backlogs, undo, what is set aside, figures, the ledger."""

from __future__ import annotations

import random
from datetime import datetime, timedelta, timezone
from typing import Any

import fsrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from pilothouse.apps.skills.models import CardReview, CardState
from pilothouse.apps.skills.services.cards import (
    CardDraft,
    change_card,
    create_card,
    find_text,
    get_card,
    list_cards,
    set_card_deleted,
    state_rows,
    to_memory,
)
from pilothouse.apps.skills.services.cards_content import load_packs
from pilothouse.apps.skills.services.decks import Habits, get_habits, list_decks, set_habits
from pilothouse.apps.skills.services.reviews import (
    close_days,
    get_queue,
    next_turn,
    rate_card,
    set_aside,
    undo_rating,
)
from pilothouse.apps.skills.services.reviews_figures import get_figures
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import list_acts, verify_ledger
from pilothouse.apps.workspace.services.search import search
from pilothouse.engines.skills.scheduling import STAGES, Memory, recall_chance
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from tests.builders import People, make_lighthouse

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 8, tzinfo=timezone.utc)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
FIRST = [card.key for card in load_packs()["C11"].cards]
DRAFT = CardDraft("Mine", "What?", "That.", "Because.", ("a", "b"))


@pytest.fixture
def alice(people: People) -> Access:
    return people.alice


def learn(access: Access, keys: list[str], at: datetime) -> None:
    """Easy at once: each card is in review for some days."""
    for n, key in enumerate(keys):
        rate_card(access, key, 4, now=at + n * MINUTE / 60)


class TestStoredStates(TestCase):
    """What the database holds is what the package gives, whatever the history."""

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        steps=st.lists(
            st.tuples(st.integers(0, 60 * 24 * 60), st.integers(1, 4)), min_size=1, max_size=8
        )
    )
    def test_as_the_package(self, steps: list[tuple[int, int]]):
        access = make_lighthouse()
        scheduler = fsrs.Scheduler(desired_retention=0.9, enable_fuzzing=False)
        card, at = fsrs.Card(card_id=1, due=NOW), NOW
        for minutes, rating in steps:
            at += minutes * MINUTE
            rate_card(access, FIRST[0], rating, now=at)
            card, _ = scheduler.review_card(card, fsrs.Rating(rating), at)
        row = CardState.objects.get(card=FIRST[0])
        assert to_memory(row) == Memory(
            STAGES[card.state.value - 1], card.step, card.stability, card.difficulty, card.due,
            card.last_review,
        )  # fmt: skip
        assert row.reps == len(steps)


def test_a_deck_begins_with_its_first_card_and_its_steps(alice: Access):
    turn, queue = next_turn(alice, NOW, deck="C11")
    assert turn is not None
    assert (turn.card.text.key, queue.new, queue.due) == (FIRST[0], 15, 0)
    rate_card(alice, FIRST[0], 3, now=NOW, reps=0)
    assert get_queue(alice, NOW + MINUTE, deck="C11").cards[0] == FIRST[1]
    # Ten minutes later its step is due, and steps come before new cards.
    assert get_queue(alice, NOW + 10 * MINUTE, deck="C11").cards[0] == FIRST[0]


def test_without_a_deck_new_cards_come_in_turn_from_the_decks_begun(alice: Access):
    assert get_queue(alice, NOW).cards == ()
    learn(alice, [FIRST[0], "c01-leading"], NOW)
    queue = get_queue(alice, NOW + MINUTE)
    assert [key.partition("-")[0] for key in queue.cards[:4]] == ["c01", "c11", "c01", "c11"]


def test_the_cap_of_new_cards_holds_for_the_day_in_the_persons_zone(alice: Access):
    set_habits(alice, Habits(new_per_day=2, zone="Asia/Tokyo"))
    learn(alice, FIRST[:2], NOW)
    assert get_queue(alice, NOW + MINUTE, deck="C11").new == 0
    assert get_queue(alice, NOW + MINUTE, deck="C12").new == 0
    # Midnight in Tokyo is 15:00 UTC.
    assert get_queue(alice, NOW.replace(hour=14, minute=59), deck="C11").new == 0
    assert get_queue(alice, NOW.replace(hour=15), deck="C11").new == 2


def test_the_least_likely_to_be_recalled_comes_first(alice: Access):
    rng = random.Random(4)
    for n, key in enumerate(FIRST[:12]):
        for day in range(rng.randint(1, 4)):
            rate_card(alice, key, rng.choice((3, 4)), now=NOW + day * 6 * DAY + n * MINUTE)
    later = NOW + 120 * DAY
    queue = get_queue(alice, later, deck="C11")
    due = queue.cards[queue.steps : queue.steps + queue.due]
    chances = []
    for key in due:
        memory = get_card(alice, key).memory
        assert memory is not None
        chances.append(recall_chance(memory, later))
    assert len(due) >= 8
    assert chances == sorted(chances)


def test_a_backlog_stops_new_cards_and_lowers_what_is_scheduled_for(alice: Access):
    learn(alice, FIRST[:5], NOW)
    set_habits(alice, Habits(backlog_limit=3, retention=0.9))
    later = NOW + 60 * DAY
    queue = get_queue(alice, later, deck="C01")
    assert (queue.waiting, queue.is_backlog, queue.retention, queue.new) == (5, True, 0.85, 0)
    rate_card(alice, FIRST[0], 3, now=later)
    assert CardReview.objects.latest("pk").retention == 0.85
    rate_card(alice, FIRST[1], 3, now=later)
    # Three are left: no more than the limit.
    rate_card(alice, FIRST[2], 3, now=later)
    assert CardReview.objects.latest("pk").retention == 0.9
    assert get_queue(alice, later, deck="C01").new > 0


def test_cards_due_later_today_may_be_studied_now_but_never_within_a_day(alice: Access):
    rate_card(alice, FIRST[0], 3, now=NOW)
    rate_card(alice, FIRST[0], 3, now=NOW + 10 * MINUTE)
    due = CardState.objects.get().due
    assert due == NOW + 10 * MINUTE + 2 * DAY
    assert get_queue(alice, NOW + 2 * DAY).due == 1
    assert get_queue(alice, NOW + 1 * DAY + 15 * timedelta(hours=1)).due == 0


def test_undo_gives_back_exactly_what_was(alice: Access):
    learn(alice, FIRST[:1], NOW)
    later = NOW + 60 * DAY
    before = CardState.objects.values().get()
    for rating in (1, 2, 3, 4):
        rate_card(alice, FIRST[0], rating, now=later)
        assert undo_rating(alice) is not None
        assert CardState.objects.values().get() == before
    assert CardReview.objects.count() == 1


def test_undo_of_the_first_rating_makes_the_card_new_and_ends_there(alice: Access):
    rate_card(alice, FIRST[0], 1, now=NOW)
    view = undo_rating(alice)
    assert view is not None
    assert (view.state, CardState.objects.count()) == ("new", 0)
    assert undo_rating(alice) is None


def test_a_form_sent_twice_counts_once(alice: Access):
    rate_card(alice, FIRST[0], 3, now=NOW, reps=0)
    with pytest.raises(ConflictError, match="rated already"):
        rate_card(alice, FIRST[0], 3, now=NOW, reps=0)
    assert CardReview.objects.count() == 1


def test_buried_cards_come_again_tomorrow_and_suspended_ones_when_resumed(alice: Access):
    set_aside(alice, FIRST[0], "bury", now=NOW)
    set_aside(alice, FIRST[1], "suspend", now=NOW)
    assert get_queue(alice, NOW, deck="C11").cards[0] == FIRST[2]
    assert get_queue(alice, NOW + DAY, deck="C11").cards[0] == FIRST[0]
    assert FIRST[1] not in get_queue(alice, NOW + DAY, deck="C11").cards
    set_aside(alice, FIRST[1], "resume", now=NOW)
    assert FIRST[1] in get_queue(alice, NOW + DAY, deck="C11").cards
    with pytest.raises(InvalidValueError, match="what can be done"):
        set_aside(alice, FIRST[1], "burn", now=NOW)


def test_own_cards_are_written_changed_deleted_and_brought_back(alice: Access):
    card = create_card(alice, DRAFT)
    rate_card(alice, card.text.key, 3, now=NOW)
    changed = change_card(alice, card.text.key, CardDraft("C11", "Which?", "This."))
    assert (changed.text.deck, changed.text.question, changed.reps) == ("C11", "Which?", 1)
    set_card_deleted(alice, card.text.key, is_deleted=True)
    with pytest.raises(NotFoundError):
        get_card(alice, card.text.key)
    assert card.text.key not in get_queue(alice, NOW + DAY).cards
    assert list_cards(alice, state="learning") == []
    set_card_deleted(alice, card.text.key, is_deleted=False)
    assert get_card(alice, card.text.key).reps == 1


def test_an_own_card_may_lie_in_a_deck_of_ours(alice: Access):
    key = create_card(alice, CardDraft("C11", "Mine?", "Yes.")).text.key
    decks = {deck.key: deck for deck in list_decks(alice, Habits(), NOW)}
    assert decks["C11"].cards == len(FIRST) + 1
    set_habits(alice, Habits(new_per_day=100))
    assert get_queue(alice, NOW, deck="C11").cards[-1] == key


@pytest.mark.parametrize(
    ("draft", "words"),
    [
        (CardDraft("Mine", " ", "a"), "a question has 1 to 2,000"),
        (CardDraft("Mine", "q", ""), "an answer has 1 to 5,000"),
        (CardDraft("", "q", "a"), "a deck has 1 to 60"),
        (CardDraft("Mine", "q" * 2_001, "a"), "this has 2,001"),
        (CardDraft("Mine", "q", "a", tags=tuple(map(str, range(21)))), "at most 20 tags"),
    ],
)
def test_cards_that_break_a_rule_are_refused(alice: Access, draft: CardDraft, words: str):
    with pytest.raises(InvalidValueError, match=words):
        create_card(alice, draft)


@pytest.mark.parametrize(
    "habits",
    [
        Habits(new_per_day=501), Habits(retention=0.99), Habits(retention=float("nan")),
        Habits(backlog_limit=0), Habits(zone="Mars/Base"),
    ],
)  # fmt: skip
def test_habits_that_break_a_rule_are_refused(alice: Access, habits: Habits):
    with pytest.raises(InvalidValueError):
        set_habits(alice, habits)
    assert get_habits(alice) == Habits()


def test_nothing_of_it_is_seen_by_another_member(people: People):
    card = create_card(people.alice, DRAFT)
    rate_card(people.alice, card.text.key, 3, now=NOW)
    rate_card(people.alice, FIRST[0], 3, now=NOW)
    with pytest.raises(NotFoundError):
        find_text(people.bob, card.text.key)
    with pytest.raises(NotFoundError):
        rate_card(people.bob, card.text.key, 3, now=NOW)
    with pytest.raises(NotFoundError):
        set_card_deleted(people.bob, card.text.key, is_deleted=True)
    assert list_cards(people.bob, deck="Mine") == []
    assert not state_rows(people.bob).exists()
    assert get_figures(people.bob, NOW).reviews == 0
    assert undo_rating(people.bob) is None
    assert search(people.bob, "What") == []
    assert "What?" not in str([act.__dict__ for act in list_acts(people.bob)])


def test_the_ledger_holds_one_act_a_deck_and_day(alice: Access):
    own = create_card(alice, CardDraft("Secret plan", "q", "a")).text.key
    learn(alice, FIRST[:3], NOW)
    rate_card(alice, own, 1, now=NOW + MINUTE)
    rate_card(alice, own, 3, now=NOW + 5 * MINUTE)
    assert [act for act in list_acts(alice) if act.kind == "cards.reviewed"] == []
    # The first rating of the next day closes the day before.
    rate_card(alice, FIRST[3], 3, now=NOW + DAY)
    acts = [act for act in list_acts(alice) if act.kind == "cards.reviewed"]
    facts = {act.facts["deck"]: dict(act.facts) for act in acts}
    assert facts.pop("C11") == {
        "deck": "C11", "day": "2026-11-23", "reviews": 3, "recalled": 3, "new": 3,
    }  # fmt: skip
    (mine,) = facts.values()
    assert (mine["reviews"], mine["recalled"], mine["new"]) == (2, 1, 1)
    assert "Secret" not in str([act.__dict__ for act in acts])
    assert close_days(alice, (NOW + DAY).date()) == 0
    assert close_days(alice, (NOW + 2 * DAY).date()) == 1
    assert verify_ledger(alice.workspace_id).is_whole


def test_a_rating_of_a_closed_day_is_not_taken_back(alice: Access):
    rate_card(alice, FIRST[0], 3, now=NOW)
    close_days(alice, (NOW + DAY).date())
    assert undo_rating(alice) is None
    assert CardReview.objects.count() == 1


def test_true_retention_counts_cards_in_review_only(alice: Access):
    learn(alice, FIRST[:4], NOW)
    for key, rating in zip(FIRST[:4], (1, 2, 3, 4), strict=True):
        rate_card(alice, key, rating, now=NOW + 20 * DAY)
    # A step of relearning is no recall after an interval.
    rate_card(alice, FIRST[0], 3, now=NOW + 20 * DAY + 10 * MINUTE)
    figures = get_figures(alice, NOW + 20 * DAY + 20 * MINUTE)
    assert (figures.retention.hits, figures.retention.n) == (3, 4)
    assert [(each.deck, each.rate.n) for each in figures.by_deck] == [("C11", 4)]
    assert (figures.reviews, figures.begun) == (9, 4)
    assert get_figures(alice, NOW + 55 * DAY).retention.share is None


def test_what_is_coming_counts_each_card_once_on_its_day(alice: Access):
    learn(alice, FIRST[:6], NOW)
    set_aside(alice, FIRST[5], "suspend", now=NOW)
    points = get_figures(alice, NOW + MINUTE).coming.series[0].points
    assert len(points) == 30
    assert sum(point.value or 0 for point in points) == 5
    due = {row.due.date() for row in state_rows(alice).exclude(card=FIRST[5]) if row.due}
    assert {point.label for point in points if point.value} == {f"{d.day} {d:%b}" for d in due}
    overdue = get_figures(alice, NOW + 90 * DAY).coming.series[0].points
    assert overdue[0].value == 5


def test_a_card_that_a_new_version_no_longer_has_does_no_harm(alice: Access):
    gone: dict[str, Any] = {"workspace_id": alice.workspace_id, "user_id": alice.user_id}
    CardState.objects.create(
        **gone, card="c99-gone", deck="C11", stage="review", stability=3, difficulty=5, due=NOW,
        last_review=NOW - 3 * DAY, begun_on=NOW.date(),
    )  # fmt: skip
    assert get_queue(alice, NOW + DAY).due == 0
    assert next_turn(alice, NOW + DAY, deck="C11")[0] is not None
