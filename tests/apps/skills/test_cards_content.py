"""The cards that come with the product: enough of them, each once, whole, short, told apart."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

import pytest

from pilothouse.apps.markdown import render_markdown
from pilothouse.apps.skills.services.cards_content import CardText, load_cards, load_packs
from pilothouse.apps.workspace.models import Industry

COMPETENCIES = {f"C{n:02}" for n in range(1, 17)}
TAGS = {"formula", "rule", "trap"}
COMMON = "a an and are at by do does for from how in is it of on or the to what which with"
STOP = set(COMMON.split())


def words_of(card: CardText) -> set[str]:
    found = re.findall(r"[a-z0-9]+", f"{card.question} {card.answer}".lower())
    return set(found) - STOP


def test_every_competency_and_industry_has_thirty_cards():
    packs = load_packs()
    assert set(packs) == COMPETENCIES | {industry.value for industry in Industry}
    assert {deck: len(pack.cards) for deck, pack in packs.items() if len(pack.cards) < 30} == {}
    assert len(load_cards()) == sum(len(pack.cards) for pack in packs.values()) >= 630
    assert all(
        (pack.kind == "competency") == (pack.deck in COMPETENCIES) for pack in packs.values()
    )


@pytest.mark.parametrize("deck", sorted(load_packs()))
def test_cards_are_whole_and_short(deck: str):
    for card in load_packs()[deck].cards:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", card.key), card.key
        assert len(card.key) <= 60, card.key
        assert 4 <= len(card.question) <= 220, card.key
        assert 8 <= len(card.answer) <= 330, card.key
        assert len(card.why) <= 250, card.key
        assert set(card.tags) <= TAGS, card.key
        assert card.question[-1] in "?.:)", card.key
        assert not re.search(r"\s{2}|^\s|\s$", card.question + "|" + card.answer), card.key


def test_no_question_comes_twice_and_no_two_cards_say_the_same():
    cards = list(load_cards().values())
    questions = [re.sub(r"\W+", " ", card.question.lower()).strip() for card in cards]
    assert len(set(questions)) == len(questions)
    bags = [(card.key, words_of(card)) for card in cards]
    alike = [
        (a, b)
        for n, (a, left) in enumerate(bags)
        for b, right in bags[n + 1 :]
        if len(left & right) > 0.6 * min(len(left), len(right)) and len(left & right) > 4
    ]
    assert alike == []


def test_texts_are_shown_as_they_were_meant():
    for card in load_cards().values():
        html = str(render_markdown(card.question)) + str(render_markdown(card.answer))
        # A stray star, underscore or bracket of a formula would become a tag.
        tags = set(re.findall(r"<(\w+)", html))
        assert tags <= {"p", "em", "strong", "code"}, (card.key, tags)
        assert "*" not in re.sub(r"<[^>]+>", "", html), card.key


def test_decks_are_called_as_their_competencies_are():
    for deck in COMPETENCIES:
        path = files("pilothouse.content").joinpath("competencies", f"{deck}.toml")
        assert load_packs()[deck].title == tomllib.loads(path.read_text("utf-8"))["title"]
