"""Exercises on rates: funnels, retention, intervals, recommendation, stickiness."""

from __future__ import annotations

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
from pilothouse.engines.skills.exercises.scenes import FUNNELS, PRODUCTS
from pilothouse.engines.skills.exercises.words import percent, plain
from pilothouse.kernel.intervals import wilson

Z = NormalDist().inv_cdf(0.975)


def build_funnel(dice: Dice, difficulty: int) -> Case:
    """Weekly entrants of a funnel, the youngest still within the window."""
    names, young = dice.pick(FUNNELS), 1 if difficulty == 1 else 2
    later = dice.shuffled((dice.within(0.7, 0.88), dice.within(0.3, 0.48)))
    chances = (dice.within(0.5, 0.66), *later)
    weeks = [_week(dice, chances, 1.0) for _ in range(4 if difficulty == 1 else 5)]
    weeks += [_week(dice, chances, dice.within(0.35, 0.6)) for _ in range(young)]
    old = weeks[:-young]
    sums = [sum(week[step] for week in old) for step in range(4)]
    all_sums = [sum(week[step] for week in weeks) for step in range(4)]
    rates = [sums[step + 1] / sums[step] for step in range(3)]
    weakest = min(range(3), key=rates.__getitem__)
    most_lost = max(range(3), key=lambda step: sums[step] - sums[step + 1])
    window = 7 * young
    marked = difficulty == 1
    rows = tuple(
        (f"week {i + 1}{' (window open)' if marked and week not in old else ''}",
         *(plain(n) for n in week))
        for i, week in enumerate(weeks)
    )  # fmt: skip
    naive = all_sums[3] / all_sums[0]
    return Case(
        story=(
            f"The funnel of {dice.pick(PRODUCTS)}. Each row holds the people who entered in one "
            f"week. They count as converted if they reach the last step within {window} days of "
            f"entering. Week {len(weeks)} ended yesterday.",
        ),
        tables=(DataTable("People by week of entering", ("Entered in", *names), rows),),
        questions=(
            ask_share(
                "conversion", f"Which share of entrants gets to “{names[3]}”?", sums[3] / sums[0],
                why=f"Only weeks 1 to {len(old)} have had all {window} days.",
                traps=(Trap(naive, f"This counts {_weeks(young)} too, whose people still have time "
                            "to convert: not yet is read as never."),),
            ),
            _ask_step(names, sums, weakest, most_lost),
        ),
        steps=(
            f"Leave out {_weeks(young)}: {window} days have not passed for all of their people.",
            f"Add up what is left: {', '.join(plain(each) for each in sums)}.",
            f"Whole funnel: {plain(sums[3])} / {plain(sums[0])} = {percent(sums[3] / sums[0])}. "
            f"With all weeks it would have seemed to be {percent(naive)}.",
            "Step by step: " + ", ".join(
                f"{names[i]} → {names[i + 1]} {percent(rates[i])}" for i in range(3)) + ".",
        ),
        hints=("Which rows have had the whole window?", "A rate per step needs the step before."),
    )  # fmt: skip


def _week(dice: Dice, chances: tuple[float, ...], ripe: float) -> list[int]:
    counts = [dice.between(380, 1240)]
    for step, chance in enumerate(chances):
        counts.append(dice.hits(counts[-1], chance * (ripe if step else 1.0)))
    return counts


def _weeks(young: int) -> str:
    return "the last week" if young == 1 else f"the last {young} weeks"


def _ask_step(names: tuple[str, ...], sums: list[int], weakest: int, most: int) -> Question:
    choices = tuple(
        Choice(
            "abc"[step], f"from “{names[step]}” to “{names[step + 1]}”",
            f"{plain(sums[step + 1])} of {plain(sums[step])} go on, "
            f"{percent(sums[step + 1] / sums[step])}.",
        )
        for step in range(3)
    )  # fmt: skip
    traps = (
        Trap("abc"[most], "Most people are lost here because most people are here. The step with "
             "the lowest rate is another."),
    )  # fmt: skip
    return ask_choice(
        "weakest", "Which step has the lowest rate (weeks whose window is closed)?",
        choices, "abc"[weakest], traps,
    )  # fmt: skip


def build_retention(dice: Dice, difficulty: int) -> Case:
    """A triangle of cohorts in which one column has cells that are not complete."""
    count, week = 4 + difficulty, 1 if difficulty == 1 else dice.between(1, 2)
    base, fall = dice.within(0.42, 0.6), dice.within(0.7, 0.85)
    day = dice.between(2, 5)
    sizes = [dice.between(120, 900) for _ in range(count)]
    rows, seen, part = [], [], 0
    for place, size in enumerate(sizes):
        age = count - 1 - place
        cells = []
        for k in range(1, 4):
            ripe = 1.0 if age > k else dice.within(0.3, 0.6) if age == k else 0.0
            back = dice.hits(size, base * fall ** (k - 1) * ripe) if ripe else 0
            cells.append((plain(back) + ("*" if difficulty == 1 and age == k else ""), back))
        seen.append(cells[week - 1][1])
        part = place if age == week else part
        shown = (cell if age >= k else "–" for k, (cell, _) in enumerate(cells, 1))
        rows.append((f"week {place + 1}", plain(size), *shown))
    whole = sizes[:part]
    answer = sum(seen[:part]) / sum(whole)
    naive = sum(seen[: part + 1]) / sum(sizes[: part + 1])
    shrunk = sum(seen[: part + 1]) / sum(sizes)
    note = "* so far" if difficulty == 1 else ""
    return Case(
        story=(
            f"Retention of {dice.pick(PRODUCTS)}: how many of those who first came in a week were "
            f"back in the first, second and third week after it. Today is day {day} of week "
            f"{count}; weeks have seven days.",
        ),
        tables=(DataTable("Cohorts", ("First seen", "People", "Week +1", "Week +2", "Week +3"),
                          tuple(rows), note),),
        questions=(
            ask_number(
                "cohorts", f"How many cohorts have a complete week +{week}?", part, 0, digits=0,
                why=f"The week +{week} of week {part + 1} is the week that runs now.",
                traps=(Trap(part + 1, "One of these cells is being filled this week: it only "
                            "looks like a number that is done."),),
            ),
            ask_share(
                "retention", f"What is the retention of week +{week}, over all people whose "
                "week is complete?", answer,
                why="People of complete cells over the sizes of the same cohorts.",
                traps=(
                    Trap(naive, f"The cell of week {part + 1} is not complete: {7 - day} days are "
                         "missing, so it can only pull the rate down."),
                    Trap(shrunk, "The people of cohorts that are too young stand below the line "
                         "of the fraction, though they had no chance to come back."),
                ),
            ),
        ),
        steps=(
            f"Week {count} runs. The week +{week} of a cohort is over if the cohort began before "
            f"week {part + 1}.",
            f"Complete cells: {' + '.join(plain(each) for each in seen[:part])} = "
            f"{plain(sum(seen[:part]))}.",
            f"Their cohorts: {' + '.join(plain(each) for each in whole)} = {plain(sum(whole))}.",
            f"{plain(sum(seen[:part]))} / {plain(sum(whole))} = {percent(answer)}.",
        ),
        hints=("Which week is running now?", "Above and below the line: the same cohorts."),
    )  # fmt: skip


def build_interval(dice: Dice, difficulty: int) -> Case:
    """Wilson's interval of a small sample, with no hit at all at difficulty 3."""
    n = dice.between(14, 60 if difficulty > 1 else 40)
    hits = 0 if difficulty == 3 and dice.chance(0.6) else max(1, dice.hits(n, 0.08))
    rate = wilson(hits, n)
    low, high, share = rate.low or 0.0, rate.high or 0.0, hits / n
    half = Z * (share * (1 - share) / n) ** 0.5
    spread = Z * Z / n
    thing = dice.pick(("found the export alone", "asked for a refund", "would pay the new price",
                       "failed the task", "turned reminders off"))  # fmt: skip
    wald = "The textbook interval, share ± 1.96 √(share (1 − share) / n), is too narrow and too "
    wald += "far to the edge when n or the number of hits is small."
    return Case(
        story=(
            f"In a test of {dice.pick(PRODUCTS)}, {hits} of {n} people {thing}.",
            "Use Wilson's interval with 95 %.",
        ),
        formula="Wilson: middle = (p + z²/2n) / (1 + z²/n), half width = z √(p (1 − p)/n + z²/4n²) "
        "/ (1 + z²/n), z = 1.96.",
        questions=(
            *((ask_share("low", "Lower end of the interval?", low, tolerance=0.004,
                         why="Middle minus half width.",
                         traps=(Trap(max(0.0, share - half), wald),)),) if hits else ()),
            ask_share("high", "Upper end of the interval?", high, tolerance=0.004,
                      why="Middle plus half width.",
                      traps=(Trap(share + half, wald if hits else
                             "None seen is not none there: so few people could easily miss it."),)),
            _ask_meaning(dice, hits, n, high),
        ),
        steps=(
            f"p = {hits} / {n} = {percent(share)}; z²/n = 3.84 / {n} = {spread:.4f}.",
            f"Middle = ({share:.4f} + {spread / 2:.4f}) / {1 + spread:.4f} = "
            f"{(share + spread / 2) / (1 + spread):.4f}.",
            f"Half width = 1.96 √({share * (1 - share) / n:.5f} + {spread / 4 / n:.5f}) / "
            f"{1 + spread:.4f} = {(high - low) / 2:.4f}.",
            f"Interval: {percent(low)} to {percent(high)}.",
        ),
        hints=("Begin with z²/n; it appears four times.",),
    )  # fmt: skip


def _ask_meaning(dice: Dice, hits: int, n: int, high: float) -> Question:
    is_below = dice.chance(0.4)
    limit = round(high + (0.04 if is_below else -0.03), 2)
    choices = (
        Choice("open", f"A share above {percent(limit, 0)} is not ruled out.",
               f"The interval reaches to {percent(high)}."),
        Choice("below", f"It may be said, with 95 %: the interval lies below {percent(limit, 0)}.",
               f"The sample says {percent(hits / n)}, its interval reaches to {percent(high)}."),
        Choice("none", "Nothing can be said with so few people.",
               f"Something can: a share above {percent(high)} does not fit these people."),
    )  # fmt: skip
    trap = (
        Trap("open", "The interval is there to be used: it ends before.")
        if is_below
        else Trap("below", "A share of a sample is taken for the share of all.")
    )
    return ask_choice(
        "meaning", f"A colleague concludes: “it is below {percent(limit, 0)}”. What holds?",
        tuple(dice.shuffled(choices)), "below" if is_below else "open",
        (trap, Trap("none", "Few people say little, not nothing.")),
    )  # fmt: skip


def build_nps(dice: Dice, difficulty: int) -> Case:
    """A net promoter score with its interval."""
    n = dice.between(60, 240, 10)
    weights = [dice.within(0.2, 1) for _ in range(7)] + [dice.within(1.5, 4) for _ in range(4)]
    total = sum(weights)
    counts = [round(n * each / total) for each in weights]
    n = sum(counts)
    promoters, detractors = sum(counts[9:]), sum(counts[:7])
    good, bad = promoters / n, detractors / n
    score = 100 * (good - bad)
    half = 100 * Z * ((good + bad - (good - bad) ** 2) / n) ** 0.5
    naive_half = 100 * Z * (good * (1 - good) / n) ** 0.5
    mean = sum(i * each for i, each in enumerate(counts)) / n
    is_real = dice.chance(0.4)
    far = dice.within(1.9, 2.6) if is_real else dice.within(0.3, 0.8)
    before = round(score + dice.pick((-1, 1)) * half * far)
    return Case(
        story=(
            f"{plain(n)} users of {dice.pick(PRODUCTS)} answered how likely they are to recommend "
            f"it, 0 to 10. Last time, with as many and as mixed answers, the score was {before}.",
        ),
        formula="95 % interval of a score: ± 1.96 × 100 × √((p + d − (p − d)²) / n), with the "
        "shares p of promoters and d of detractors. The difference of two such scores has √2 of "
        "that.",
        tables=(DataTable("Answers", ("Answer", *map(str, range(11))),
                          (("people", *(plain(each) for each in counts)),)),),
        questions=(
            ask_number(
                "score", "What is the net promoter score (−100 to 100)?", score, 0.6,
                why="Share of 9 and 10 minus share of 0 to 6; 7 and 8 count in n only.",
                traps=(
                    Trap(100 * (sum(counts[7:]) - detractors) / n,
                         "7 and 8 are passive: they are in n but not among the promoters."),
                    Trap(100 * (promoters - detractors) / (promoters + detractors),
                         "The passive ones were left out of n; the score is a share of all."),
                    Trap(mean * 10, "This is the mean answer, not a difference of two shares."),
                ),
            ),
            *((ask_number(
                "half", "± how many points is its 95 % interval?", half, 0.6, unit="points",
                why="Variance of +1, 0 and −1 in these shares: p + d − (p − d)².",
                traps=(Trap(naive_half, "That is the interval of the promoters' share; the "
                            "detractors vary too."),),
            ),) if difficulty > 1 else ()),
            _ask_change(score, before, half, is_real=is_real),
        ),
        steps=(
            f"Promoters (9, 10): {promoters} = {percent(good)}. Detractors (0 to 6): "
            f"{detractors} = {percent(bad)}.",
            f"Score: {100 * good:.1f} − {100 * bad:.1f} = {plain(score, 1)}.",
            f"Half width: 1.96 × 100 × √(({good:.3f} + {bad:.3f} − ({good - bad:.3f})²) / {n}) = "
            f"{half:.1f} points.",
            f"Against last time: {plain(score - before, 1)} points, ± {2**0.5 * half:.1f}.",
        ),
        hints=("Who counts as neither?", "Each answer is worth +1, 0 or −1."),
    )  # fmt: skip


def _ask_change(score: float, before: int, half: float, *, is_real: bool) -> Question:
    size = f"The difference is {plain(score - before, 1)} points, ± {2**0.5 * half:.1f}."
    choices = (
        Choice("noise", "The difference may well be chance", size),
        Choice("real", f"The score has {'risen' if score > before else 'fallen'}", size),
    )
    trap = (
        Trap("noise", "The difference is larger than chance alone makes it.") if is_real else
        Trap("real", "Two scores of samples always differ; these by no more than chance does.")
    )  # fmt: skip
    right = "real" if is_real else "noise"
    return ask_choice("change", f"Last time it was {before}. What has happened?", choices, right,
                      (trap,))  # fmt: skip


def build_stickiness(dice: Dice, difficulty: int) -> Case:
    """Who was there on which of seven days: mean day over the week."""
    people = 5 + 2 * difficulty
    marks = [[dice.chance(dice.pick((0.15, 0.4, 0.7))) for _ in range(7)] for _ in range(people)]
    if difficulty > 1:
        marks.append([False] * 7)
    daily = [sum(row[day] for row in marks) for day in range(7)]
    week = sum(any(row) for row in marks)
    mean = sum(daily) / 7
    week_or_one = max(week, 1)
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    rows = tuple(
        (f"user {place + 1}", *("1" if there else "–" for there in row))
        for place, row in enumerate(marks)
    )
    return Case(
        story=(
            f"Activity in {dice.pick(PRODUCTS)} in one week. 1 means active on that day. "
            "Stickiness here: mean daily active users over weekly active users.",
        ),
        tables=(DataTable("Active days", ("User", *days), rows),),
        questions=(
            ask_number(
                "dau", "Daily active users, mean of the seven days?", mean, 0.05, digits=2,
                why="Add up the days, divide by seven.",
            ),
            ask_number(
                "wau", "Weekly active users?", week, 0, digits=0,
                why="Each person counts once, however often they came; who never came does not.",
                traps=(Trap(sum(daily), "That adds up days: whoever came on four days is counted "
                            "four times."),
                       *((Trap(len(marks), "One of them was never there in this week."),)
                         if week != len(marks) else ())),
            ),
            ask_share(
                "stickiness", "Stickiness (DAU over WAU)?", mean / week_or_one, tolerance=0.01,
                why="An active user is active on this share of days.",
                traps=(Trap(daily[-1] / week_or_one, "One day stands for the week here, and Sunday "
                            "is not like the others."),),
            ),
        ),
        steps=(
            f"Active by day: {', '.join(map(str, daily))}; together {sum(daily)}.",
            f"Mean day: {sum(daily)} / 7 = {mean:.2f}.",
            f"People with at least one day: {week}.",
            f"{mean:.2f} / {week} = {percent(mean / week_or_one)}.",
        ),
        hints=("Two different questions: how many marks, how many rows with a mark?",),
    )  # fmt: skip


KINDS = (
    Kind("read-funnel", "Read this funnel", "C10",
         "Conversion over people who had the whole window; rate of a step, not size of its loss.",
         "People who still have time to convert are counted as lost.", build_funnel),
    Kind("read-retention", "Read this retention table", "C10",
         "Which cells are complete, and whose people stand below the line.",
         "A cell that is being filled is read as a drop.", build_retention),
    Kind("interval-of-a-rate", "How sure is this rate?", "C10",
         "The interval of a share from few people, and what it rules out.",
         "The textbook formula fails for small n; none seen is taken for none there.",
         build_interval),
    Kind("nps", "Net promoter score with its interval", "C10",
         "How the score is made of two shares, and how far chance alone moves it.",
         "The passive ones are counted wrongly; a change within the interval is reported.",
         build_nps),
    Kind("stickiness", "Stickiness from raw days", "C10",
         "Daily and weekly active users from the same rows.",
         "Days are added up as if they were people.", build_stickiness),
)  # fmt: skip
