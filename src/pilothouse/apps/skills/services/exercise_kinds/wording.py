"""Exercises on words: questions of interviews, user stories, requirements.

Stories and requirements are judged by the lint of documents, not by a list of answers.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from pilothouse.engines.documents import lint_text
from pilothouse.engines.skills.exercises.dice import Dice
from pilothouse.engines.skills.exercises.model import (
    Case,
    Choice,
    Kind,
    Question,
    Trap,
    ask_choice,
    ask_several,
    ask_text,
)

LABELS = {
    "good": "good: open and about what happened",
    "leading": "leading: the answer is in the question",
    "hypothetical": "hypothetical: about what would be",
    "double": "double: two questions in one",
}
INVEST = {
    "I": ("story-independent", "Independent", "it cannot be built without another story"),
    "N": ("story-negotiable", "Negotiable", "it prescribes a solution"),
    "V": ("story-valuable", "Valuable", "it does not say what anybody gains"),
    "E": ("story-estimable", "Estimable", "something is still to be found out"),
    "S": ("story-small", "Small", "it asks for more than one thing"),
    "T": ("story-testable", "Testable", "it has no criterion"),
}
SENTENCES = {
    "goal": "a goal: where to be",
    "choice": "a choice: it rules something out",
    "action": "an action: something to be done once",
    "slogan": "a slogan: nobody would choose the opposite",
}
CASES = {
    "error": "what happens when it fails",
    "empty": "what is seen when there is nothing",
    "permission": "who may use it",
}


@lru_cache(maxsize=4)
def load_rows(name: str) -> tuple[dict[str, Any], ...]:
    """The rows of a file of ``content/exercises``."""
    text = files("pilothouse.content.exercises").joinpath(f"{name}.toml").read_text("utf-8")
    return tuple(next(iter(tomllib.loads(text).values())))


def build_questions(dice: Dice, difficulty: int) -> Case:
    """Questions of an interview: which may stand, and what is wrong with the others."""
    rows = load_rows("interview_questions")
    by_label = {label: [row for row in rows if row["label"] == label] for label in LABELS}
    wanted = ["good", "good", "leading", "leading", "hypothetical"] if difficulty == 1 else [
        "good", "leading", "hypothetical", "double", *dice.sample(tuple(LABELS), difficulty - 1)
    ]  # fmt: skip
    drawn = [row for label in LABELS for row in dice.sample(by_label[label], wanted.count(label))]
    drawn = dice.shuffled(drawn)
    keys = "ABCDEF"[: len(drawn)]
    faulty = dice.pick([row for row in drawn if row["label"] != "good"])
    questions = [_ask_good(drawn, keys)] if difficulty == 1 else [
        _ask_label(key, row) for key, row in zip(keys, drawn, strict=True)
    ]  # fmt: skip
    return Case(
        story=(
            "Questions that somebody wants to ask in interviews. An answer should tell what "
            "happened, not what is polite or imagined.",
        ),
        questions=(
            *questions,
            ask_text("rewrite", f"Write it better: “{faulty['text']}”", faulty["better"],
                     "One possible way; nothing judges yours. Is it open, about the past, and one "
                     "question?"),
        ),
        steps=tuple(
            f"{key} “{row['text']}” {LABELS[row['label']].partition(':')[0].capitalize()}. "
            f"{row['why']}" for key, row in zip(keys, drawn, strict=True)
        ),
        hints=("Could one answer with yes, no, or a compliment?", "Is it about a day that was?"),
    )  # fmt: skip


def _ask_good(drawn: list[dict[str, Any]], keys: str) -> Question:
    choices = tuple(
        Choice(key, row["text"], f"{row['label'].capitalize()}. {row['why']}")
        for key, row in zip(keys, drawn, strict=True)
    )
    good = tuple(k for k, row in zip(keys, drawn, strict=True) if row["label"] == "good")
    guess = tuple(k for k, row in zip(keys, drawn, strict=True) if row["label"] == "hypothetical")
    trap = Trap((*good, *guess), "“Would you …” sounds open, but people are kind and do not know "
                "their future.")  # fmt: skip
    return ask_several(
        "good", "Which may be asked as they are?", choices, good,
        why="The others lead, or ask for a guess about what would be.", traps=(trap,),
    )  # fmt: skip


def _ask_label(key: str, row: dict[str, Any]) -> Question:
    label = row["label"]
    choices = tuple(
        Choice(each, words, row["why"] if each == label else "") for each, words in LABELS.items()
    )
    naive = "leading" if label == "good" else "good"
    why = "It sounds friendly and open; look at what can be answered." if naive == "good" else (
        "It takes up only what the person said or did."
    )  # fmt: skip
    return ask_choice(key.lower(), f"{key}. “{row['text']}”", choices, label, (Trap(naive, why),))


def compose_story(row: dict[str, Any], faults: frozenset[str]) -> str:
    """The story of ``row`` with the faults (letters of INVEST) put in."""
    wish = row["solution"] if "N" in faults else row["wish"]
    wish += f" {row['second']}" if "S" in faults else ""
    reason = "" if "V" in faults else f", so that {row['reason']}"
    open_point = f" {row['open_point']}" if "E" in faults else ""
    other = f" Depends on the story about {row['other']}." if "I" in faults else ""
    criterion = "" if "T" in faults else f"\n\n- {row['criterion']}"
    return f"As a {row['role']}, I want {wish}{reason}{open_point}.{other}{criterion}"


def find_story_faults(text: str) -> tuple[str, ...]:
    """Letters of INVEST that the lint of documents finds missing."""
    found = {finding.rule.id for finding in lint_text(text).findings}
    return tuple(letter for letter, (rule, _, _) in INVEST.items() if rule in found)


def build_story(dice: Dice, difficulty: int) -> Case:
    """Stories, each with no, one or several faults."""
    texts, questions, steps = [], [], []
    for place, row in enumerate(dice.sample(load_rows("stories"), 3 if difficulty == 3 else 2), 1):
        count = dice.pick({1: (0, 1, 1), 2: (0, 1, 2), 3: (0, 1, 2, 3)}[difficulty])
        text = compose_story(row, frozenset(dice.sample(tuple(INVEST), count)))
        texts.append(f"S{place}: " + text.replace("\n\n- ", " Criterion: "))
        questions.append(_ask_faults(place, text))
        steps += [f"S{place}: {each}" for each in _story_findings(text)]
    return Case(
        story=("Stories from a backlog. Where no criterion is written there is none.", *texts),
        questions=tuple(questions), steps=tuple(steps),
        hints=("Who gains what? Could a tester say yes or no?",),
    )  # fmt: skip


def _story_findings(text: str) -> list[str]:
    found = [f.sentence for f in lint_text(text).findings if f.rule.id.startswith("story-")]
    return found or ["role, wish, gain, one thing, no solution, no open point, a criterion."]


def _ask_faults(place: int, text: str) -> Question:
    found = {finding.rule.id: finding.sentence for finding in lint_text(text).findings}
    choices = (
        *(Choice(letter, f"not {name.lower()}: {words}", found.get(rule, "That is fine here."))
          for letter, (rule, name, words) in INVEST.items()),
        Choice("none", "none of these", "The rules of documents find something." if found else
               "The rules of documents find nothing."),
    )  # fmt: skip
    faults = find_story_faults(text)
    trap = (
        Trap(("none",), "It has the form of a story, but form is not enough.") if faults else
        Trap(("N",), "It names what a person wants to reach, not how it looks on the screen.")
    )  # fmt: skip
    return ask_several(
        f"s{place}", f"Which letters of INVEST does S{place} miss?", choices, faults or ("none",),
        why="Found by the same rules that check documents here; they look at words, and are wrong "
        "at times.", traps=(trap,),
    )  # fmt: skip


def find_missing_cases(text: str) -> tuple[str, ...]:
    """Cases that the lint of documents does not find in a requirement."""
    found = {finding.rule.id for finding in lint_text(text).findings}
    return tuple(case for case in CASES if f"case-{case}" in found)


def build_cases(dice: Dice, difficulty: int) -> Case:
    """Requirements with cases left out."""
    rows = dice.sample(load_rows("requirements"), 3 if difficulty == 3 else 2)
    texts, questions, steps = [], [], []
    for place, row in enumerate(rows, 1):
        said = dice.sample(tuple(CASES), dice.pick((0, 1, 2) if difficulty == 1 else (1, 2, 3)))
        text = " ".join([f"R{place}: {row['need']}", *(row[case] for case in said)])
        missing = find_missing_cases(text)
        texts.append(text)
        questions.append(_ask_cases(place, row, missing))
        steps += [
            f"R{place}, {CASES[case]}: "
            + (f"missing; for example “{row[case]}”" if case in missing else f"“{row[case]}”")
            for case in CASES
        ]
    return Case(
        story=("From a requirements document:", *texts),
        questions=tuple(questions), steps=tuple(steps),
        hints=("Think of the first day, a bad day and a stranger.",),
    )  # fmt: skip


def _ask_cases(place: int, row: dict[str, Any], missing: tuple[str, ...]) -> Question:
    choices = (
        *(Choice(case, words, f"For example “{row[case]}”" if case in missing else
                 f"It says “{row[case]}”") for case, words in CASES.items()),
        Choice("none", "nothing is missing", "All three are said." if not missing else
               "An engineer would have to ask, or to guess."),
    )  # fmt: skip
    trap = (
        Trap(("none",), "The good day is described; the others are where the work is.")
        if missing else Trap(("error",), "It is there, in other words.")
    )  # fmt: skip
    return ask_several(
        f"r{place}", f"What does R{place} not say?", choices, missing or ("none",),
        why="Each is a case that will happen in the first week.", traps=(trap,),
    )  # fmt: skip


def build_strategy(dice: Dice, difficulty: int) -> Case:
    """Sentences of a strategy: which decide anything."""
    rows, count = load_rows("strategy"), 4 + (difficulty > 1)
    drawn = [dice.pick([row for row in rows if row["label"] == label]) for label in SENTENCES]
    drawn += dice.sample([row for row in rows if row not in drawn], count - 4)
    drawn = dice.shuffled(drawn)
    keys = "ABCDE"[:count]
    goal = next(row for row in drawn if row["label"] == "goal")
    questions = [_ask_choices(drawn, keys)] if difficulty == 1 else [
        _ask_sentence(key, row) for key, row in zip(keys, drawn, strict=True)
    ]  # fmt: skip
    return Case(
        story=(
            "Sentences from strategy papers. A strategy says how an obstacle is overcome, and "
            "what will not be done for it.",
        ),
        questions=(
            *questions,
            ask_text("choice", f"Which choice could lead to “{goal['text']}”? Name what it rules "
                     "out.", "We serve … and not …, because …",
                     "Only a form; nothing judges yours. Could a rival sensibly choose the "
                     "opposite? Then it is a choice."),
        ),
        steps=tuple(
            f"{key} “{row['text']}” {SENTENCES[row['label']].partition(':')[0].capitalize()}. "
            f"{row['why']}" for key, row in zip(keys, drawn, strict=True)
        ),
        hints=("Would the opposite be silly? Then nothing was chosen.",),
    )  # fmt: skip


def _ask_choices(drawn: list[dict[str, Any]], keys: str) -> Question:
    choices = tuple(
        Choice(key, row["text"], f"{row['label'].capitalize()}. {row['why']}")
        for key, row in zip(keys, drawn, strict=True)
    )
    pairs = list(zip(keys, drawn, strict=True))
    right = tuple(key for key, row in pairs if row["label"] == "choice")
    goals = tuple(key for key, row in pairs if row["label"] == "goal")
    traps = (
        Trap((*right, *goals), "A goal tells where to be; it decides nothing on the way."),
        Trap(goals, "A goal, however bold, is no strategy."),
    )
    return ask_several("choices", "Which of them decide something?", choices, right,
                       why="They rule something out that somebody sensible might do.",
                       traps=traps)  # fmt: skip


def _ask_sentence(key: str, row: dict[str, Any]) -> Question:
    label = row["label"]
    choices = tuple(
        Choice(each, words, row["why"] if each == label else "")
        for each, words in SENTENCES.items()
    )
    naive = "goal" if label == "choice" else "choice"
    why = "Look for what it rules out." if naive == "goal" else "It rules nothing out."
    return ask_choice(key.lower(), f"{key}. “{row['text']}”", choices, label, (Trap(naive, why),))


KINDS = (
    Kind("strategy", "Goal or strategy?", "C04",
         "Telling choices from goals, actions and slogans.",
         "An ambitious goal is taken for a strategy.", build_strategy),
    Kind("leading-question", "Find the leading question", "C01",
         "Telling open questions from leading, hypothetical and double ones.",
         "“Would you …” is taken for an open question.", build_questions),
    Kind("story-faults", "What is wrong with this story?", "C08",
         "Reading a user story letter by letter of INVEST.",
         "The form of a story is taken for a good one.", build_story),
    Kind("missing-cases", "Which case is missing?", "C08",
         "Error, empty and permission cases of a requirement.",
         "Only the good day is read.", build_cases),
)  # fmt: skip
