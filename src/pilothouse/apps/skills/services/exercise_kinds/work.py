"""Exercises answered by the engines of the roadmap, of decisions and of analytics."""

from __future__ import annotations

from itertools import product
from math import ceil
from statistics import mean, pstdev

from pilothouse.apps.skills.services.exercise_kinds.shared import no_case
from pilothouse.engines.analytics.baseline import MAD_FACTOR, robust_z
from pilothouse.engines.decisions import Forecast, calibrate
from pilothouse.engines.roadmap import Throughput, forecast_scope
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

NEWS = 3.5


def build_delivery(dice: Dice, difficulty: int) -> Case:
    """When will it be done: all ways in which the weeks can repeat, counted."""
    weeks, periods = (4 if difficulty == 1 else 6), (2 if difficulty < 3 else 3)
    history = [dice.pick((0, 1, 2, 2, 3, 4, 5, 6, 8)) for _ in range(weeks)]
    average = max(mean(history), 0.2)
    items = max(2, round(average * periods - dice.pick((0, 0, 1))))
    forecast = forecast_scope(Throughput(tuple(history)), items, with_band=False)
    chances = {each.count: each.p for each in forecast.chances}
    chance = chances.get(periods, 1.0)
    naive = ceil(items / average)
    sure = forecast.percentiles[85] or 0
    ways = weeks**periods
    good = sum(sum(each) >= items for each in product(history, repeat=periods))
    return Case(
        story=(
            f"The team of {dice.pick(PRODUCTS)} finished {_series(history)} items in its last "
            f"{weeks} weeks. {items} are left. Assume that each coming week repeats one of these "
            "weeks, each as likely.",
        ),
        questions=(
            ask_share(
                "chance", f"How likely is it done within {periods} weeks?", chance,
                tolerance=0.02, why=f"{good} of {ways} ways reach {items} or more.",
                traps=(Trap(1.0, f"On average {periods} weeks give {average * periods:.1f}, but "
                            "the average is no promise: about half of the ways lie below it."),)
                if average * periods >= items else
                (Trap(0.0, "The average is not enough, but good weeks happen."),),
            ),
            ask_number(
                "sure", "Which is the first week by whose end it is done with a chance of 85 % or "
                "more? Guess from the first answer, or ask the forecast.", sure,
                0 if difficulty == 1 else 0.5, digits=0, unit="weeks",
                why="The first week at which the chance reaches 85 %.",
                traps=(Trap(naive, "Items over average throughput is about an even chance."),)
                if naive != sure else (),
            ),
        ),
        steps=(
            f"{weeks} possible weeks, {periods} times: {ways} ways, each as likely.",
            f"{good} of them sum to {items} or more: {percent(chance)}.",
            "Week by week: " + ", ".join(
                f"{count}: {percent(p, 0)}" for count, p in sorted(chances.items())[:8]) + ".",
            f"85 % is reached in week {sure}; items over average would have said {naive}.",
        ),
        hints=("Which pairs are enough? Count those that are not.",),
    ) if sure else no_case()  # fmt: skip


def _series(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers[:-1])) + f" and {numbers[-1]}"


def build_noise(dice: Dice, difficulty: int) -> Case:
    """A robust z against history that holds an old outlier."""
    level, spread = dice.between(80, 900), dice.within(0.02, 0.05)
    count = dice.pick((9, 11) if difficulty == 1 else (11, 13))
    history = [round(dice.normal(level, spread * level)) for _ in range(count)]
    if difficulty > 1:
        history[dice.between(1, count - 4)] = round(level * dice.pick((0.45, 1.7)))
    is_news = dice.chance(0.5)
    far = dice.within(4.6, 8) if is_news else dice.within(0.4, 2.4)
    result = robust_z(history, 0)
    middle, mad = result.median or 0.0, result.mad or 0.0
    latest = round(middle + dice.pick((-1, 1)) * far * MAD_FACTOR * mad)
    z = robust_z(history, latest).z
    if z is None or not (abs(z) > 4 or abs(z) < 2.9) or mad < 2:
        return no_case()
    plain_z = (latest - mean(history)) / pstdev(history)
    change = latest / history[-1] - 1
    strange = "With mean and standard deviation " + (
        "the strange day of the past makes itself, and today, look ordinary." if difficulty > 1
        else "each extreme day moves the measure itself."
    )  # fmt: skip
    is_news = abs(z) >= NEWS
    deviations = sorted(abs(x - middle) for x in history)
    return Case(
        story=(
            f"Sign-ups of {dice.pick(PRODUCTS)} on the last {count} days of the same kind: "
            f"{_series(history)}. Today: {plain(latest)}.",
            "Judge it by a robust z: beyond ± 3.5 is news.",
        ),
        formula="Robust z = (today − median) / (1.4826 × MAD), where MAD is the median of the "
        "absolute distances from the median.",
        questions=(
            ask_number("z", "What is the robust z of today?", z, max(0.25, abs(z) * 0.04),
                       why="Median and MAD do not move with one strange day.",
                       traps=((Trap(plain_z, strange),)
                              if abs(plain_z - z) > 2.1 * max(0.25, abs(z) * 0.04) else ())),
            _ask_news(z, change, is_news=is_news),
        ),
        steps=(
            f"Sorted, the middle is {middle:g}: the median.",
            f"Distances from it, sorted: {', '.join(f'{x:g}' for x in deviations)}; the middle one "
            f"is {mad:g}: the MAD.",
            f"z = ({plain(latest)} − {middle:g}) / (1.4826 × {mad:g}) = {plain(z, 2)}.",
            f"Mean and standard deviation would have said {plain(plain_z, 2)}.",
        ),
        hints=("Sort them first.", "The median of 11 numbers is the sixth."),
    )  # fmt: skip


def _ask_news(z: float, change: float, *, is_news: bool) -> Question:
    choices = (
        Choice("news", "News: look for a cause", f"z is {plain(z, 1)}."),
        Choice("noise", "Noise: days of this kind differ by as much", f"z is {plain(z, 1)}."),
    )
    if is_news:
        trap = Trap("noise", f"Against the last such day it is {percent(change)}, but what counts "
                    "is how much such days usually differ.")  # fmt: skip
    else:
        trap = Trap("news", f"{percent(change)} against the last such day sounds like something; "
                    "these days often differ by that.")  # fmt: skip
    return ask_choice("news", "News or noise?", choices, "news" if is_news else "noise", (trap,))


def build_track_record(dice: Dice, difficulty: int) -> Case:
    """Brier scores of two people, one of whom is right more often and worse."""
    n = 4 + 2 * difficulty
    outcomes = [dice.chance(0.6) for _ in range(n)]
    careful = [dice.pick((0.6, 0.7, 0.8)) if came else dice.pick((0.2, 0.3, 0.4))
               for came in outcomes]  # fmt: skip
    failed = dice.between(1, 2)
    for place in dice.sample(range(n), failed + 1):
        careful[place] = 0.4 if outcomes[place] else 0.6
    bold = [dice.pick((0.9, 1.0)) if came else dice.pick((0.0, 0.1)) for came in outcomes]
    for place in dice.sample(range(n), failed):
        bold[place] = 1 - bold[place]
    scores = [_brier(each, outcomes) for each in (careful, bold)]
    hits = [_hits(each, outcomes) for each in (careful, bold)]
    names = dice.sample(("Ada", "Bruno", "Chidi", "Dora", "Emil", "Farah"), 2)
    base = sum(outcomes) / n
    uncertainty = base * (1 - base)
    rows = tuple(
        (f"question {i + 1}", percent(careful[i], 0), percent(bold[i], 0),
         "yes" if outcomes[i] else "no")
        for i in range(n)
    )  # fmt: skip
    better = 0 if scores[0] < scores[1] else 1
    by_hits = 0 if hits[0] > hits[1] else 1
    absolute = mean(abs(p - o) for p, o in zip(careful, outcomes, strict=True))
    case = Case(
        story=(
            f"{names[0]} and {names[1]} forecast {n} questions. Brier score: mean of (probability "
            "− outcome)², where yes is 1 and no is 0; lower is better.",
        ),
        tables=(DataTable("Forecasts", ("Question", *names, "It came"), rows),),
        questions=(
            ask_number("brier", f"What is the Brier score of {names[0]}?", scores[0], 0.006,
                       digits=3, why="Squares, then their mean.",
                       traps=(Trap(absolute, "Distances were not squared."),)),
            ask_choice("better", "Who forecast better?",
                       tuple(Choice(str(i), names[i], f"Brier {scores[i]:.3f}, on the right side "
                                    f"of 50 % in {hits[i]} of {n}.") for i in range(2)),
                       str(better),
                       (Trap(str(by_hits), "Being on the right side more often is not enough: "
                             "certainty that fails is what costs."),) if by_hits != better else
                       (Trap(str(1 - better), "A lower Brier score is better."),)),
            *((ask_number(
                "base", "Which Brier score has somebody who always says the share of yes in this "
                "table?", uncertainty, 0.006, digits=3, why="b (1 − b), b being that share.",
                traps=((Trap(0.25, "That is always saying 50 %."),)
                       if abs(uncertainty - 0.25) > 0.0125 else ())),
            ) if difficulty > 1 else ()),
        ),
        steps=(
            f"{names[0]}: " + " + ".join(
                f"{(p - o) ** 2:.2f}" for p, o in zip(careful, outcomes, strict=True))
            + f" = {scores[0] * n:.2f}; / {n} = {scores[0]:.3f}.",
            f"{names[1]}: " + " + ".join(
                f"{(p - o) ** 2:.2f}" for p, o in zip(bold, outcomes, strict=True))
            + f" = {scores[1] * n:.2f}; / {n} = {scores[1]:.3f}.",
            f"{sum(outcomes)} of {n} came: {base:.2f} × {1 - base:.2f} = {uncertainty:.3f} for "
            "always saying the share. With so few questions luck decides much.",
        ),
        hints=("A wrong 100 % costs 1, a wrong 60 % costs 0.36.",),
    )  # fmt: skip
    is_trap = hits[0] != hits[1] and abs(scores[0] - scores[1]) > 0.015
    return case if is_trap and 0 < base < 1 else no_case()


def _brier(probabilities: list[float], outcomes: list[bool]) -> float:
    forecasts = [Forecast(p, o) for p, o in zip(probabilities, outcomes, strict=True)]
    return calibrate(forecasts).brier or 0.0


def _hits(probabilities: list[float], outcomes: list[bool]) -> int:
    return sum((p > 0.5) == o for p, o in zip(probabilities, outcomes, strict=True))


KINDS = (
    Kind("delivery", "When will it be done?", "C07",
         "A chance for each week in place of an average.",
         "Items over average throughput is taken for a date.", build_delivery),
    Kind("news-or-noise", "News or noise?", "C10",
         "A robust measure of how unusual today is.",
         "Today is compared with one day before it, or with a mean that one strange day has moved.",
         build_noise),
    Kind("track-record", "Who forecasts better?", "C16",
         "Brier scores of a track record, and the score of knowing nothing.",
         "Whoever is right more often is taken for the better one.", build_track_record),
)  # fmt: skip
