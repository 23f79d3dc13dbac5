"""Exercises on priorities, with answers by the engine of the backlog."""

from __future__ import annotations

from collections.abc import Sequence
from math import log, sqrt

from pilothouse.apps.skills.services.exercise_kinds.shared import (
    LETTERS,
    are_apart,
    no_case,
    order_of,
    points_of,
    settled,
    trap_of_order,
)
from pilothouse.engines.backlog import (
    Candidate,
    delay_cost,
    get_framework,
    number,
    rank,
    read_candidate,
    spread,
)
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
    ask_order,
    ask_share,
)
from pilothouse.engines.skills.exercises.scenes import FEATURES, PRODUCTS
from pilothouse.engines.skills.exercises.words import percent, plain

# How many of a period are in a quarter.
QUARTERS = {"week": 13.0, "month": 3.0, "quarter": 1.0, "year": 0.25}
_Z90 = 1.6449
# Enough for an answer that is right within 6 points: off by 2 at most.
CHANCE_DRAWS = 10_000


def build_rice(dice: Dice, difficulty: int) -> Case:
    """RICE with reaches per different periods; at difficulty 2 one without a number of people."""
    count = 3 + (difficulty > 1)
    keys, framework = LETTERS[:count], get_framework("rice")
    periods = dice.shuffled(["month", "quarter", "year", "week"])[:count]
    reach = [round(dice.between(600, 9000, 100) / QUARTERS[period], -1) for period in periods]
    impact = [dice.pick((0.5, 1, 2, 3)) for _ in keys]
    sure = [dice.pick((50, 80, 100)) for _ in keys]
    effort = [dice.pick((1, 1.5, 2, 3, 4)) for _ in keys]
    names = dice.sample(FEATURES, count + 1)
    written = [
        {"reach": f"{reach[i]:g}/{periods[i]}", "impact": f"{impact[i]:g}",
         "confidence": f"{sure[i]}%", "effort": f"{effort[i]:g}"}
        for i in range(count)
    ]  # fmt: skip
    ranking = rank(
        [read_candidate(keys[i], names[i], written[i], framework) for i in range(count)],
        framework, draws=100,
    )  # fmt: skip
    scale = QUARTERS[dict(ranking.semantics)["reach"].removeprefix("per ")]
    scores = {key: value * scale for key, value in points_of(ranking).items()}
    raw = {keys[i]: reach[i] * impact[i] * sure[i] / 100 / effort[i] for i in range(count)}
    right, first = order_of(scores), order_of(scores)[0]
    rows = [
        (f"{keys[i]} {names[i]}", f"{plain(reach[i])} a {periods[i]}", f"{impact[i]:g}",
         f"{sure[i]}%", f"{effort[i]:g}")
        for i in range(count)
    ]  # fmt: skip
    with_share = difficulty > 1
    if with_share:
        letter = LETTERS[count]
        share = dice.between(10, 60)
        rows.append((f"{letter} {names[count]}", f"{share}%", "3", "100%", "1"))
    steps = [
        f"{keys[i]}: {plain(reach[i])} a {periods[i]} = {plain(reach[i] * QUARTERS[periods[i]])} a "
        f"quarter; × {impact[i]:g} × {sure[i]}% / {effort[i]:g} = {plain(scores[keys[i]])}."
        for i in range(count)
    ]  # fmt: skip
    questions: list[Question] = [
        ask_order(
            "order", f"Order {', '.join(keys)} by RICE, the best first.",
            tuple(Choice(keys[i], names[i]) for i in range(count)), right,
            why="Reach × impact × confidence / effort, all reaches per quarter.",
            traps=trap_of_order(raw, right, "The reaches were compared as written, though one is "
                               "per week and another per year."),
        ),
        ask_number("score", f"What is the RICE score of {first}, with reach per quarter?",
                   scores[first], 0.015 * scores[first], digits=0, why="People per quarter.",
                   traps=((Trap(raw[first], "The reach was not brought to a quarter."),)
                          if abs(raw[first] - scores[first]) > 0.05 * scores[first] else ())),
    ]  # fmt: skip
    if with_share:
        questions.append(_ask_share_as_reach(LETTERS[count], names[count], share))
        steps.append(f"{LETTERS[count]}: a percentage has no people; it cannot be scored yet.")
    case = Case(
        story=(f"Ideas for {dice.pick(PRODUCTS)}. Effort is in person-months.",),
        tables=(DataTable("Ideas", ("Idea", "Reach", "Impact", "Confidence", "Effort"),
                          tuple(rows)),),
        questions=tuple(questions), steps=tuple(steps),
        hints=("A quarter has 13 weeks or 3 months; a year has 4 quarters.",),
    )  # fmt: skip
    return settled(case, is_fine=are_apart(scores) and order_of(raw) != right)


def _ask_share_as_reach(letter: str, name: str, share: int) -> Question:
    choices = (
        Choice("ask", "Ask of how many people it is a percentage", "Reach is a number of people "
               "or events per period."),
        Choice("number", f"Take the percentage as it is: {share}% as {share}",
               f"{share} of 100 is not {share} people."),
        Choice("share", f"Take it as {share / 100:g}",
               "Then it would be the last of all, for no reason."),
    )  # fmt: skip
    traps = (Trap("number", "A percentage in place of people puts any idea anywhere."),
             Trap("share", "A share is not a reach; the idea would always lose."))  # fmt: skip
    return ask_choice("share", f"What do you do with {letter} ({name})?", choices, "ask", traps)


def build_chance(dice: Dice, difficulty: int) -> Case:
    """P(A above B) for value / effort with ranges: how sure an order is."""
    wide, narrow = dice.within(2.5, 5.0), dice.within(1.2, 1.6)
    value = dice.between(20, 60)
    lower = value * dice.within(0.65, 1.0)
    values = [
        (value, round(value * wide)),
        (round(lower), round(lower * (wide if difficulty > 1 else narrow))),
    ]
    efforts = [(low := dice.between(2, 4), low + dice.between(1, 6)) for _ in range(2)]
    if difficulty == 1:
        efforts = [(dice.between(2, 5),) * 2 for _ in range(2)]
    if not _is_open(values, efforts):
        return no_case()
    names = dice.sample(FEATURES, 2)
    framework = get_framework("value-effort")
    ranking = rank(
        [Candidate("AB"[i], names[i], {"value": spread(*values[i]), "effort": spread(*efforts[i])})
         for i in range(2)], framework, draws=CHANCE_DRAWS,
        seed=dice.between(1, 999_999),
    )  # fmt: skip
    scores = points_of(ranking)
    first, second = order_of(scores)
    chance = ranking.better[first, second]
    spreads = _spreads([*values, *efforts])
    whole = sqrt(sum(each * each for each in spreads))
    gap = log(scores[first] / scores[second])
    rows = tuple((f"{'AB'[i]} {names[i]}", _span(values[i]), _span(efforts[i])) for i in range(2))
    return Case(
        story=(
            f"Two ideas for {dice.pick(PRODUCTS)}, by value over effort. A range says: nine times "
            "in ten between these; the middle of a range is √(low × high).",
        ),
        tables=(DataTable("Estimates", ("Idea", "Value", "Effort"), rows),),
        questions=(
            ask_choice("first", "Which has the higher score at the middles?",
                       (Choice("A", names[0], f"{scores['A']:.2f}."),
                        Choice("B", names[1], f"{scores['B']:.2f}.")), first),
            ask_share(
                "chance", f"How likely is {first} really above {second}? A good guess is within 6 "
                "points.", chance, tolerance=0.06, digits=0,
                why="The scores spread; the chance says how often the order holds.",
                traps=(Trap(1.0, "One is ahead at the middle, but the ranges overlap."),),
            ),
            _ask_next(chance),
        ),
        steps=(
            f"Middles: A {scores['A']:.2f}, B {scores['B']:.2f}.",
            "The logarithm of a range spreads by ln(high / low) / 3.29: "
            + ", ".join(f"{each:.2f}" for each in spreads) + f"; together {whole:.2f}.",
            f"{first} leads by ln({scores[first]:.2f} / {scores[second]:.2f}) = {gap:.2f}, or "
            f"{gap / whole:.2f} spreads: about {percent(chance, 0)}, from "
            f"{plain(CHANCE_DRAWS)} draws.",
        ),
        hints=("How wide are the ranges against the distance of the middles?",),
    )  # fmt: skip


Spans = Sequence[tuple[int, int]]


def _spreads(spans: Spans) -> list[float]:
    """Standard deviations of the logarithms of ranges that hold nine in ten."""
    return [log(high / low) / (2 * _Z90) for low, high in spans]


def _is_open(values: Spans, efforts: Spans) -> bool:
    """Whether the middles are near enough, for how wide the ranges are, to ask who is ahead."""
    middles = [log(v[0] * v[1]) - log(e[0] * e[1]) for v, e in zip(values, efforts, strict=True)]
    whole = sqrt(sum(each * each for each in _spreads([*values, *efforts])))
    return 0.15 < abs(middles[0] - middles[1]) / 2 / whole < 1.1


def _span(pair: tuple[int, int]) -> str:
    return f"{pair[0]}" if pair[0] == pair[1] else f"{pair[0]} to {pair[1]}"


def _ask_next(chance: float) -> Question:
    choices = (
        Choice("measure", "Find out more about the widest range, if that is cheap",
               "The order is open, and one range makes most of it."),
        Choice("settled", "Nothing: the ranking has decided", "It would be wrong in "
               f"{percent(1 - chance, 0)} of cases."),
        Choice("decimals", "Compute the scores with more decimals",
               "The estimates are wide; more decimals do not narrow them."),
    )  # fmt: skip
    trap = Trap("settled", "A rank looks like knowledge; the ranges say how much there is.")
    return ask_choice(
        "next", "What follows before a large commitment?", choices, "measure", (trap,)
    )


def build_delay(dice: Dice, difficulty: int) -> Case:
    """Cost of delay over duration: the order that loses least, and what it loses."""
    count = 2 + difficulty
    keys = LETTERS[:count]
    cost = {key: dice.between(2, 20) for key in keys}
    weeks = {key: dice.between(1, 8) for key in keys}
    names = dict(zip(keys, dice.sample(FEATURES, count), strict=True))
    ranking = rank(
        [Candidate(key, names[key], {"cost": number(cost[key]), "duration": number(weeks[key])})
         for key in keys], get_framework("cd3"), draws=100,
    )  # fmt: skip
    scores = points_of(ranking)
    right = order_of(scores)
    by_cost = order_of({key: float(value) for key, value in cost.items()})
    lost = delay_cost((cost[key], weeks[key]) for key in right)
    naive = delay_cost((cost[key], weeks[key]) for key in by_cost)
    case = Case(
        story=(
            f"One team of {dice.pick(PRODUCTS)} does one thing after another. Each loses its cost "
            "of delay for every week until it is done, the weeks of its own making included.",
        ),
        tables=(DataTable("Work", ("Item", "Loss a week (thousand €)", "Weeks it takes"), tuple(
            (f"{key} {names[key]}", str(cost[key]), str(weeks[key])) for key in keys)),),
        questions=(
            ask_order("order", "Which order loses the least?",
                      tuple(Choice(key, names[key]) for key in keys), right,
                      why="By loss a week over weeks (CD3), the highest first.",
                      traps=(Trap(by_cost, "The costliest first looks right, but a long item in "
                                  "front makes all others wait."),)),
            ask_number("lost", "How much is lost in that order, in thousand €?", lost, 0.5,
                       digits=0, unit="thousand €", why="Loss a week × week of being done, added.",
                       traps=(Trap(naive, "That is what the order by loss a week costs."),)),
        ),
        steps=(
            "Loss over weeks: " + ", ".join(f"{key} {scores[key]:.2f}" for key in keys) + ".",
            f"Order: {', '.join(right)}.",
            " + ".join(f"{cost[key]} × {sum(weeks[k] for k in right[: i + 1])}"
                       for i, key in enumerate(right)) + f" = {plain(lost)}.",
            f"By loss alone ({', '.join(by_cost)}) it would be {plain(naive)}.",
        ),
        hints=("What does a week of this work save?",),
    )  # fmt: skip
    fine = are_apart(scores, 1.05) and len(set(cost.values())) == count and naive > lost + 1
    return settled(case, is_fine=fine and by_cost != right)


def build_wsjf(dice: Dice, difficulty: int) -> Case:
    """WSJF: three parts of the cost of delay over job size, each relative to its smallest."""
    keys, scale = LETTERS[: 3 + (difficulty > 2)], (1, 2, 3, 5, 8, 13)
    columns = {}
    for name in ("value", "urgency", "risk", "size"):
        drawn = [dice.pick(scale) for _ in keys]
        drawn[dice.between(0, len(keys) - 1)] = 1
        columns[name] = dict(zip(keys, drawn, strict=True))
    names = dict(zip(keys, dice.sample(FEATURES, len(keys)), strict=True))
    ranking = rank(
        [Candidate(key, names[key], {name: number(columns[name][key]) for name in columns})
         for key in keys], get_framework("wsjf"), draws=100,
    )  # fmt: skip
    scores = points_of(ranking)
    right = order_of(scores)
    delay = {key: float(sum(columns[name][key] for name in ("value", "urgency", "risk")))
             for key in keys}  # fmt: skip
    only_value = {key: columns["value"][key] / columns["size"][key] for key in keys}
    first = right[0]
    case = Case(
        story=(
            f"Features of {dice.pick(PRODUCTS)}, each number relative to the smallest of its "
            "column.",
        ),
        tables=(DataTable("Relative sizes", ("Feature", "Value", "Urgency", "Risk or opportunity",
                                             "Job size"), tuple(
            (f"{key} {names[key]}", *(str(columns[name][key]) for name in columns)) for key in keys
        )),),
        questions=(
            ask_order("order", "Order them by WSJF, the first to be done first.",
                      tuple(Choice(key, names[key]) for key in keys), right,
                      why="(Value + urgency + risk or opportunity) / job size.",
                      traps=trap_of_order(delay, right, "Job size was left out: a large job must "
                                         "earn its time.")),
            ask_number("score", f"What is the WSJF of {first}?", scores[first], 0.06, digits=2,
                       why="The cost of delay has three parts.",
                       traps=((Trap(only_value[first], "Urgency and risk belong to the cost of "
                                    "delay."),)
                              if abs(only_value[first] - scores[first]) > 0.2 else ())),
        ),
        steps=tuple(
            f"{key}: ({columns['value'][key]} + {columns['urgency'][key]} + "
            f"{columns['risk'][key]}) / {columns['size'][key]} = {scores[key]:.2f}."
            for key in keys
        ),
        hints=("Three numbers above the line, one below.",),
    )  # fmt: skip
    fine = are_apart(scores) and len(set(delay.values())) == len(keys)
    return settled(case, is_fine=fine and order_of(delay) != right)


KINDS = (
    Kind("rank-these", "Rank these by RICE", "C06",
         "Reach is a number of people per one period, the same for all.",
         "Reaches per week and per year are compared as written.", build_rice),
    Kind("how-sure", "How sure is this order?", "C06",
         "P(A above B) from ranges, and what to do when it is open.",
         "A rank at the middle is taken for certain.", build_chance),
    Kind("cost-of-delay", "Which order loses least?", "C06",
         "Cost of delay over duration, and the loss of an order.",
         "The most valuable goes first, however long it takes.", build_delay),
    Kind("wsjf", "Weighted shortest job first", "C06",
         "Three parts of the cost of delay over job size.",
         "Value alone is ordered, without size.", build_wsjf),
)  # fmt: skip
