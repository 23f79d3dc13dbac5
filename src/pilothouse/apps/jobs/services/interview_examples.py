"""The labelled answers that come with the product, and how far the rules agree with the labels."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pilothouse.apps.jobs.services.interview_content import load_bank, load_rubric
from pilothouse.engines.jobs.answers_agreement import Agreement, Pair, measure_agreement
from pilothouse.engines.jobs.answers_checks import judge_answer

SEED = 20_261_125


@dataclass(frozen=True)
class Example:
    """A labelled answer. ``fault`` says why it deserves no level; empty where it does."""

    key: str
    question: str
    text: str
    follow_up: str
    levels: Mapping[str, int]
    fault: str
    is_held_out: bool


@dataclass(frozen=True)
class Measured:
    """Agreement over all dimensions and by each. ``faults``: (found, of) answers that deserve no
    level; ``kinder``: how often a rule gave more than the label, and by how much at most."""

    overall: Agreement
    by_dimension: Mapping[str, Agreement]
    faults: tuple[int, int]
    unjudged: int
    kinder: tuple[int, int]


@cache
def load_examples() -> tuple[Example, ...]:
    """All labelled answers; the rules were written with those in sight that are not held out."""
    folder = files("pilothouse.content").joinpath("interviews", "examples")
    found: list[Example] = []
    for name, is_held_out in (("tuning.toml", False), ("held_out.toml", True)):
        body = tomllib.loads(folder.joinpath(name).read_text("utf-8"))
        found += [
            Example(
                key, row["question"], row["text"], row.get("follow_up", ""), row["levels"],
                row.get("fault", ""), is_held_out,
            )
            for key, row in body.items()
        ]  # fmt: skip
    return tuple(found)


def measure_rules(*, is_held_out: bool) -> Measured:
    """Hold the rules against the labels of one half."""
    import numpy as np

    answers: list[dict[str, Pair]] = []
    faults, gated, unjudged = 0, 0, 0
    for each in load_examples():
        if each.is_held_out != is_held_out:
            continue
        question = load_bank()[each.question].to_engine()
        judged = judge_answer(load_rubric(), question, each.text, follow_up=each.follow_up)
        if each.fault:
            faults, gated = faults + 1, gated + (judged.gate is not None)
            continue
        known = {row.dimension: row.level for row in judged.levels if row.level is not None}
        unjudged += len(judged.levels) - len(known)
        answers.append({key: (each.levels[key], level) for key, level in known.items()})
    rng = np.random.default_rng(SEED)
    over = [rule - label for row in answers for label, rule in row.values() if rule > label]
    return Measured(
        overall=measure_agreement([tuple(row.values()) for row in answers], rng),
        by_dimension={
            key: measure_agreement([[row[key]] for row in answers if key in row], rng)
            for key in load_rubric().dimensions
        },
        faults=(gated, faults),
        unjudged=unjudged,
        kinder=(len(over), max(over, default=0)),
    )
