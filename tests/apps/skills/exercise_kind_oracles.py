"""Answers of kinds that ask other engines, worked out without those engines."""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter
from itertools import permutations
from pathlib import Path
from statistics import NormalDist, median

import pilothouse.content.exercises as content
from pilothouse.engines.skills.exercises.model import Case
from tests.engines.skills.exercise_oracles import Oracle, figure, figures, told

QUARTERS = {"week": 13, "month": 3, "quarter": 1, "year": 0.25}
FOLDER = Path(content.__file__).parent


def _by_letter(case: Case) -> dict[str, list[str]]:
    return {row[0][0]: list(row[1:]) for row in case.tables[0].rows}


def _order(scores: dict[str, float]) -> tuple[str, ...]:
    return tuple(sorted(scores, key=scores.get, reverse=True))


def rice(case: Case) -> dict[str, object]:
    scores = {}
    for key, (reach, impact, sure, effort) in _by_letter(case).items():
        if " a " in reach:
            people = figure(reach) * QUARTERS[reach.rsplit(" ", 1)[1]]
            scores[key] = people * float(impact) * figure(sure) / 100 / float(effort)
    order = _order(scores)
    return {"order": order, "score": scores[order[0]]}


def chance(case: Case) -> dict[str, object]:
    """Ratios of lognormals are lognormal, so P(A above B) is one value of the normal."""
    middles, spread = {}, 0.0
    for key, cells in _by_letter(case).items():
        ends = [(figures(cell)[0], figures(cell)[-1]) for cell in cells]
        (low, high), (least, most) = ends
        middles[key] = math.log(low * high) / 2 - math.log(least * most) / 2
        spread += sum((math.log(b / a) / (2 * 1.6448536)) ** 2 for a, b in ends)
    first, second = _order(middles)
    gap = middles[first] - middles[second]
    return {"first": first, "chance": NormalDist().cdf(gap / math.sqrt(spread))}


def delay(case: Case) -> dict[str, object]:
    """All orders tried."""
    work = {key: (float(cost), float(weeks)) for key, (cost, weeks) in _by_letter(case).items()}

    def lost(order: tuple[str, ...]) -> float:
        return sum(work[key][0] * sum(work[k][1] for k in order[: i + 1])
                   for i, key in enumerate(order))  # fmt: skip

    best = min(permutations(work), key=lost)
    return {"order": best, "lost": lost(best)}


def wsjf(case: Case) -> dict[str, object]:
    scores = {k: sum(map(float, v[:3])) / float(v[3]) for k, v in _by_letter(case).items()}
    order = _order(scores)
    return {"order": order, "score": scores[order[0]]}


def kano(case: Case) -> dict[str, object]:
    there, absent = re.findall(r"“([^”]+\.)”", case.story[0])
    likes, hates = there == "I like it.", absent == "I dislike it."
    category = ("O" if hates else "A") if likes else ("M" if hates else "I")
    counts = {row[0]: int(row[1]) for row in case.tables[0].rows}
    better, worse = counts["attractive"], counts["must-be"]
    both, none = counts["one-dimensional"], counts["indifferent"]
    usable = better + worse + both + none
    return {"category": category, "better": 1 - (worse + none) / usable,
            "worse": 1 - (better + none) / usable}  # fmt: skip


def opportunity(case: Case) -> dict[str, object]:
    shares: dict[str, list[float]] = {}
    for row in case.tables[0].rows:
        counts = [int(cell) for cell in row[1:]]
        shares.setdefault(row[0][0], []).append(10 * sum(counts[3:]) / sum(counts))
    scores = {key: max(2 * i - s, i) for key, (i, s) in shares.items()}
    order = _order(scores)
    return {"order": order, "score": scores[order[0]]}


def delivery(case: Case) -> dict[str, object]:
    """Sums of weeks, week by week, with whole numbers of ways."""
    text = told(case)
    history = [int(x) for x in figures(re.search(r"finished (.+?) items in", text)[1])]
    items = int(re.search(r"weeks\. (\d+) are left", text)[1])
    periods = int(figures(case.questions[0].ask)[0])
    sums, ways, chances, sure = Counter({0: 1}), 1, {}, 0
    while not sure:
        longer: Counter[int] = Counter()
        for total, count in sums.items():
            for done in history:
                longer[total + done] += count
        sums, ways = longer, ways * len(history)
        good = sum(count for total, count in sums.items() if total >= items)
        chances[len(chances) + 1] = good / ways
        sure = len(chances) if 100 * good >= 85 * ways else 0
    return {"chance": chances.get(periods, 1.0), "sure": sure}


def noise(case: Case) -> dict[str, object]:
    text = told(case)
    *history, today = figures(re.search(r"kind: (.+?)\. Judge", text)[1])
    distances = [abs(each - median(history)) for each in history]
    z = (today - median(history)) / 1.4826 / median(distances)
    return {"z": z, "news": "news" if abs(z) > 3.5 else "noise"}


def track_record(case: Case) -> dict[str, object]:
    table = [(figure(a) / 100, figure(b) / 100, came == "yes")
             for _, a, b, came in case.tables[0].rows]  # fmt: skip
    first, second = (sum((row[i] - row[2]) ** 2 for row in table) / len(table) for i in (0, 1))
    share = sum(row[2] for row in table) / len(table)
    always = sum((share - row[2]) ** 2 for row in table) / len(table)
    return {"brier": first, "better": "0" if first < second else "1", "base": always}


def questions(case: Case) -> dict[str, object]:
    text = (FOLDER / "interview_questions.toml").read_text("utf-8")
    labels = {row["text"]: row["label"] for row in tomllib.loads(text)["question"]}
    if case.questions[0].form == "several":
        asked = case.questions[0].choices
        return {"good": {each.key for each in asked if labels[each.label] == "good"}}
    return {each.key: labels[each.ask.partition("“")[2].rstrip("”")]
            for each in case.questions if each.form == "choice"}  # fmt: skip


def strategy(case: Case) -> dict[str, object]:
    text = (FOLDER / "strategy.toml").read_text("utf-8")
    labels = {row["text"]: row["label"] for row in tomllib.loads(text)["sentence"]}
    if case.questions[0].form == "several":
        asked = case.questions[0].choices
        return {"choices": {each.key for each in asked if labels[each.label] == "choice"}}
    return {each.key: labels[each.ask.partition("“")[2].rstrip("”")]
            for each in case.questions if each.form == "choice"}  # fmt: skip


def story(case: Case) -> dict[str, object]:
    """What was put into each story, found by the pieces of the list of stories."""
    rows_ = tomllib.loads((FOLDER / "stories.toml").read_text("utf-8"))["story"]
    found: dict[str, object] = {}
    for place, text in enumerate(case.story[1:], 1):
        row = next(row for row in rows_ if row["wish"] in text or row["solution"] in text)
        marks = {"N": "solution", "S": "second", "E": "open_point", "I": "other"}
        faults = {letter for letter, piece in marks.items() if row[piece] in text}
        faults |= {"V"} if "so that" not in text else set()
        faults |= {"T"} if row["criterion"] not in text else set()
        found[f"s{place}"] = faults or {"none"}
    return found


def cases(case: Case) -> dict[str, object]:
    rows_ = tomllib.loads((FOLDER / "requirements.toml").read_text("utf-8"))["requirement"]
    found: dict[str, object] = {}
    for place, text in enumerate(case.story[1:], 1):
        row = next(row for row in rows_ if row["need"] in text)
        missing = {key for key in ("error", "empty", "permission") if row[key] not in text}
        found[f"r{place}"] = missing or {"none"}
    return found


ORACLES: dict[str, Oracle] = {
    "rank-these": rice, "how-sure": chance, "cost-of-delay": delay, "wsjf": wsjf, "kano": kano,
    "opportunity": opportunity, "delivery": delivery, "news-or-noise": noise,
    "track-record": track_record, "leading-question": questions, "strategy": strategy,
    "story-faults": story,
    "missing-cases": cases,
}  # fmt: skip
