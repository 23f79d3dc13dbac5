"""Exercises on experiments: size, peeking, split, readout, alarms."""

from __future__ import annotations

from math import ceil, exp, sqrt
from statistics import NormalDist

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
from pilothouse.engines.skills.exercises.scenes import PRODUCTS
from pilothouse.engines.skills.exercises.words import percent, plain

_STANDARD = NormalDist()
Z = _STANDARD.inv_cdf(0.975)
POWER_Z = _STANDARD.inv_cdf(0.8)
# P(at least one of k equally spaced looks is below 5 %) without any effect: Armitage, McPherson
# and Rowe 1969.
PEEKING = {2: 0.083, 3: 0.107, 4: 0.126, 5: 0.142, 10: 0.193, 20: 0.248}
# Below this a split is taken for broken.
SPLIT_ALARM = 0.001


def size_of_arm(base: float, aim: float) -> int:
    """People in each of two groups to see ``base`` rise to ``aim``: 5 % two-sided, power 80 %.

    n = (z + z')² (p q + p' q') / (p' − p)², the usual approximation for two proportions.

    >>> size_of_arm(0.10, 0.12)
    3839
    """
    variance = base * (1 - base) + aim * (1 - aim)
    return ceil((Z + POWER_Z) ** 2 * variance / (aim - base) ** 2)


def build_size(dice: Dice, difficulty: int) -> Case:
    """How many people, how many days, and what half the effect costs."""
    base = dice.between(4, 30) / 100
    lift = dice.pick((0.08, 0.1, 0.12, 0.15, 0.2))
    aim = base * (1 + lift)
    n = size_of_arm(base, aim)
    points = size_of_arm(base, min(0.95, base + lift))
    daily = dice.between(max(60, n // 14), max(120, n // 4), 20)
    days = ceil(2 * n / daily)
    return Case(
        story=(
            f"{dice.pick(PRODUCTS).capitalize()} converts {percent(base, 0)}. A test with two "
            f"equal groups should find a relative rise of {percent(lift, 0)} with a power of 80 % "
            f"at 5 % two-sided. {plain(daily)} people a day enter the test, both groups together.",
        ),
        formula="n for each group = (1.96 + 0.84)² × (p(1 − p) + p′(1 − p′)) / (p′ − p)².",
        questions=(
            ask_number(
                "n", "How many people does each group need?", n, max(5.0, 0.03 * n),
                unit="people", digits=0, why="p′ is p times one plus the relative rise.",
                traps=(Trap(points, f"{percent(lift, 0)} was added as percentage points; the rise "
                            "is relative."),
                       Trap(2 * n, "That is both groups together; each needs half of it.")),
            ),
            ask_number(
                "days", "How many days does it run at least?", days, max(0.5, 0.04 * days),
                unit="days", digits=0, why="Both groups are fed from the same people.",
                traps=(Trap(ceil(n / daily), "Only one group is filled by then: the people of a "
                            "day are shared."),) if ceil(n / daily) < 0.9 * days - 1 else (),
            ),
            *((_ask_half(dice, n, size_of_arm(base, base * (1 + lift / 2))),)
              if difficulty > 1 else ()),
        ),
        steps=(
            f"p = {percent(base)}, p′ = {percent(base)} × {1 + lift:.2f} = {percent(aim, 2)}.",
            f"p(1 − p) + p′(1 − p′) = {base * (1 - base) + aim * (1 - aim):.4f}; "
            f"(p′ − p)² = {(aim - base) ** 2:.7f}.",
            f"n = 7.85 × {base * (1 - base) + aim * (1 - aim):.4f} / {(aim - base) ** 2:.7f} = "
            f"{plain(n)} in each group.",
            f"Days: 2 × {plain(n)} / {plain(daily)} = {2 * n / daily:.1f}, so {days}; in practice "
            "whole weeks.",
        ),
        hints=("First p′.", "Relative: times, not plus."),
    )  # fmt: skip


def _ask_half(dice: Dice, n: int, half: int) -> Question:
    choices = (
        Choice("four", "about four times as many", f"{plain(half)} against {plain(n)}: the effect "
               "stands squared below the line."),
        Choice("two", "about twice as many", "n falls with the square of the effect."),
        Choice("same", "as many; the power falls a little",
               "With as many people the power would fall to about 29 %."),
    )  # fmt: skip
    return ask_choice(
        "half", "Half that rise would matter too. How many people would it need?",
        tuple(dice.shuffled(choices)), "four", (Trap("two", "Half the effect is not twice the "
        "people: it is four times."),),
    )  # fmt: skip


def build_peeking(dice: Dice, difficulty: int) -> Case:
    """A test that was looked at day by day, with one day that looked good."""
    looks = dice.pick((4, 5) if difficulty == 1 else (5, 10))
    ends_well = difficulty > 1 and dice.chance(0.4)
    good = dice.between(1, looks - 3)
    values = [dice.within(0.08, 0.55) for _ in range(looks)]
    values[good] = dice.within(0.012, 0.045)
    values[-1] = dice.within(0.004, 0.03) if ends_well else dice.within(0.09, 0.4)
    rows = tuple((f"look {i + 1}", f"{p:.3f}") for i, p in enumerate(values))
    risk = PEEKING[looks]
    return Case(
        story=(
            f"An experiment in {dice.pick(PRODUCTS)} was planned to be read once, at the end, "
            f"which is look {looks}. It was looked at {looks} times at equal distances. At look "
            f"{good + 1} the team says: “p is {values[good]:.3f}, let us ship and stop.”",
        ),
        tables=(DataTable("What was seen", ("Look", "p-value"), rows),),
        questions=(
            _ask_verdict(values[-1], ends_well=ends_well),
            _ask_risk(dice, looks, risk),
            ask_share(
                "limit", f"If all {looks} looks are to count, which limit for each look keeps the "
                "whole risk at 5 % or below (Bonferroni)?", 0.05 / looks, tolerance=0.0004,
                digits=2, why="5 % shared among the looks; sequential limits do it more cheaply.",
                traps=(Trap(0.05, "With 5 % at each look the whole risk is about "
                            f"{percent(risk, 0)}."),),
            ),
        ),
        steps=(
            f"The plan has one reading, at look {looks}: p = {values[-1]:.3f}.",
            "Looking is harmless, stopping by what one saw is not: each look that may stop the "
            "test is another chance of a false alarm.",
            f"Looks share their data, so the risk is not 1 − 0.95^{looks} = "
            f"{percent(1 - 0.95**looks, 0)}, but about {percent(risk, 0)}; still far above 5 %.",
            f"Bonferroni: 5 % / {looks} = {percent(0.05 / looks, 2)}.",
        ),
        hints=("What did the plan say before any data came?",),
    )  # fmt: skip


def _ask_verdict(last: float, *, ends_well: bool) -> Question:
    choices = (
        Choice(
            "ship-early",
            "Ship at the look at which p was below 5 %",
            "That look was not the one that was planned.",
        ),
        Choice(
            "read-good",
            "Read it at the end as planned: the effect is significant",
            f"At the planned look p = {last:.3f}.",
        ),
        Choice(
            "read-none",
            "Read it at the end as planned: no effect could be shown",
            f"At the planned look p = {last:.3f}.",
        ),
        Choice(
            "discard",
            "Throw the experiment away, because somebody looked",
            "Looking without acting changes nothing.",
        ),
    )
    trap = Trap("ship-early", "The best of many looks was chosen after seeing them.")
    naive = (trap, Trap("discard", "Only stopping by what was seen would spoil it."))
    right = "read-good" if ends_well else "read-none"
    return ask_choice("verdict", "What is the right reading?", choices, right, naive)


def _ask_risk(dice: Dice, looks: int, risk: float) -> Question:
    wrong = 1 - 0.95**looks
    choices = (
        Choice("five", "5 %", "That holds for one reading."),
        Choice("real", f"about {percent(risk, 0)}", "Known for equally spaced looks at growing "
               "data."),
        Choice("apart", f"about {percent(wrong, 0)}",
               "That would hold for separate experiments; the looks share their data."),
    )  # fmt: skip
    return ask_choice(
        "risk", f"Without any effect, how often does at least one of {looks} looks fall below 5 %?",
        tuple(dice.shuffled(choices)), "real",
        (Trap("five", "5 % is the risk of each look, not of all together."),
         Trap("apart", "The looks are not independent: each holds the data of those before.")),
    )  # fmt: skip


def split_p(counts: tuple[int, ...], plan: tuple[float, ...]) -> tuple[float, float]:
    """Chi-squared of a split against its plan and its p-value, for two or three groups."""
    n = sum(counts)
    chi = sum((c - n * w) ** 2 / (n * w) for c, w in zip(counts, plan, strict=True))
    p = 2 * (1 - _STANDARD.cdf(sqrt(chi))) if len(counts) == 2 else exp(-chi / 2)
    return chi, p


def build_split(dice: Dice, difficulty: int) -> Case:
    """Sample ratio mismatch: counts against the planned split."""
    plan = dice.pick({1: ((0.5, 0.5),), 2: ((0.5, 0.5), (0.9, 0.1), (0.8, 0.2)),
                      3: ((0.9, 0.1), (1 / 3, 1 / 3, 1 / 3))}[difficulty])  # fmt: skip
    n, is_broken = dice.between(12_000, 220_000, 100), dice.chance(0.5)
    spread = sqrt(n * plan[-1] * (1 - plan[-1]))
    far = dice.within(4.2, 7.5) if is_broken else dice.within(0.3, 1.7)
    last = round(n * plan[-1] + dice.pick((-1, 1)) * far * spread)
    first = round((n - last) * plan[0] / (1 - plan[-1]))
    counts = (n - last, last) if len(plan) == 2 else (first, n - last - first, last)
    chi, p = split_p(counts, plan)
    shares = ":".join(f"{100 * w:.0f}" if len(plan) == 2 else "1" for w in plan)
    rows = tuple((f"group {'ABC'[i]}", plain(c), percent(c / n, 2)) for i, c in enumerate(counts))
    scaled = chi * 100 / n
    return Case(
        story=(
            f"A test in {dice.pick(PRODUCTS)} was planned {shares}. Before its result is read, the "
            "split is checked: chi-squared = Σ (seen − expected)² / expected. For "
            + ("two groups p < 0.001 means chi-squared above 10.83."
               if len(plan) == 2 else "three groups p < 0.001 means chi-squared above 13.82."),
        ),
        tables=(DataTable("Who was in which group", ("Group", "People", "Share"), rows),),
        questions=(
            ask_number(
                "chi", "What is chi-squared?", chi, max(0.15, 0.03 * chi), digits=2,
                why="From counts, not from shares: how far is far depends on n.",
                traps=((Trap(scaled, "This was computed from percentages, as if 100 people had "
                             "taken part."),) if chi - scaled > 0.32 + 0.07 * chi else ()),
            ),
            _ask_go_on(p, is_broken=is_broken),
        ),
        steps=(
            "Expected: " + ", ".join(plain(n * w, 1) for w in plan) + ".",
            "Differences: " + ", ".join(
                plain(c - n * w, 1) for c, w in zip(counts, plan, strict=True)) + ".",
            f"Chi-squared = {chi:.2f}; p " + (f"= {p:.3f}." if p >= 0.001 else "< 0.001."),
            "A broken split means that something decides who is counted: a redirect, a crash, "
            "bots. Find it first; the effect cannot be trusted." if is_broken else
            "Chance alone does this often: the split holds, the result may be read.",
        ),
        hints=("Expected people of each group = all people × planned share.",),
    )  # fmt: skip


def _ask_go_on(p: float, *, is_broken: bool) -> Question:
    size = f"p = {p:.3f}" if p >= 0.001 else "p is below 0.001"
    choices = (
        Choice("stop", "Stop: find the cause first, do not read the result", f"{size}."),
        Choice("read", "The split is fine: read the result", f"{size}."),
        Choice("weigh", "Weigh the groups back to the plan and read the result",
               "Weights repair the sizes, not the reason why people are missing."),
    )  # fmt: skip
    if is_broken:
        traps = (
            Trap("read", "The shares look close to the plan, but with so many people even a small "
                 "difference is no chance."),
            Trap("weigh", "Who is missing is not missing at random."),
        )  # fmt: skip
        return ask_choice("go-on", "What do you do?", choices, "stop", traps)
    trap = Trap("stop", "The counts are not equal, but they never are: this is what chance does.")
    return ask_choice("go-on", "What do you do?", choices, "read", (trap,))


def build_readout(dice: Dice, difficulty: int) -> Case:
    """Difference of two rates with its interval; what may be said."""
    n = dice.between(900, 5200, 50)
    base = dice.within(0.06, 0.3)
    deviation = sqrt(2 * base * (1 - base) / n)
    kind = dice.pick(("open", "good") if difficulty < 3 else ("open", "good", "tight"))
    if kind == "tight":
        n *= 40
        deviation = sqrt(2 * base * (1 - base) / n)
    far = dice.within(2.6, 3.6) if kind == "good" else dice.within(-1.4, 1.4)
    first, second = round(n * base), round(n * (base + far * deviation))
    p, q = first / n, second / n
    half = 100 * Z * sqrt((p * (1 - p) + q * (1 - q)) / n)
    difference = 100 * (q - p)
    low, high = difference - half, difference + half
    worth = _worth(kind, low, high)
    return Case(
        story=(
            f"A test in {dice.pick(PRODUCTS)} is over as planned; its split is right. A change of "
            f"{worth:.1f} percentage points or more would matter.",
        ),
        formula="95 % interval of a difference: ± 1.96 √(p(1 − p)/n + p′(1 − p′)/n′).",
        tables=(DataTable("Result", ("Group", "People", "Converted"),
                          (("control", plain(n), plain(first)),
                           ("variant", plain(n), plain(second)))),),
        questions=(
            ask_number("low", "Lower end of the interval of the difference?", low, 0.12,
                       unit="points", digits=2, why="Difference minus half width."),
            ask_number("high", "Upper end?", high, 0.12, unit="points", digits=2,
                       why="Difference plus half width."),
            _ask_finding(kind, low, high, worth),
        ),
        steps=(
            f"{percent(p, 2)} and {percent(q, 2)}: difference {plain(difference, 2)} points.",
            f"Half width: {half:.2f} points.",
            f"From {plain(low, 2)} to {plain(high, 2)} points; what matters begins at {worth:.1f}.",
            "Not significant and no effect are two findings: the first leaves open what the "
            "interval still holds.",
        ),
        hints=("What does the interval still allow?",),
    )  # fmt: skip


def _worth(kind: str, low: float, high: float) -> float:
    """The smallest change that matters: well inside, or well beyond, what is still possible."""
    reach = max(abs(low), abs(high))
    return max(0.1, round(0.6 * high if kind != "tight" else reach * 2.5, 1))


def _ask_finding(kind: str, low: float, high: float, worth: float) -> Question:
    seen = f"The interval goes from {plain(low, 2)} to {plain(high, 2)} points."
    choices = (
        Choice("good", "The variant is better", f"{seen}"),
        Choice("open", "Open: an effect that matters is possible, and so is none", f"{seen}"),
        Choice("tight", "No effect that matters", f"{seen}"),
    )
    naive = {
        "open": (
            Trap("tight", "No proof of an effect is no proof of none: effects that matter are "
                 "still within the interval."),
            Trap("good", "The interval holds 0: chance alone does as much."),
        ),
        "good": (Trap("open", "The whole interval lies above 0."),),
        "tight": (Trap("open", f"The interval is narrow: all of it lies within ± {worth:.1f}."),),
    }[kind]  # fmt: skip
    return ask_choice("finding", "What has the test found?", choices, kind, naive)


def build_alarm(dice: Dice, difficulty: int) -> Case:
    """Most alarms about a rare thing are false."""
    cases = dice.between(4, 60) * 1000
    rare = dice.pick((0.004, 0.005, 0.008, 0.01, 0.015, 0.02))
    found = dice.between(80, 97) / 100
    false = dice.pick((0.02, 0.03, 0.04, 0.05, 0.06))
    bad = round(cases * rare)
    hits, alarms = bad * found, (cases - bad) * false
    thing = dice.pick((("payments", "fraudulent"), ("reviews", "fake"), ("messages", "abusive"),
                       ("answers of the assistant", "wrong"), ("log-ins", "stolen")))  # fmt: skip
    precision = hits / (hits + alarms)
    minutes = dice.between(3, 9)
    return Case(
        story=(
            f"A model looks at {plain(cases)} {thing[0]} a month. {percent(rare)} of them are "
            f"{thing[1]}. It flags {percent(found, 0)} of those, and by mistake "
            f"{percent(false, 0)} of the rest.",
        ),
        questions=(
            ask_share(
                "precision", f"Which share of what it flags is really {thing[1]}?", precision,
                tolerance=0.01, why="Right flags over all flags (precision).",
                traps=(Trap(found, f"That is the share of {thing[1]} ones that are flagged "
                            "(recall), not the other way round."),
                       Trap(1 - false, "That is the share of good ones that are left alone.")),
            ),
            ask_number(
                "false", "How many flags a month are false?", alarms, max(2.0, 0.02 * alarms),
                digits=0, unit="flags", why="The rate of mistakes times all that are not.",
                traps=(Trap(hits * false, "The rate of mistakes applies to the good ones, which "
                            "are nearly all."),),
            ),
            *((ask_number(
                "hours", f"A flag takes {minutes} minutes to check. How many hours a month?",
                (hits + alarms) * minutes / 60, max(1.0, 0.02 * (hits + alarms) * minutes / 60),
                digits=0, unit="hours", why="All flags are checked, the false ones too.",
                traps=(Trap(hits * minutes / 60, "Only right flags were counted."),),
            ),) if difficulty > 1 else ()),
        ),
        steps=(
            f"{thing[1].capitalize()}: {plain(bad)}; flagged of them {plain(hits)}.",
            f"Not: {plain(cases - bad)}; flagged by mistake {plain(alarms)}.",
            f"{plain(hits)} / ({plain(hits)} + {plain(alarms)}) = {percent(precision)}.",
        ),
        hints=("Count heads, not percentages.",),
    )  # fmt: skip


KINDS = (
    Kind("size-test", "Size this test", "C11",
         "People and days that a test of two rates needs.",
         "A relative rise is read as percentage points; one group is taken for both.", build_size),
    Kind("peeking", "Somebody looked early", "C11",
         "What repeated looks do to false alarms, and what they do not.",
         "The best look is read as if it had been the planned one.", build_peeking),
    Kind("split-check", "Is the split right?", "C11",
         "Checking the sample ratio before reading a result.",
         "Shares that look close to the plan are believed.", build_split),
    Kind("readout", "What has the test found?", "C11",
         "An interval of a difference, and the three findings it allows.",
         "Not significant is reported as no effect.", build_readout),
    Kind("alarm", "How many alarms are true?", "C12",
         "Precision of a detector when what it looks for is rare.",
         "Recall is taken for precision.", build_alarm),
)  # fmt: skip
