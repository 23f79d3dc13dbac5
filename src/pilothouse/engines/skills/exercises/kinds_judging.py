"""Exercises on judging and acting: back to ordinary, staged rollout, a deal that both want."""

from __future__ import annotations

from itertools import product
from math import ceil, log

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


def build_ordinary(dice: Dice, difficulty: int) -> Case:
    """The worst ones of a month get better by themselves: regression to the mean."""
    mean, steady = dice.between(40, 80), dice.between(3, 8) / 10
    worst = mean - dice.between(12, 25)
    expected = mean + steady * (worst - mean)
    helped = difficulty > 1 and dice.chance(0.5)
    after = round(expected + (dice.within(5, 8) if helped else dice.within(-0.8, 0.8)), 1)
    gain, own = after - worst, after - expected
    return Case(
        story=(
            f"Among many teams that sell {dice.pick(PRODUCTS)}, satisfaction has a mean of {mean}. "
            f"From one quarter to the next the scores of a team correlate at {steady}; mean and "
            f"spread stay. The worst teams had {worst} on average. They got a training, and had "
            f"{after} in the next quarter. Score of a group expected without help: mean + "
            "correlation × (score − mean). A difference under 2 points is noise here.",
        ),
        questions=(
            ask_number(
                "expected", "Which score was to be expected without any training?", expected, 0.3,
                why="Extreme scores are part luck, and luck does not stay.",
                traps=(Trap(worst, "That takes the bad quarter for what these teams are; part of "
                            "it was bad luck."),
                       Trap(mean, "They do not go all the way back: part of their score is really "
                            "theirs.")),
            ),
            ask_number(
                "effect", "How many points are left for the training?", own, 0.3, unit="points",
                why="What came, minus what would have come anyway.",
                traps=(Trap(gain, "That is before and after; most of it would have come anyway."),),
            ),
            _ask_effect(own, gain, helped=helped),
        ),
        steps=(
            f"Expected: {mean} + {steady} × ({worst} − {mean}) = {expected:.1f}.",
            f"Seen: {after}. Before and after: {plain(gain, 1)} points.",
            f"Beyond what was expected: {after} − {expected:.1f} = {plain(own, 1)} points.",
            "Whoever is chosen for being extreme becomes more ordinary. Teams chosen at random "
            "for the training would show its effect.",
        ),
        hints=("Why were these teams chosen?",),
    )  # fmt: skip


def _ask_effect(own: float, gain: float, *, helped: bool) -> Question:
    seen = f"{plain(own, 1)} points are left of {plain(gain, 1)}."
    choices = (
        Choice("works", "It went with a gain beyond what was to be expected", seen),
        Choice("nothing", "Nothing that would not have come anyway", seen),
    )
    trap = (
        Trap("nothing", "There is a rest beyond the noise.") if helped else
        Trap("works", "The worst of one quarter are seldom the worst of the next.")
    )  # fmt: skip
    right = "works" if helped else "nothing"
    return ask_choice("verdict", "What may be said of the training?", choices, right, (trap,))


def build_rollout(dice: Dice, difficulty: int) -> Case:
    """How large a first stage must be so that a fault shows, and whom it spares."""
    users = dice.between(20, 400) * 1000
    rare = dice.pick((100, 150, 200, 250, 400, 500, 800))
    first = dice.between(max(40, rare // 3), rare * 2, 10)
    goal = 0.95 if difficulty < 3 else dice.pick((0.9, 0.99))
    seen = 1 - (1 - 1 / rare) ** first
    needed = ceil(log(1 - goal) / log(1 - 1 / rare))
    hours = dice.between(5, 20)
    hit_all = users * dice.between(30, 60) / 100
    share = hit_all / users
    return Case(
        story=(
            f"A new version of {dice.pick(PRODUCTS)} goes to {plain(users)} users. You fear a "
            f"fault that hits one user in {rare}, independently of the others, on the first day. "
            f"The first stage holds {plain(first)} users and is watched for a day.",
        ),
        questions=(
            ask_share("seen", "How likely does the first stage show the fault at least once?",
                      seen, tolerance=0.01, why="One minus the chance that nobody is hit.",
                      traps=(Trap(min(1.0, first / rare), "That is how many are hit on average, "
                                  "not how likely it is that anybody is."),)),
            ask_number("needed", f"How many users must it hold to show it with {percent(goal, 0)}?",
                       needed, 0.02 * needed, digits=0, unit="users",
                       why="ln(1 − goal) / ln(1 − 1/rare); for 95 % about three times the number "
                       "among whom one is hit.",
                       traps=(Trap(rare, "Then it stays unseen in more than a third of cases."),)),
            *((ask_number(
                "spared", f"Without stages {percent(share, 0)} of all users would have the new "
                f"version before somebody stops it, after {hours} hours. How many fewer users are "
                "hit on average if only the first stage gets it?",
                (hit_all - first) / rare, max(1.0, 0.03 * (hit_all - first) / rare), digits=0,
                unit="users", why="Users reached without stages less those of the stage, divided "
                f"by {rare}.",
                traps=(Trap(hit_all - first, "Not each who has the version is hit."),),
            ),) if difficulty > 1 else ()),
        ),
        steps=(
            f"Nobody hit: (1 − 1/{rare})^{first} = {1 - seen:.3f}; so seen with {percent(seen)}.",
            f"ln({1 - goal:.2f}) / ln(1 − 1/{rare}) = {plain(needed)} users.",
            f"On average the first stage hits {first / rare:.1f} users.",
            *((f"Without stages {plain(hit_all)} / {rare} = {plain(hit_all / rare)} are hit: "
               f"{plain((hit_all - first) / rare)} more.",)
              if difficulty > 1 else ()),
        ),
        hints=("Ask how likely it is that nobody is hit.",),
    )  # fmt: skip


DATES = ("March", "April", "May")
SCOPES = ("small", "middle", "whole")


def build_deal(dice: Dice, difficulty: int) -> Case:
    """Two issues that matter differently to two sides: trading beats splitting."""
    big, small = dice.between(30, 50, 5), dice.between(5, 15, 5)
    sales = {"date": _falling(dice, big), "scope": _falling(dice, small)[::-1]}
    team = {"date": _falling(dice, small)[::-1], "scope": _falling(dice, big)}
    packages = {
        f"{'MPY'[d]}{'SMW'[s]}": (sales["date"][d] + sales["scope"][s],
                                  team["date"][d] + team["scope"][s])
        for d, s in product(range(3), range(3))
    }  # fmt: skip
    walk = (dice.between(20, 35, 5), dice.between(20, 35, 5))
    fine = {k: v for k, v in packages.items() if v[0] >= walk[0] and v[1] >= walk[1]}
    best = max(fine, key=lambda key: sum(fine[key])) if fine else "PM"
    ordered = sorted((sum(v) for v in fine.values()), reverse=True)
    rows = (
        *((f"Date: {name}", str(sales["date"][i]), str(team["date"][i]))
          for i, name in enumerate(DATES)),
        *((f"Scope: {name}", str(sales["scope"][i]), str(team["scope"][i]))
          for i, name in enumerate(SCOPES)),
        ("Without a deal", str(walk[0]), str(walk[1])),
    )  # fmt: skip
    is_apart = len(ordered) > 1 and ordered[0] > ordered[1] and best != "PM"
    answer = float(sum(packages[best])) if is_apart else float("nan")
    shown = dice.shuffled(sorted({best, "PM", "MW", "YS", "MS", "YW"}))
    middle = sum(packages["PM"])
    return Case(
        story=(
            f"Sales and the team of {dice.pick(PRODUCTS)} talk about a date and a scope. Points "
            "say what each outcome is worth to each side; they add up. Nobody signs for fewer "
            "points than they have without a deal.",
        ),
        tables=(DataTable("Points", ("Outcome", "Sales", "Team"), rows),),
        questions=(
            ask_choice("best", "Which deal has the most points together, of those that both sign?",
                       tuple(Choice(key, _deal(key), _worth(packages[key])) for key in shown), best,
                       (Trap("PM", "Meeting in the middle of each issue gives up what one side "
                             "wants most for what the other hardly wants."),)),
            ask_number("points", "How many points has it, both together?", answer, 0, digits=0,
                       unit="points", why="Both sides, both issues.",
                       traps=(Trap(middle, "That is the middle of both."),)
                       if middle != answer else ()),
            *((ask_number(
                "signed", "How many of the nine deals would both sign?", len(fine), 0, digits=0,
                unit="deals", why="Both have at least what they have without a deal.",
                traps=(Trap(9, "Some leave one side worse off than no deal at all."),)
                if len(fine) != 9 else (),
            ),) if difficulty > 1 else ()),
        ),
        steps=(
            *(f"{_deal(key)}: {_worth(pair)}" + ("" if key in fine else " One would not sign.")
              for key, pair in packages.items()),
            f"{_deal(best)} has the most of those that both sign; the middle of both has {middle}."
            + (" Each side gets what it wants most." if best == "MS" else ""),
        ),
        hints=("What does each side care about most?",),
    )  # fmt: skip


def _falling(dice: Dice, top: int) -> tuple[int, int, int]:
    """Points of three outcomes from the best to none."""
    return top, dice.between(2, top - 2), 0


def _deal(key: str) -> str:
    return f"{DATES['MPY'.index(key[0])]}, {SCOPES['SMW'.index(key[1])]} scope"


def _worth(pair: tuple[int, int]) -> str:
    return f"{pair[0]} for sales and {pair[1]} for the team, together {sum(pair)}."


KINDS = (
    Kind("back-to-ordinary", "Did the training help?", "C03",
         "Telling an effect from what extreme cases do by themselves.",
         "Before and after of the worst ones is taken for an effect.", build_ordinary),
    Kind("staged-rollout", "How large is the first stage?", "C13",
         "The size of a stage that shows a rare fault, and whom it spares.",
         "An average of one is taken for being sure to see one.", build_rollout),
    Kind("best-deal", "A deal that both want", "C14",
         "Finding the trade between issues that matter differently to each side.",
         "Each issue is split in the middle.", build_deal),
)  # fmt: skip
