"""Cadences, balances, and who knows about something."""

from __future__ import annotations

import doctest
from datetime import date, timedelta
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.engines.people.balance import Deed, weigh, weigh_each
from pilothouse.engines.people.cadence import choose_cadence, next_due, remind
from pilothouse.engines.people.knowing import Knower, rank_knowers

DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
MODULES = ("names", "companies", "duplicates", "cadence", "balance", "knowing")


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_code_hold(name: str):
    tried = doctest.testmod(import_module(f"pilothouse.engines.people.{name}"))
    assert (tried.failed, tried.attempted > 0) == (0, True)


@given(DAYS, DAYS, st.integers(1, 3650))
def test_the_day_due_follows_the_last_contact_and_nothing_else(added: date, last: date, days: int):
    due = next_due(added, last, days)
    assert due == last + timedelta(days=days)
    assert next_due(added - timedelta(days=99), last, days) == due
    assert next_due(added, None, days) == added + timedelta(days=days)


@given(DAYS, DAYS, st.integers(1, 400))
def test_a_contact_is_overdue_from_the_day_after(last: date, today: date, days: int):
    due = next_due(last, last, days)
    reminder = remind(due, today, days=days)
    assert (reminder.standing == "overdue") == (today > due)
    assert (reminder.standing == "due") == (today == due)
    assert reminder.late == (today - due).days
    assert remind(due, today, is_resting=True).standing == "resting"
    assert remind(due, today, snoozed_until=today + timedelta(days=1)).standing == "snoozed"
    assert remind(due, today, snoozed_until=today).standing != "snoozed"


def test_a_cadence_set_for_one_person_comes_before_all():
    assert choose_cadence(400, [7]) == 400
    assert choose_cadence(None, [91, 30]) == 30


@given(st.lists(st.builds(Deed, st.integers(1, 3), st.booleans(), st.booleans(), st.booleans())))
def test_a_balance_is_the_sum_of_its_parts(deeds: list[Deed]):
    whole, parts = weigh(deeds), weigh_each(deeds).values()
    assert whole.net == sum(part.net for part in parts)
    assert whole.given + whole.received + whole.asked_of_me + whole.asked_of_them == len(deeds)
    turned = weigh(Deed(d.contact, not d.is_given, d.is_done, d.is_thanked) for d in deeds)
    assert turned.net == -whole.net


def test_every_word_must_be_known_of_the_same_person():
    ana = Knower(1, {"topics": "pricing, churn", "role": "Head of Product"})
    tom = Knower(2, {"topics": "pricing", "notes": "met at a talk on churn"})
    answers = rank_knowers("pricing churn", [tom, ana])
    assert [each.number for each in answers] == [1, 2]
    assert rank_knowers("pricing security", [tom, ana]) == []
    assert rank_knowers("", [ana]) == rank_knowers("ux", [ana]) == []
