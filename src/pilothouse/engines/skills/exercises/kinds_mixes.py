"""Exercises on sums of unlike parts: Simpson's paradox, mix against rate, growth that adds up."""

from __future__ import annotations

from pilothouse.engines.skills.exercises.dice import Dice
from pilothouse.engines.skills.exercises.model import (
    Case,
    Choice,
    DataTable,
    Kind,
    Question,
    Trap,
    ask_choice,
    ask_number,
    ask_share,
)
from pilothouse.engines.skills.exercises.scenes import MONTHS, PRODUCTS, SEGMENTS
from pilothouse.engines.skills.exercises.words import percent, plain


def build_simpson(dice: Dice, difficulty: int) -> Case:
    """Variant A is better in each segment and worse in the sum, or the other way round."""
    first, second = dice.pick(SEGMENTS)
    low, high = dice.within(0.04, 0.08), dice.within(0.16, 0.24)
    gain = dice.within(0.008, 0.02)
    better, worse = dice.shuffled(("A", "B"))
    much, little = dice.between(1400, 2600, 10), dice.between(280, 620, 10)
    cells = {
        (better, first): (much, round(much * (low + gain))),
        (better, second): (little, round(little * (high + gain))),
        (worse, first): (little, round(little * low)),
        (worse, second): (much, round(much * high)),
    }
    rates = {key: hits / n for key, (n, hits) in cells.items()}
    total = {name: _sum(cells, name) for name in "AB"}
    weights = {s: cells["A", s][0] + cells["B", s][0] for s in (first, second)}
    fair = sum(weights[s] * rates[better, s] for s in weights) / sum(weights.values())
    raw = total[better][1] / total[better][0]
    rows = tuple(
        (f"variant {name}", segment, plain(cells[name, segment][0]),
         plain(cells[name, segment][1]))
        for name in "AB" for segment in (first, second)
    )  # fmt: skip
    return Case(
        story=(
            f"Two variants of a page in {dice.pick(PRODUCTS)} ran one after the other, not split "
            "at random; the mixture of visitors changed meanwhile.",
        ),
        tables=(DataTable("Visitors and buyers", ("Variant", "Segment", "Visitors", "Buyers"),
                          rows),),
        questions=(
            _ask_better(better, worse, total),
            ask_share(
                "fair", f"Which rate would variant {better} have with the mixture of all visitors "
                "of the table?", fair,
                why="Its rate in each segment, weighted by the visitors of both variants.",
                traps=(Trap(raw, f"This is the raw rate; {percent(much / (much + little), 0)} of "
                            f"the visitors of {better} were in the weaker segment."),),
            ),
            *((_ask_why(dice),) if difficulty > 1 else ()),
        ),
        steps=(
            *(f"{segment}: A {percent(rates['A', segment])}, B {percent(rates['B', segment])}."
              for segment in (first, second)),
            f"{better} is ahead in both, but raw it is {percent(raw)} against "
            f"{percent(total[worse][1] / total[worse][0])}: most of its visitors came from "
            f"“{first}”, where fewer people buy.",
            f"With one mixture: {plain(weights[first])} × {percent(rates[better, first])} and "
            f"{plain(weights[second])} × {percent(rates[better, second])} give {percent(fair)}.",
        ),
        hints=("Compare within each segment first.",),
    )  # fmt: skip


def _sum(cells: dict[tuple[str, str], tuple[int, int]], name: str) -> tuple[int, int]:
    mine = [pair for (variant, _), pair in cells.items() if variant == name]
    return sum(n for n, _ in mine), sum(hits for _, hits in mine)


def _ask_better(better: str, worse: str, total: dict[str, tuple[int, int]]) -> Question:
    raw = {name: percent(hits / n) for name, (n, hits) in total.items()}
    choices = (
        Choice("A", "variant A", f"Raw {raw['A']}."),
        Choice("B", "variant B", f"Raw {raw['B']}."),
    )
    traps = (
        Trap(worse, f"In the sum {worse} leads with {raw[worse]}, only because it had more "
             "visitors of the better segment."),
    )  # fmt: skip
    ask = "Which variant sold better to visitors of the same segment?"
    return ask_choice("better", ask, choices, better, traps)


def _ask_why(dice: Dice) -> Question:
    choices = (
        Choice("mixture", "The segment goes with both: the variant that one saw, and how often one "
               "buys", "Such a third thing confounds; a split at random takes it out."),
        Choice("small", "The samples are too small",
               "More visitors with the same mixture would show the same reversal."),
        Choice("test", "The rates were counted wrongly", "Each count is right; the sum misleads."),
    )  # fmt: skip
    return ask_choice(
        "why", "Why does the sum say the opposite?", tuple(dice.shuffled(choices)), "mixture",
        (Trap("small", "A larger n makes chance smaller, not a bias."),),
    )  # fmt: skip


def build_mix(dice: Dice, difficulty: int) -> Case:
    """An overall rate moves because the mixture moved."""
    first, second = dice.pick(SEGMENTS)
    low, high = dice.within(0.02, 0.06), dice.within(0.12, 0.2)
    total = [dice.between(4000, 9000, 100) for _ in range(2)]
    falls = dice.chance(0.5)
    shares = (dice.within(0.3, 0.42), dice.within(0.55, 0.7))
    shares = shares if falls else (shares[1], shares[0])
    move = 0.0 if difficulty == 1 else dice.within(0.004, 0.012) * (1 if falls else -1)
    counts, buyers = [], []
    for month in range(2):
        n = (
            round(total[month] * shares[month]),
            total[month] - round(total[month] * shares[month]),
        )
        counts.append(n)
        buyers.append((round(n[0] * (low + month * move)), round(n[1] * (high + month * move))))
    overall = [sum(buyers[m]) / sum(counts[m]) for m in range(2)]
    old = [buyers[0][s] / counts[0][s] for s in range(2)]
    mixed = sum(counts[1][s] * old[s] for s in range(2)) / sum(counts[1])
    change, mix = 100 * (overall[1] - overall[0]), 100 * (mixed - overall[0])
    rate = change - mix
    months = MONTHS[(at := dice.between(0, 4))], MONTHS[at + 1]
    rows = tuple(
        (months[m], segment, plain(counts[m][s]), plain(buyers[m][s]))
        for m in range(2) for s, segment in enumerate((first, second))
    )  # fmt: skip
    word = "fell" if change < 0 else "rose"
    return Case(
        story=(
            f"The conversion of {dice.pick(PRODUCTS)} {word} from {percent(overall[0], 2)} to "
            f"{percent(overall[1], 2)}. Somebody asks which change of the page did it.",
        ),
        tables=(DataTable("Visitors and buyers", ("Month", "Segment", "Visitors", "Buyers"),
                          rows),),
        questions=(
            ask_number(
                "mix", "How many percentage points of the change come from the mixture alone "
                f"(rates of {months[0]}, visitors of {months[1]})? A fall is negative.", mix,
                0.15, unit="points", digits=2,
                why="The rate that the new mixture would have had at the old rates, minus the old.",
                traps=((Trap(change, "That is the whole change; the rates moved as well."),)
                       if difficulty > 1 else
                       (Trap(0.0, "The rates did not move, but their weights did."),)),
            ),
            ask_number(
                "rate", "And how many from rates that changed?", rate, 0.15, unit="points",
                digits=2, why="The rest: whole change minus mixture.",
                traps=((Trap(change, "The page is blamed, or praised, for who came to it."),)),
            ),
        ),
        steps=(
            f"Rates of {months[0]}: {first} {percent(old[0], 2)}, {second} {percent(old[1], 2)}.",
            f"With the visitors of {months[1]}: ({plain(counts[1][0])} × {percent(old[0], 2)} + "
            f"{plain(counts[1][1])} × {percent(old[1], 2)}) / {plain(sum(counts[1]))} = "
            f"{percent(mixed, 2)}.",
            f"Mixture: {100 * mixed:.2f} − {100 * overall[0]:.2f} = {plain(mix, 2)} points.",
            f"Rates: {plain(change, 2)} − ({plain(mix, 2)}) = {plain(rate, 2)} points.",
        ),
        hints=("Which rate would the new visitors have had if nothing else had changed?",),
    )  # fmt: skip


def build_growth(dice: Dice, difficulty: int) -> Case:
    """New, returned, kept and lost users must add up; one of them is missing."""
    before = dice.between(800, 6000, 10)
    lost = round(before * dice.within(0.15, 0.4))
    new = round(before * dice.within(0.12, 0.45))
    back = round(before * dice.within(0.04, 0.15))
    now = before - lost + new + back
    month = MONTHS[(at := dice.between(1, 5))]
    last = MONTHS[at - 1]
    missing = "lost" if difficulty == 1 else dice.pick(("lost", "now", "new"))
    known = {
        "before": (f"active in {last}", before), "new": (f"new in {month}", new),
        "back": (f"back in {month} after a pause", back),
        "lost": (f"active in {last}, not in {month}", lost), "now": (f"active in {month}", now),
    }  # fmt: skip
    naive = {"lost": before + new - now, "now": before + new - lost, "new": now - (before - lost)}
    answer = known[missing][1]
    quick = (new + back) / lost
    return Case(
        story=(f"Growth accounting of {dice.pick(PRODUCTS)}; one line is missing.",),
        tables=(DataTable("Users", ("Line", "People"), tuple(
            (name, "?" if key == missing else plain(value)) for key, (name, value) in known.items()
        )),),
        questions=(
            ask_number(
                "missing", f"How many are “{known[missing][0]}”?", answer, 0.5, digits=0,
                unit="people",
                why="Active now = active before − lost + new + back.",
                traps=(Trap(naive[missing], "Those who came back are forgotten: they are neither "
                            f"new nor were they active in {last}."),),
            ),
            ask_number(
                "quick", "Quick ratio: gained (new and back) per lost user?", quick, 0.03,
                digits=2,
                why="Above 1 the product grows; near 1 the gain mostly makes up for losses.",
                traps=(Trap(new / lost, "Those who came back are gained as well."),),
            ),
            ask_share(
                "kept", f"Which share of those active in {last} was kept?", 1 - lost / before,
                why="Kept = active before − lost.",
                traps=(Trap(now / before, "That is growth: it counts new people as if they had "
                            "been kept."),),
            ),
        ),
        steps=(
            f"{plain(before)} − {plain(lost)} + {plain(new)} + {plain(back)} = {plain(now)}.",
            f"Quick ratio: ({plain(new)} + {plain(back)}) / {plain(lost)} = {quick:.2f}.",
            f"Kept: {plain(before - lost)} / {plain(before)} = {percent(1 - lost / before)}.",
        ),
        hints=("Write the equation before any number.",),
    )  # fmt: skip


KINDS = (
    Kind("simpson", "Better in each part, worse in the sum", "C10",
         "Comparing like with like when groups differ.",
         "The sum is believed, although it mixes unlike groups.", build_simpson),
    Kind("mix-or-rate", "Did the product change, or who came?", "C10",
         "Splitting a change into mixture and rates.",
         "A change of the mixture is taken for an effect of the product.", build_mix),
    Kind("growth-accounting", "Growth that adds up", "C10",
         "New, back, kept and lost users as one equation.",
         "Users who came back after a pause are forgotten.", build_growth),
)  # fmt: skip
