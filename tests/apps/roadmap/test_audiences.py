from __future__ import annotations

from datetime import date

import pytest

from pilothouse.apps.roadmap.models import Audience
from pilothouse.apps.roadmap.services.audiences import (
    WordingDraft,
    list_told_bets,
    list_wordings,
    save_wording,
)
from pilothouse.apps.roadmap.services.bets import get_bet
from pilothouse.apps.roadmap.services.moves import move_bet
from pilothouse.apps.roadmap.services.outcomes import OutcomeDraft, save_outcome
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.kernel.errors import ForbiddenError, InvalidValueError, NotFoundError

Q1 = date(2027, 1, 1)
FACTS = ("horizon", "quarter", "quarter_name", "confidence", "status", "outcome_title", "effort")


def test_words_differ_and_facts_do_not(alice, product, place):
    bet = place("One-page checkout", quarter=Q1, confidence=0.8)
    for audience in Audience.values:
        words = WordingDraft(audience, f"Checkout for {audience}", "Quicker.")
        save_wording(alice, product, bet.public_id, words)
    told = [list_told_bets(product, audience)[0] for audience in Audience.values]
    assert len({each.title for each in told}) == len(told)
    assert len({tuple(str(getattr(each, fact)) for fact in FACTS) for each in told}) == 1


def test_a_bet_without_words_is_told_by_its_title(product, place):
    place("One-page checkout")
    told = list_told_bets(product, "customers")[0]
    assert (told.title, told.text, told.findings) == ("One-page checkout", "", ())


def test_a_contradiction_is_named_and_withheld_until_the_facts_agree(alice, product, place):
    bet = place("One", horizon="later")
    saved = save_wording(
        alice, product, bet.public_id, WordingDraft("sales", "Soon", "In Q1 2027.")
    )
    assert [finding.rule for finding in saved.findings] == ["quarter"]
    told = list_told_bets(product, "sales")[0]
    assert (told.title, told.is_withheld) == ("One", True)
    move_bet(alice, product, bet.public_id, quarter=Q1)
    told = list_told_bets(product, "sales")[0]
    assert (told.title, told.text, told.is_withheld) == ("Soon", "In Q1 2027.", False)


def test_a_title_of_its_own_that_says_too_much_is_named(product, place):
    place("Launch by March 2028", horizon="next")
    told = list_told_bets(product, "team")[0]
    assert ([finding.rule for finding in told.findings], told.is_withheld) == (["date"], False)


def test_numbers_of_the_outcome_may_be_told(alice, product, place):
    outcome = save_outcome(alice, product, OutcomeDraft("More", target=0.25))
    bet = place("One", outcome_id=outcome.public_id)
    words = WordingDraft("sales", "A quarter", "25 % of teams; not 26 %")
    saved = save_wording(alice, product, bet.public_id, words)
    assert [finding.words for finding in saved.findings] == ["26"]


def test_dropped_bets_are_told_to_nobody(product, place):
    place("One", status="dropped")
    assert list_told_bets(product, "team") == []


def test_empty_words_take_a_wording_away(alice, product, place):
    bet = place("One")
    save_wording(alice, product, bet.public_id, WordingDraft("sales", "Words"))
    save_wording(alice, product, bet.public_id, WordingDraft("sales", " ", "\n"))
    view = get_bet(product, bet.public_id)
    assert {wording.title for wording in list_wordings(product, view)} == {""}
    assert [act.kind for act in list_acts(alice)][:2] == ["bet.worded", "bet.worded"]


@pytest.mark.parametrize(
    "draft",
    [
        WordingDraft("everyone", "x"),
        WordingDraft("sales", "x" * 201),
        WordingDraft("sales", "", "x" * 2001),
    ],
)
def test_bad_words_are_refused(alice, product, place, draft):
    with pytest.raises(InvalidValueError):
        save_wording(alice, product, place("One").public_id, draft)


def test_only_editors_word(people, product, place):
    bet = place("One")
    with pytest.raises(ForbiddenError):
        save_wording(
            people.as_bob(Role.COMMENTER), product, bet.public_id, WordingDraft("sales", "x")
        )
    with pytest.raises(NotFoundError):
        save_wording(people.alice, product, "222222222222", WordingDraft("sales", "x"))
