"""All kinds of exercises: those of the engine, and those that ask other engines or content."""

from __future__ import annotations

from functools import lru_cache

from pilothouse.engines.skills.exercises import LEVELS, OWN_KINDS, Exercise, Kind, make_exercise
from pilothouse.kernel.errors import InvalidValueError, NotFoundError

LARGEST_SEED = 999_999_999


@lru_cache(maxsize=1)
def load_kinds() -> dict[str, Kind]:
    """Every kind by its key, by competency. Other engines are loaded here, not at the start."""
    from pilothouse.apps.skills.services.exercise_kinds import scoring, surveys, wording, work

    kinds = [*OWN_KINDS, *wording.KINDS, *surveys.KINDS, *scoring.KINDS, *work.KINDS]
    return {each.key: each for each in sorted(kinds, key=lambda each: each.competency)}


def get_kind(key: str) -> Kind:
    """The kind called ``key``; ``NotFoundError`` if there is none."""
    kinds = load_kinds()
    if key not in kinds:
        raise NotFoundError(
            "there is no such exercise.", value=key, remedy=f"There are: {', '.join(kinds)}."
        )
    return kinds[key]


def get_exercise(key: str, seed: int, difficulty: int) -> Exercise:
    """The variant; the same three always give the same."""
    kind = get_kind(key)
    if difficulty not in LEVELS:
        raise InvalidValueError("a difficulty is 1, 2 or 3.", value=difficulty)
    if not 0 <= seed <= LARGEST_SEED:
        raise InvalidValueError(f"a seed lies between 0 and {LARGEST_SEED:,}.", value=seed)
    return make_exercise(kind, seed, difficulty)
