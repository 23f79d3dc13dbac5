"""Parts that came later leave digests alone until they say something."""

from __future__ import annotations

from dataclasses import dataclass, field

from pilothouse.engines.simulation.company.added import added
from pilothouse.engines.simulation.company.state import digest_of


def before() -> type:
    @dataclass
    class Record:
        one: int = 1
        many: list[int] = field(default_factory=list)

    return Record


def after() -> type:
    @dataclass
    class Record:
        one: int = 1
        many: list[int] = field(default_factory=list)
        first: dict[int, int] = added(default_factory=dict)
        second: dict[int, int] = added(default_factory=dict)

    return Record


def test_a_part_that_says_nothing_is_not_there() -> None:
    old, new = before(), after()
    assert digest_of(old(2, [3])) == digest_of(new(2, [3]))
    assert digest_of(new(2, [3], {1: 1})) != digest_of(old(2, [3]))


def test_later_parts_are_told_apart() -> None:
    new = after()
    assert digest_of(new(first={1: 2})) != digest_of(new(second={1: 2}))
    assert digest_of(new(first={1: 2})) != digest_of(new(first={1: 3}))
