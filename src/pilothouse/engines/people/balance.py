"""What was given and what was received, between two people and over all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Deed:
    """One favour: ``is_given`` by the book's owner or received; ``is_done`` or only asked for."""

    contact: int
    is_given: bool
    is_done: bool
    is_thanked: bool = False


@dataclass(frozen=True)
class Balance:
    """Counts of favours. ``net`` above zero: more was given than received."""

    given: int = 0
    received: int = 0
    asked_of_them: int = 0
    asked_of_me: int = 0
    unthanked: int = 0

    @property
    def net(self) -> int:
        return self.given - self.received


def weigh(deeds: Iterable[Deed]) -> Balance:
    """The balance of all deeds. Every deed counts one: what it was worth nobody can say.

    >>> weigh([Deed(1, True, True), Deed(1, False, True), Deed(1, False, False)]).net
    0
    """
    given = received = asked_of_them = asked_of_me = unthanked = 0
    for deed in deeds:
        given += deed.is_given and deed.is_done
        received += not deed.is_given and deed.is_done
        asked_of_me += deed.is_given and not deed.is_done
        asked_of_them += not deed.is_given and not deed.is_done
        unthanked += not deed.is_given and deed.is_done and not deed.is_thanked
    return Balance(given, received, asked_of_them, asked_of_me, unthanked)


def weigh_each(deeds: Iterable[Deed]) -> dict[int, Balance]:
    """The balance with every contact, by its number."""
    by_contact: dict[int, list[Deed]] = {}
    for deed in deeds:
        by_contact.setdefault(deed.contact, []).append(deed)
    return {contact: weigh(each) for contact, each in by_contact.items()}
