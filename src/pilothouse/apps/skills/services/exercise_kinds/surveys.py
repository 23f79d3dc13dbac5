"""Exercises on surveys about needs, with answers by the engine of the backlog."""

from __future__ import annotations

from pilothouse.apps.skills.services.exercise_kinds.shared import (
    LETTERS,
    are_apart,
    order_of,
    settled,
    trap_of_order,
)
from pilothouse.engines.backlog import classify, evaluate, ulwick_score
from pilothouse.engines.backlog.kano import ANSWERS, CATEGORIES
from pilothouse.engines.skills.exercises.dice import Dice
from pilothouse.engines.skills.exercises.model import (
    Case,
    Choice,
    DataTable,
    Kind,
    Trap,
    ask_choice,
    ask_number,
    ask_order,
    ask_share,
)
from pilothouse.engines.skills.exercises.scenes import FEATURES, PRODUCTS
from pilothouse.engines.skills.exercises.words import percent


def build_kano(dice: Dice, difficulty: int) -> Case:
    """One pair of answers, then a count of many: category, better and worse."""
    told = (dice.pick(("like", "must-be", "neutral")), dice.pick(("neutral", "live-with",
                                                                  "dislike")))  # fmt: skip
    kind = classify(*told)
    weights = {key: dice.within(0.5, 2) for key in "MOAI"} | {"R": 0.2, "Q": 0.1}
    weights[dice.pick("MOAI")] += dice.within(1.5, 3)
    n = dice.between(40, 160, 4)
    total = sum(weights.values())
    counts = {key: round(n * each / total) for key, each in weights.items()}
    result = evaluate("x", counts)
    better, worse = result.better.share or 0.0, result.worse.share or 0.0
    n = sum(counts.values())
    everybody = (counts["A"] + counts["O"]) / n
    wishes = ("If it is there: ", "If it is not there: ")
    choices = tuple(Choice(key, name) for key, name in CATEGORIES.items())
    naive = {"A": "O", "O": "A", "I": "M", "M": "I"}[kind]
    case = Case(
        story=(
            f"A Kano survey on “{dice.pick(FEATURES).lower()}” in {dice.pick(PRODUCTS)}. One "
            f"person answered: {wishes[0]}“{_said(told[0])}” {wishes[1]}“{_said(told[1])}”",
            "All answers are counted below.",
        ),
        tables=(DataTable("Categories of all answers", ("Category", "People"), tuple(
            (CATEGORIES[key], str(counts[key])) for key in counts)),),
        questions=(
            ask_choice("category", "In which category does this person's pair fall?", choices, kind,
                       (Trap(naive, "Only one half of the pair was read; the other decides with "
                             "it."),)),
            ask_share("better", "How much better does it make things (attractive and "
                      "one-dimensional, out of the four usable categories)?", better,
                      why="Reverse and questionable answers are left out below the line.",
                      traps=((Trap(everybody, "Reverse and questionable answers stand below the "
                                   "line here."),) if abs(everybody - better) > 0.0102 else ())),
            ask_share("worse", "How much worse does it make things if it is missing (give it "
                      "without a minus)?", worse,
                      why="One-dimensional and must-be, out of the same four.",
                      traps=((Trap(better, "That is the other coefficient."),)
                             if abs(better - worse) > 0.0102 else ())),
        ),
        steps=(
            f"If there “{told[0]}”, if not “{told[1]}”: {CATEGORIES[kind]}.",
            f"Usable: {counts['A']} + {counts['O']} + {counts['M']} + {counts['I']} = "
            f"{counts['A'] + counts['O'] + counts['M'] + counts['I']}.",
            f"Better: ({counts['A']} + {counts['O']}) over that = {percent(better)}.",
            f"Worse: ({counts['O']} + {counts['M']}) over that = {percent(worse)}.",
        ),
        hints=("Whoever misses it and would not praise having it: must-be.",),
    )  # fmt: skip
    return settled(case, is_fine=difficulty < 3 or told[0] != "like")


def _said(answer: str) -> str:
    words = ("I like it.", "It must be that way.", "I do not care.", "I can live with it.",
             "I dislike it.")  # fmt: skip
    return words[ANSWERS.index(answer)]


def build_opportunity(dice: Dice, difficulty: int) -> Case:
    """Ulwick's score from top-two boxes: means tell another story."""
    n = dice.between(40, 120, 20)
    keys = LETTERS[: 2 + (difficulty > 1)]
    needs = dice.sample(NEEDS, len(keys))
    counts = {key: (_ratings(dice, n), _ratings(dice, n)) for key in keys}
    boxes = {key: tuple(10 * (c[3] + c[4]) / n for c in pair) for key, pair in counts.items()}
    means = {key: tuple(2 * sum((i + 1) * each for i, each in enumerate(c)) / n for c in pair)
             for key, pair in counts.items()}  # fmt: skip
    scores = {key: float(ulwick_score(*boxes[key])) for key in keys}
    by_mean = {key: float(ulwick_score(*means[key])) for key in keys}
    right, first = order_of(scores), order_of(scores)[0]
    rows = tuple(
        (f"{key} {needs[i]}, {what}", *(str(each) for each in counts[key][place]))
        for i, key in enumerate(keys) for place, what in enumerate(("importance", "satisfaction"))
    )  # fmt: skip
    important, satisfied = boxes[first]
    case = Case(
        story=(
            f"{n} users of {dice.pick(PRODUCTS)} said how important a need is and how satisfied "
            "they are with how it is met, 1 to 5 each. Ulwick's opportunity score takes the share "
            "of 4 and 5, times 10: importance + max(importance − satisfaction, 0).",
        ),
        tables=(DataTable("People by answer", ("Need", "1", "2", "3", "4", "5"), rows),),
        questions=(
            ask_order("order", "Order the needs by opportunity, the largest first.",
                      tuple(Choice(key, needs[i]) for i, key in enumerate(keys)), right,
                      why="Shares of 4 and 5, not means.",
                      traps=trap_of_order(by_mean, right, "By means; they hide how many feel "
                                         "strongly.")),
            ask_number("score", f"What is the score of {first}?", scores[first], 0.15, digits=1,
                       why="On a scale of 0 to 20.",
                       traps=(Trap(by_mean[first], "Means times two are not shares times ten."),)),
        ),
        steps=(
            *(f"{key}: importance {boxes[key][0]:.1f}, satisfaction {boxes[key][1]:.1f}: "
              f"{scores[key]:.1f} (by means it would be {by_mean[key]:.1f})." for key in keys),
            f"{first}: {important:.1f} + max({important:.1f} − {satisfied:.1f}, 0) = "
            f"{scores[first]:.1f}.",
        ),
        hints=("Count 4 and 5 only.",),
    )  # fmt: skip
    fine = are_apart(scores, 1.03) and (difficulty == 1 or order_of(by_mean) != right)
    return settled(case, is_fine=fine)


NEEDS = (
    "find a free hour", "know what it will cost", "get an answer the same day",
    "see what changed", "share it with a partner", "correct a mistake", "know that it arrived",
    "compare two offers", "keep receipts together", "start again after a break",
)  # fmt: skip


def _ratings(dice: Dice, n: int) -> list[int]:
    """How many of ``n`` said 1 to 5: some needs split people, some do not."""
    shape = dice.pick(((1, 1, 1, 4, 6), (5, 2, 1, 2, 7), (1, 2, 7, 6, 1), (2, 5, 6, 3, 1),
                       (1, 1, 4, 9, 2), (6, 3, 1, 1, 5), (1, 3, 8, 3, 1)))  # fmt: skip
    weights = [each * dice.within(0.8, 1.25) for each in shape]
    counts = [int(n * each / sum(weights)) for each in weights]
    counts[2] += n - sum(counts)
    return counts


KINDS = (
    Kind("kano", "Read a Kano survey", "C01",
         "The category of a pair of answers; better and worse of many.",
         "Only the first half of the pair is read.", build_kano),
    Kind("opportunity", "Important and badly met", "C01",
         "Opportunity scores from the share of 4 and 5.",
         "Means are taken, which hide who feels strongly.", build_opportunity),
)  # fmt: skip
