"""Answers worked out a second time, from what an exercise shows and nothing else.

Each function takes the case as a person sees it and returns answers by key. They share no code
with the generators: a story or table that does not hold what the answer needs fails here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from statistics import NormalDist

from pilothouse.engines.skills.exercises.model import Case

Oracle = Callable[[Case], dict[str, object]]
Z = 1.959963984540054


def figure(text: str) -> float:
    """The first number in a text as shown: ``€1 234``, ``12.5%`` (as 12.5), ``−3``."""
    plain = text.replace("\N{NARROW NO-BREAK SPACE}", "").replace("−", "-")
    return float(re.search(r"-?\d+(?:\.\d+)?", plain)[0])


def figures(text: str) -> list[float]:
    plain = text.replace("\N{NARROW NO-BREAK SPACE}", "").replace("−", "-")
    return [float(each) for each in re.findall(r"\d+(?:\.\d+)?", plain)]


def told(case: Case) -> str:
    return " ".join(case.story)


def rows(case: Case) -> list[list[float]]:
    return [[figure(cell) for cell in row[1:]] for row in case.tables[0].rows]


def funnel(case: Case) -> dict[str, object]:
    window = int(re.search(r"within (\d+) days", told(case))[1])
    whole = rows(case)[: -(window // 7)]
    sums = [sum(column) for column in zip(*whole, strict=True)]
    rates = {"abc"[i]: sums[i + 1] / sums[i] for i in range(3)}
    return {"conversion": sums[3] / sums[0], "weakest": min(rates, key=rates.get)}


def retention(case: Case) -> dict[str, object]:
    current = int(re.search(r"of week (\d+);", told(case))[1])
    week = int(re.search(r"week \+(\d)", case.questions[0].ask)[1])
    people = back = count = 0
    for row in case.tables[0].rows:
        if int(figure(row[0])) + week < current:
            people, back, count = people + figure(row[1]), back + figure(row[1 + week]), count + 1
    return {"cohorts": count, "retention": back / people}


def interval(case: Case) -> dict[str, object]:
    hits, n = map(int, re.search(r"(\d+) of (\d+) people", told(case)).groups())
    share = hits / n

    def edge(inside: float, outside: float) -> float:
        """Where |share - p| is z standard errors of p: Wilson's interval is that by definition."""
        for _ in range(80):
            middle = (inside + outside) / 2
            error = math.sqrt(middle * (1 - middle) / n)
            if abs(share - middle) <= Z * error:
                inside = middle
            else:
                outside = middle
        return inside

    high = edge(max(share, 1e-12), 1.0)
    claim = figure(re.search(r"below (\d+)%", case.questions[-1].ask)[1]) / 100
    found: dict[str, object] = {"high": high, "meaning": "below" if high < claim else "open"}
    return found | ({"low": edge(share, 0.0)} if hits else {})


def nps(case: Case) -> dict[str, object]:
    counts = [int(each) for each in rows(case)[0]]
    values = [100] * sum(counts[9:]) + [0] * sum(counts[7:9]) + [-100] * sum(counts[:7])
    mean = sum(values) / len(values)
    spread = math.sqrt(sum((each - mean) ** 2 for each in values) / len(values))
    half = Z * spread / math.sqrt(len(values))
    before = float(re.search(r"the score was (-?\d+)", told(case).replace("−", "-"))[1])
    is_real = abs(mean - before) > half * math.sqrt(2)
    return {"score": mean, "half": half, "change": "real" if is_real else "noise"}


def stickiness(case: Case) -> dict[str, object]:
    marks = [[cell == "1" for cell in row[1:]] for row in case.tables[0].rows]
    daily, week = sum(map(sum, marks)) / 7, sum(map(any, marks))
    return {"dau": daily, "wau": week, "stickiness": daily / week}


def simpson(case: Case) -> dict[str, object]:
    cells = {(row[0][-1], row[1]): (figure(row[2]), figure(row[3])) for row in case.tables[0].rows}
    segments = {segment for _, segment in cells}
    ahead = {
        max("AB", key=lambda name: cells[name, segment][1] / cells[name, segment][0])
        for segment in segments
    }
    (better,) = ahead
    weight = {s: cells["A", s][0] + cells["B", s][0] for s in segments}
    fair = sum(weight[s] * cells[better, s][1] / cells[better, s][0] for s in segments)
    return {"better": better, "fair": fair / sum(weight.values()), "why": "mixture"}


def mix(case: Case) -> dict[str, object]:
    (a, b), (c, d) = [
        [(figure(row[2]), figure(row[3])) for row in case.tables[0].rows[i : i + 2]] for i in (0, 2)
    ]
    before = (a[1] + b[1]) / (a[0] + b[0])
    after = (c[1] + d[1]) / (c[0] + d[0])
    # What comes from rates, measured directly at the new weights; the mixture is the rest.
    by_rate = (c[1] - c[0] * a[1] / a[0] + d[1] - d[0] * b[1] / b[0]) / (c[0] + d[0])
    return {"rate": 100 * by_rate, "mix": 100 * (after - before - by_rate)}


def growth(case: Case) -> dict[str, object]:
    before, new, back, lost, now = (
        None if row[1] == "?" else figure(row[1]) for row in case.tables[0].rows
    )
    if lost is None:
        lost = missing = before + new + back - now
    elif now is None:
        now = missing = before + new + back - lost
    else:
        new = missing = now + lost - before - back
    return {"missing": missing, "quick": (new + back) / lost, "kept": (before - lost) / before}


def size(case: Case) -> dict[str, object]:
    text = told(case)
    base, lift = (float(each) / 100 for each in re.search(
        r"converts (\d+)%.*relative rise of (\d+)%", text).groups())  # fmt: skip
    daily = figure(re.search(r"at 5 % two-sided\. ([\d\s]+) people", text)[1])

    def power(n: float) -> float:
        error = math.sqrt((base * (1 - base) + aim * (1 - aim)) / n)
        return NormalDist().cdf((aim - base) / error - Z)

    aim = base * (1 + lift)
    low, high = 1.0, 1e8
    while high - low > 0.01:
        low, high = ((low + high) / 2, high) if power((low + high) / 2) < 0.8 else (
            low, (low + high) / 2)  # fmt: skip
    return {"n": math.ceil(high), "days": math.ceil(2 * math.ceil(high) / daily), "half": "four"}


def peeking(case: Case) -> dict[str, object]:
    looks = len(case.tables[0].rows)
    last = figure(case.tables[0].rows[-1][1])
    verdict = "read-good" if last < 0.05 else "read-none"
    return {"verdict": verdict, "risk": "real", "limit": 0.05 / looks}


def split(case: Case) -> dict[str, object]:
    counts = [row[0] for row in rows(case)]
    plan = figures(re.search(r"planned (\S+)\.", told(case))[1].replace(":", " "))
    parts = [sum(counts) * each / sum(plan) for each in plan]
    chi = sum(c * c / e for c, e in zip(counts, parts, strict=True)) - sum(counts)
    p = math.erfc(math.sqrt(chi / 2)) if len(counts) == 2 else math.exp(-chi / 2)
    return {"chi": chi, "go-on": "stop" if p < 0.001 else "read"}


def readout(case: Case) -> dict[str, object]:
    (n, first), (m, second) = rows(case)
    p, q = first / n, second / m
    half = Z * math.sqrt(p * (1 - p) / n + q * (1 - q) / m)
    low, high = 100 * (q - p - half), 100 * (q - p + half)
    worth = float(re.search(r"change of (\d+\.\d) percentage", told(case))[1])
    finding = "good" if low > 0 else "tight" if -worth < low and high < worth else "open"
    return {"low": low, "high": high, "finding": finding}


def alarm(case: Case) -> dict[str, object]:
    n, rare, found, false = figures(told(case))[:4]
    bad = round(n * rare / 100)
    hits, wrong = bad * found / 100, (n - bad) * false / 100
    answers: dict[str, object] = {"precision": 1 / (1 + wrong / hits), "false": wrong}
    if len(case.questions) > 2:
        answers["hours"] = (hits + wrong) * figure(case.questions[2].ask) / 60
    return answers


def economics(case: Case) -> dict[str, object]:
    price, margin, churn, cost = figures(told(case))
    margin, churn = margin / 100, churn / 100
    if "within a year" in told(case):
        churn = 1 - math.exp(math.log(1 - churn) / 12)
    # Month by month instead of by formula: who is still there pays.
    months = [price * margin * (1 - churn) ** k for k in range(3_000)]
    return {
        "ltv": sum(months), "payback": cost / (price * margin), "ratio": sum(months) / cost,
        "capped": sum(months[:36]),
    }  # fmt: skip


def revenue(case: Case) -> dict[str, object]:
    lines = {row[0]: figure(row[1]) for row in case.tables[0].rows}
    start = lines["at the start, from customers of then"]
    lost = lines["less from the same customers"] + lines["from customers who left"]
    more = lines["more from the same customers"]
    return {"nrr": 1 + (more + lost) / start, "grr": 1 + lost / start}


def discount(case: Case) -> dict[str, object]:
    units, price, cost, off = figures(told(case))
    gain = price * (100 - off) / 100 - cost
    answers: dict[str, object] = {"needed": (price - cost - gain) / gain}
    if len(case.questions) > 1:
        sold = figures(case.questions[1].ask)[0]
        answers["profit"] = sold * gain - units * (price - cost)
    return answers


def market(case: Case) -> dict[str, object]:
    people, household, need, price, times, reach = figures(told(case))
    a_year = times * (4 if "a quarter" in told(case) else 1)
    whole = people * need * price * a_year / household / 100
    return {"market": whole, "served": whole * reach / 100, "point": whole / need}


def flow(case: Case) -> dict[str, object]:
    done, wip = figures(told(case))
    target = figures(case.questions[1].ask)[0]
    answers: dict[str, object] = {"cycle": wip / (done / 7), "limit": done / 7 * target}
    if len(case.questions) > 2:
        begun, finished = figures(case.questions[2].ask)
        answers["stable"] = "grows" if begun > finished else "holds"
    return answers


def testers(case: Case) -> dict[str, object]:
    share, n = figures(told(case))
    goal = figures(case.questions[1].ask)[0]
    passed, count = 1.0, 0
    while 1 - passed < goal / 100 - 1e-12:
        passed, count = passed * (1 - share / 100), count + 1
    unseen = math.prod([1 - share / 100] * int(n))
    groups = figures(case.questions[2].ask)[0] if len(case.questions) > 2 else 1
    return {"seen": 1 - unseen, "needed": count, "groups": count * groups}


def points(case: Case) -> dict[str, object]:
    (n, first), (m, second) = rows(case)
    is_random = "at random" in told(case)
    error = math.sqrt(first * (n - first) / n**3 + second * (m - second) / m**3)
    assert abs(second / m - first / n) > 2.5 * error, "noise carries no sentence"
    return {
        "points": (second / m - first / n) * 100, "relative": second * n / m / first - 1,
        "sentence": "by" if is_random else "since",
    }  # fmt: skip


def definition(case: Case) -> dict[str, object]:
    text = case.story[1]
    said = {
        "who": "those who" not in text, "event": "are engaged" not in text,
        "window": bool(re.search(r"within|in a week|on the day on which|in the fourth week", text)),
        "base": bool(re.search(r"of all|of the same", text)),
        "without": "without our own" in text, "zone": "days cut in" in text,
    }  # fmt: skip
    missing = tuple(key for key, there in said.items() if not there) or ("nothing",)
    return {"missing": missing}


def ordinary(case: Case) -> dict[str, object]:
    mean, steady, worst, after = figures(told(case))[:4]
    expected = (1 - steady) * mean + steady * worst
    verdict = "works" if after - expected >= 2 else "nothing"
    return {"expected": expected, "effect": after - expected, "verdict": verdict}


def rollout(case: Case) -> dict[str, object]:
    users, rare, first = figures(told(case))
    goal = figures(case.questions[1].ask)[0] / 100
    nobody, count = 1.0, 0
    while 1 - nobody < goal:
        nobody, count = nobody * (rare - 1) / rare, count + 1
    answers: dict[str, object] = {"seen": 1 - math.exp(first * math.log1p(-1 / rare))}
    if len(case.questions) > 2:
        reached = figures(case.questions[2].ask)[0] / 100 * users
        answers["spared"] = reached / rare - first / rare
    return answers | {"needed": count}


def deal(case: Case) -> dict[str, object]:
    *outcomes, without = rows(case)
    pairs = {
        date[0] + scope[0].upper(): (a[0] + b[0], a[1] + b[1])
        for date, a in zip(("March", "P", "Y"), outcomes[:3], strict=True)
        for scope, b in zip(("small", "middle", "whole"), outcomes[3:], strict=True)
    }
    signed = {k: sum(v) for k, v in pairs.items() if v[0] >= without[0] and v[1] >= without[1]}
    best = max(signed, key=signed.get)
    return {"best": best, "points": signed[best], "signed": len(signed)}


ORACLES: dict[str, Oracle] = {
    "read-funnel": funnel, "read-retention": retention, "interval-of-a-rate": interval, "nps": nps,
    "stickiness": stickiness, "simpson": simpson, "mix-or-rate": mix, "growth-accounting": growth,
    "size-test": size, "peeking": peeking, "split-check": split, "readout": readout,
    "alarm": alarm, "unit-economics": economics, "revenue-retention": revenue,
    "discount": discount, "market-size": market, "flow": flow, "testers": testers,
    "back-to-ordinary": ordinary, "staged-rollout": rollout, "best-deal": deal,
    "points-or-percent": points, "exact-metric": definition,
}  # fmt: skip
