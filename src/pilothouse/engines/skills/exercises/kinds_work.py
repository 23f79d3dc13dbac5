"""Exercises on work: flow, tests with few people, saying a change right, exact definitions."""

from __future__ import annotations

from math import ceil, log, nan, sqrt

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
    ask_several,
    ask_share,
)
from pilothouse.engines.skills.exercises.scenes import PRODUCTS
from pilothouse.engines.skills.exercises.words import percent, plain

CLEAR = 2.6


def build_flow(dice: Dice, difficulty: int) -> Case:
    """Little's law: work in progress = throughput × cycle time, in one unit of time."""
    done = dice.between(3, 14)
    wip = dice.between(10, 60)
    weeks = wip / done
    target = dice.between(4, 12) if difficulty == 1 else dice.between(3, 9)
    limit = done * target / 7
    extra = dice.between(1, 4)
    questions: list[Question] = [
        ask_number("cycle", "How long does an item take on average, in days (seven a week)?",
                   7 * weeks, 0.6, unit="days", why="Work in progress over throughput, in weeks; "
                   "then times seven.",
                   traps=(Trap(weeks, "That is in weeks."),
                          Trap(7 * done / wip, "The fraction stands upside down."))),
        ask_number("limit", f"It should take {target} days. How many items may be in progress, if "
                   "the team goes on finishing as many?", limit, 0.6, unit="items",
                   why="Throughput a day × days.",
                   traps=(Trap(done * target, "Throughput is per week, the target in days."),)),
    ]  # fmt: skip
    if difficulty > 1:
        questions.append(_ask_stable(dice, difficulty, done, extra))
    return Case(
        story=(
            f"The team of {dice.pick(PRODUCTS)} finishes {done} items a week on average and has "
            f"{wip} in progress on average. As many are begun as are finished.",
        ),
        questions=tuple(questions),
        steps=(
            f"Little's law: cycle time = {wip} / {done} a week = {weeks:.2f} weeks = "
            f"{7 * weeks:.1f} days.",
            f"For {target} days: {done} / 7 × {target} = {limit:.1f} items.",
            "It holds for averages of a system in balance: what goes in comes out, and nothing is "
            "forgotten inside.",
        ),
        hints=("Put both in the same unit of time.",),
    )  # fmt: skip


def _ask_stable(dice: Dice, difficulty: int, done: int, extra: int) -> Question:
    begun = done + extra if difficulty == 2 or dice.chance(0.5) else done
    choices = (
        Choice("grows", f"No: work in progress grows by {max(begun - done, 1)} a week",
               "More goes in than comes out: the cycle time of today tells nothing of the next."),
        Choice("holds", "Yes: in and out are equal", "Averages of a system in balance."),
        Choice("speed", "Yes, if everybody works a little faster",
               "The law does not speak of effort; it needs in and out to be equal."),
    )  # fmt: skip
    right = "grows" if begun > done else "holds"
    trap = (
        Trap("holds", "Compare what is begun with what is finished.") if right == "grows" else
        Trap("grows", "In equals out here; the law holds.")
    )  # fmt: skip
    ask = f"Next quarter {begun} items a week are begun and {done} finished. Does the law hold?"
    return ask_choice("stable", ask, choices, right, (trap,))


def build_testers(dice: Dice, difficulty: int) -> Case:
    """How many people a usability test needs to meet a problem at all."""
    share = dice.pick((0.05, 0.08, 0.1, 0.12, 0.15, 0.2, 0.25, 0.4))
    n = dice.between(4, 9)
    goal = 0.85 if difficulty < 3 else dice.pick((0.9, 0.95))
    seen = 1 - (1 - share) ** n
    needed = ceil(log(1 - goal) / log(1 - share))
    people = dice.between(2, 4)
    return Case(
        story=(
            f"A problem in {dice.pick(PRODUCTS)} stops {percent(share, 0)} of its users. You plan "
            f"a usability test with {n} people who are like them.",
        ),
        questions=(
            ask_share("seen", f"How likely do you see the problem at least once with {n} people?",
                      seen, tolerance=0.01, why="One minus the chance that all pass it by.",
                      traps=(Trap(min(1.0, n * share), "Chances do not add up: two people may meet "
                                  "it, or none."),)),
            ask_number("needed", f"How many people do you need to see it with {percent(goal, 0)} "
                       "or more?", needed, 0, digits=0, unit="people",
                       why="ln(1 − goal) / ln(1 − share), rounded up.",
                       traps=(_trap_of_five(needed),)),
            *((ask_number(
                "groups", f"There are {people} groups of users who meet different problems, each "
                "as frequent in its group. How many people in all?", needed * people, 0, digits=0,
                unit="people", why="Each group needs as many.",
                traps=(Trap(needed, "People of one group do not meet the problems of another."),),
            ),) if difficulty == 3 else ()),
        ),
        steps=(
            f"All {n} pass it by: (1 − {share:.2f})^{n} = {(1 - share) ** n:.3f}.",
            f"At least one meets it: {percent(seen)}.",
            f"ln({1 - goal:.2f}) / ln({1 - share:.2f}) = "
            f"{log(1 - goal) / log(1 - share):.2f}, so {needed} people.",
        ),
        hints=("Easier from the other side: that nobody meets it.",),
    )  # fmt: skip


def _trap_of_five(needed: int) -> Trap:
    """Five people is a rule of thumb for 85 % of problems that stop about a third."""
    if needed == 5:
        return Trap(6, "One fewer already reaches it.")
    if needed < 5:
        return Trap(5, "Fewer reach it already: so frequent a problem shows itself soon.")
    return Trap(5, "Five is enough for problems that stop about a third of the people, not for "
                "this one.")  # fmt: skip


def build_points(dice: Dice, difficulty: int) -> Case:
    """Points against percent, and the sentence that the data carries."""
    n = dice.between(2000, 9000, 100)
    before = dice.between(20, 260) / 1000
    change = dice.pick((-1, 1)) * dice.between(5, 40) / 1000
    after = max(0.006, before + change)
    first, second = round(n * before), round(n * after)
    p, q = first / n, second / n
    is_test = difficulty > 1 and dice.chance(0.5)
    error = sqrt((p * (1 - p) + q * (1 - q)) / n)
    # A change within the noise carries neither sentence: such a drawing is drawn again.
    is_clear = abs(q - p) > CLEAR * error
    points, relative = 100 * (q - p) if is_clear else nan, q / p - 1
    how = (
        "Half of the visitors, chosen at random, saw the new page."
        if is_test else "The new page went live for everybody between the two months."
    )  # fmt: skip
    names = ("old page", "new page") if is_test else ("month before", "month after")
    return Case(
        story=(f"A new page in {dice.pick(PRODUCTS)}. {how}",),
        tables=(DataTable("Sign-ups", ("", "Visitors", "Signed up"), (
            (names[0], plain(n), plain(first)), (names[1], plain(n), plain(second)))),),
        questions=(
            ask_number("points", "By how many percentage points did the rate change? A fall is "
                       "negative.", points, 0.06, unit="points", digits=2,
                       why="The difference of the two rates.",
                       traps=(Trap(100 * relative, "That is the relative change, in percent."),)),
            ask_share("relative", "By how many percent of the old rate?", relative,
                      tolerance=0.006, why="The difference over the old rate.",
                      traps=(Trap(points / 100, "That is the change in points."),)),
            _ask_sentence(points, relative, is_test=is_test),
        ),
        steps=(
            f"Rates: {percent(p, 2)} and {percent(q, 2)}.",
            f"Points: {plain(points, 2)}. Relative: {percent(q, 2)} / {percent(p, 2)} − 1 = "
            f"{percent(relative)}.",
            "A split at random lets one say “by”; before and after lets one say “since”."
        ),
        hints=("Say both aloud with their units.",),
    )  # fmt: skip


def _ask_sentence(points: float, relative: float, *, is_test: bool) -> Question:
    verb = "raised" if points > 0 else "lowered"
    moved = "rose" if points > 0 else "fell"
    size, wrong = f"{abs(points):.1f} points", f"{abs(points):.1f} %"
    choices = (
        Choice("by", f"The new page {verb} sign-ups by {size} ({abs(relative):.0%} relative)",
               "“By” needs a comparison in which nothing else differs."),
        Choice("since", f"Sign-ups {moved} by {size} after the new page; whether because of it is "
               "open", "True of a before and after."),
        Choice("percent", f"The new page {verb} sign-ups by {wrong}",
               "Points are called percent: the reader will take it for the relative change."),
    )  # fmt: skip
    right = "by" if is_test else "since"
    traps = (
        Trap("percent", "The unit is wrong: the difference of two percentages is in points."),
        Trap("since" if is_test else "by", "The split was at random: the cause may be named."
             if is_test else "Before and after also differ in season, adverts and much else."),
    )  # fmt: skip
    return ask_choice("sentence", "Which sentence may stand in the report?", choices, right, traps)


PARTS = {
    "who": "who is counted (people, accounts, visits)",
    "event": "which event counts",
    "window": "the time within which it must happen",
    "base": "out of whom (the denominator)",
    "without": "who is left out (staff, tests, robots)",
    "zone": "how days are cut (time zone)",
}
DEFINITIONS = (
    ("Activation", "accounts", "make a first project", "within 7 days of signing up",
     "of all accounts that signed up in the week"),
    ("Weekly buyers", "people", "pay for an order", "in a week from Monday to Sunday",
     "of all people who visited in that week"),
    ("First answer", "requests", "get an answer by a person", "within 4 hours of arriving",
     "of all requests that arrived on the day"),
    ("Trial conversion", "companies", "pay a first invoice", "within 30 days of starting a trial",
     "of all companies that started one in the month"),
    ("Lesson completion", "learners", "finish a lesson", "on the day on which they begin it",
     "of all learners who began one"),
    ("Return rate", "orders", "are sent back", "within 30 days of delivery",
     "of all orders delivered in the month"),
    ("Search success", "searches", "lead to a click on a result", "within 60 seconds",
     "of all searches with at least one result"),
    ("Week-4 retention", "users", "open a document", "in the fourth week after the first",
     "of all users of the same first week"),
    ("Booking rate", "visitors", "confirm a date", "within one visit",
     "of all visitors who saw a calendar"),
    ("Refill rate", "patients", "order again", "within 45 days of the last order",
     "of all patients with a prescription that runs on"),
)  # fmt: skip


def build_definition(dice: Dice, difficulty: int) -> Case:
    """A metric's definition from which parts are missing, or none."""
    name, who, event, window, base = dice.pick(DEFINITIONS)
    keys = list(PARTS)
    absent = set(
        dice.sample(keys, dice.pick({1: (2, 3), 2: (0, 1, 2, 3), 3: (0, 1, 2)}[difficulty]))
    )
    # The denominator would tell who is counted.
    absent |= {"base"} if "who" in absent else set()
    vague = {"who": "those who", "event": "are engaged", "window": "", "base": "", "without": "",
             "zone": ""}  # fmt: skip
    zone = dice.pick(("UTC", "Europe/Berlin", "America/Chicago"))
    full = {"who": who, "event": event, "window": window, "base": base,
            "without": "without our own staff and test accounts",
            "zone": f"days cut in {zone}"}  # fmt: skip
    said = [vague[key] if key in absent else full[key] for key in keys]
    sentence = f"“{name}: {said[0]} {said[1]}" + "".join(f", {each}" for each in said[2:] if each)
    choices = (
        *(Choice(key, label, f"The definition says “{full[key]}”." if key not in absent else
                 f"It could be: “{full[key]}”.") for key, label in PARTS.items()),
        Choice("nothing", "nothing is missing", "All six are said." if not absent else
               "Two people would get two numbers."),
    )  # fmt: skip
    answer = tuple(key for key in keys if key in absent) or ("nothing",)
    trap = Trap(("nothing",), "It reads smoothly, but two analysts would count differently.")
    smooth = Trap(("without",), "It is there; read to the end.")
    return Case(
        story=(
            "A definition from a dashboard:",
            f"{sentence}.”",
            "A metric is exact if two people who have never met get the same number from the same "
            "data.",
        ),
        questions=(
            ask_several("missing", "What does the definition leave open?", choices, answer,
                        why="Each part that is open is a way to two different numbers.",
                        traps=(trap,) if absent else (smooth,)),
            _ask_effect(dice, absent),
        ),
        steps=tuple(
            f"{label[0].upper()}{label[1:]}: "
            + (f"open; for example “{full[key]}”." if key in absent else f"“{full[key]}”.")
            for key, label in PARTS.items()
        ),
        hints=("Imagine writing the query.", "Six parts: who, what, until when, of whom, without "
               "whom, which days."),
    )  # fmt: skip


def _ask_effect(dice: Dice, absent: set[str]) -> Question:
    effects = {
        "who": "the same person on two devices counts once or twice",
        "event": "a glance and a purchase count alike",
        "window": "old cohorts look better than young ones, having had more time",
        "base": "the number rises when adverts stop, because fewer weak visitors come",
        "without": "a day of testing by the team looks like success",
        "zone": "a purchase late in the evening falls on another day",
    }
    some = sorted(absent) or sorted(effects)
    part = dice.pick(some)
    others = dice.sample([key for key in effects if key != part], 2)
    choices = tuple(dice.shuffled([Choice(key, effects[key], f"That comes from leaving open: "
                    f"{PARTS[key]}.") for key in (part, *others)]))  # fmt: skip
    trap = Trap(others[0], f"That would come from another gap: {PARTS[others[0]]}.")
    return ask_choice("effect", f"What goes wrong when this is open: {PARTS[part]}?", choices, part,
                      (trap,))  # fmt: skip


KINDS = (
    Kind("flow", "Too much at once", "C07",
         "Little's law: how work in progress makes everything wait.",
         "Weeks and days are mixed; the law is used where more goes in than comes out.",
         build_flow),
    Kind("testers", "How many people to test with?", "C09",
         "The chance of meeting a problem in a small usability test.",
         "Chances are added up; five people are believed to find everything.", build_testers),
    Kind("points-or-percent", "Points or percent?", "C15",
         "Saying a change with the right unit and no more cause than was shown.",
         "Points are called percent, and “after” becomes “because”.", build_points),
    Kind("exact-metric", "Is this metric exact?", "C10",
         "The six parts without which two people get two numbers.",
         "A definition that reads well is taken for one that can be counted.", build_definition),
)  # fmt: skip
