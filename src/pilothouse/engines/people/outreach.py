"""Checks of a message to one person: is it about them, does it offer something, does it hold.

They look at words only and can be wrong; each says what it looked for and what it found. A check
that cannot know says so instead of passing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from pilothouse.engines.people.names import fold
from pilothouse.kernel.evidence import Evidence, find_unsupported
from pilothouse.kernel.figures import FigureKind, find_figures

Outcome = Literal["holds", "fails", "cannot tell"]
WORDS_LEAST, WORDS_MOST = 25, 180
# Five words in a row, as sets: above this share two messages are one with another name on it.
COPY_SHARE = 0.6
_SHINGLE = 5
_BLANKS = re.compile(r"\[[^\]\n]{1,40}\]|\{\{?[^}\n]{1,40}\}\}?|<[^>\n]{1,40}>|\bX{2,}\b|_{3,}")
_COMMON = frozenset({
    "the", "and", "for", "with", "your", "you", "our", "from", "that", "this", "work", "about",
    "product", "manager", "team", "company", "head", "lead", "senior", "of", "at", "in", "a", "an",
    # Words of every talk: that they were said tells nothing of who said them.
    "they", "them", "their", "there", "these", "those", "then", "than", "what", "when", "where",
    "which", "while", "whom", "whose", "have", "been", "were", "will", "would", "could", "should",
    "might", "must", "does", "doing", "done", "said", "says", "tell", "told", "talk", "talked",
    "spoke", "speak", "just", "only", "also", "very", "much", "more", "most", "many", "some",
    "such", "same", "other", "another", "each", "every", "into", "over", "after", "before",
    "between", "because", "again", "still", "even", "here", "like", "want", "wants", "need",
    "needs", "make", "made", "take", "took", "give", "gave", "good", "great", "well", "time",
    "week", "month", "year", "today", "people", "person", "thing", "things", "first", "last",
    "next", "back", "know", "knows", "think", "thought", "hello", "thank", "thanks", "best", "both",
    "through", "until", "without", "within", "asked", "sent", "send", "met", "meet", "going",
})  # fmt: skip
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_MEASURES = {FigureKind.NUMBER, FigureKind.SHARE}
_THANKS = re.compile(r"\b(thank|thanks|grateful|appreciate)", re.IGNORECASE)


@dataclass(frozen=True)
class Letter:
    """A message and what is known of its receiver.

    ``about`` are words of the receiver's own (topics, role, company, what was last said);
    ``offers`` the titles and addresses of what is offered, ``evidence`` what supports its numbers;
    ``others`` earlier messages to other people. ``purpose`` is one of the app's purposes.
    """

    text: str
    name: str
    given: str = ""
    about: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    others: tuple[str, ...] = ()
    purpose: str = "offer"


@dataclass(frozen=True)
class Check:
    """One question about a message, with what was found."""

    key: str
    outcome: Outcome
    sentence: str


def check_letter(letter: Letter) -> tuple[Check, ...]:
    """All checks of a message, in the order in which they are shown."""
    return (
        _check_name(letter), _check_about(letter), _check_offer(letter), _check_numbers(letter),
        _check_ask(letter), _check_length(letter), _check_blanks(letter), _check_copy(letter),
    )  # fmt: skip


def copied_share(text: str, other: str) -> float:
    """The share of runs of five words of the shorter text that stand in the other one too, 0 to 1;
    0 for texts of fewer than five words.

    >>> copied_share("one two three four five six", "one two three four five seven")
    0.5
    """
    one, two = _shingles(text), _shingles(other)
    if not one or not two:
        return 0.0
    return len(one & two) / min(len(one), len(two))


def find_gap(text: str) -> str:
    """The first gap of a text that is not filled in; empty where there is none.

    >>> find_gap("Hello Ana, [why now?]"), find_gap("Hello Ana.")
    ('[why now?]', '')
    """
    found = _BLANKS.search(text)
    return found[0] if found else ""


def is_mass_mail(letter: Letter) -> bool:
    """Whether the message is one that others have had, but for the name."""
    return _most_copied(letter) >= COPY_SHARE


def unsupported_numbers(text: str, evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """Numbers and shares of a text that stand in none of the evidence.

    Days and times are about meeting, and so is what stands in a question.

    >>> unsupported_numbers("Churn fell by 31 %. Have you 20 minutes on 3 May?", ())
    ('31 %',)
    """
    loose: list[str] = []
    for sentence in _SENTENCE.split(text):
        found = [each for each in find_figures(sentence) if each.kind in _MEASURES]
        if found and not sentence.rstrip().endswith("?"):
            loose += [each.text for each in find_unsupported(found, evidence)]
    return tuple(loose)


def _check_name(letter: Letter) -> Check:
    words = set(fold(letter.text).split())
    wanted = [word for word in fold(letter.given or letter.name).split() if len(word) > 1]
    found = next((word for word in wanted if word in words), None)
    if found:
        return Check("name", "holds", f"It calls them {found.capitalize()}.")
    return Check("name", "fails", "It does not call them by name.")


def _check_about(letter: Letter) -> Check:
    if not letter.about:
        return Check("about", "cannot tell", "The book says nothing of them that it could name.")
    # What stands in a gap is not said yet.
    folded = f" {fold(_BLANKS.sub(' ', letter.text))} "
    for text in letter.about:
        for phrase in _phrases(text):
            if f" {phrase} " in folded:
                return Check("about", "holds", f"It names something of theirs: “{phrase}”.")
    return Check(
        "about", "fails", "Nothing in it is about them: no topic, role, firm or last talk."
    )


def _check_offer(letter: Letter) -> Check:
    if letter.purpose == "thanks":
        thanks = bool(_THANKS.search(letter.text))
        words = "It says thank you." if thanks else "It is to thank and does not say so."
        return Check("offer", "holds" if thanks else "fails", words)
    if not letter.offers:
        return Check("offer", "fails", "Nothing of your own work is offered.")
    folded, plain = f" {fold(letter.text)} ", letter.text.casefold()
    for offer in letter.offers:
        is_named = f" {fold(offer)} " in folded if "://" not in offer else offer.casefold() in plain
        if offer and is_named:
            return Check("offer", "holds", f"It offers “{offer[:60]}”.")
    return Check("offer", "fails", "The work that you chose is neither named nor linked in it.")


def _check_numbers(letter: Letter) -> Check:
    loose = unsupported_numbers(letter.text, letter.evidence)
    if loose:
        return Check("numbers", "fails", f"No work that you chose holds {', '.join(loose[:3])}.")
    has_any = any(each.kind in _MEASURES for each in find_figures(letter.text))
    words = "Its numbers stand in the work that you chose." if has_any else "It claims no numbers."
    return Check("numbers", "holds", words)


def _check_ask(letter: Letter) -> Check:
    # Titles and addresses of what is offered may hold question marks of their own.
    own_words = letter.text
    for offer in letter.offers:
        own_words = own_words.replace(offer, " ")
    asks = own_words.count("?")
    if letter.purpose == "thanks":
        words = "A thank-you that asks is a request." if asks else "It asks for nothing."
        return Check("ask", "fails" if asks else "holds", words)
    if asks == 1:
        return Check("ask", "holds", "It asks one thing.")
    if asks == 0:
        fine = letter.purpose == "offer"
        words = "It asks for nothing." if fine else "It does not say what you ask."
        return Check("ask", "holds" if fine else "fails", words)
    return Check("ask", "fails", f"It asks {asks} things; one is answered more easily.")


def _check_length(letter: Letter) -> Check:
    count = len(letter.text.split())
    fine = WORDS_LEAST <= count <= WORDS_MOST
    rule = f"{WORDS_LEAST} to {WORDS_MOST} are read"
    return Check("length", "holds" if fine else "fails", f"{count} words; {rule}.")


def _check_blanks(letter: Letter) -> Check:
    if gap := find_gap(letter.text):
        return Check("blanks", "fails", f"A gap is not filled in: {gap}")
    return Check("blanks", "holds", "No gap is left open.")


def _check_copy(letter: Letter) -> Check:
    share = _most_copied(letter)
    if share >= COPY_SHARE:
        return Check("copy", "fails", f"{share:.0%} of it went to somebody else already.")
    return Check("copy", "holds", "Nobody else got this message.")


def _most_copied(letter: Letter) -> float:
    return max((copied_share(letter.text, other) for other in letter.others), default=0.0)


def _phrases(text: str) -> Iterable[str]:
    """The whole text where it is short, and each of its words that tells something."""
    words = fold(text).split()
    if 1 < len(words) <= 5:
        yield " ".join(words)
    yield from (word for word in words if len(word) >= 4 and word not in _COMMON)


def _shingles(text: str) -> set[tuple[str, ...]]:
    words: Sequence[str] = fold(text).split()
    return {tuple(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1)}
