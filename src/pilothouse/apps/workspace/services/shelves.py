"""What comes with the product and is found beside one's own things: questions, and their like.

Nothing of it is a row, so it can be neither linked nor changed; search only leads there. Apps say
what stands on their shelf; it is cut into words once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from pilothouse.apps.workspace.services.words import split_words


class ShelfEntry:
    """One thing of a shelf: its title, where it is, and the words by which it is found."""

    __slots__ = ("body", "kind", "title", "url", "words")

    def __init__(self, kind: str, title: str, body: str, url: str) -> None:
        self.kind, self.title, self.body, self.url = kind, title, body, url
        self.words = frozenset(split_words(f"{title} {body}"))


_shelves: list[Callable[[], Sequence[ShelfEntry]]] = []


def register_shelf(read: Callable[[], Sequence[ShelfEntry]]) -> None:
    """Have search find what ``read`` gives; it is called at the first search."""
    _shelves.append(read)
    _read_all.cache_clear()


def find_on_shelves(words: Sequence[str], most: int) -> list[ShelfEntry]:
    """What holds all the words, the last one as a beginning, in the order of the shelves."""
    *complete, last = words
    whole = set(complete)
    found = []
    for entry in _read_all():
        if whole <= entry.words and any(word.startswith(last) for word in entry.words):
            found.append(entry)
            if len(found) == most:
                break
    return found


@cache
def _read_all() -> tuple[ShelfEntry, ...]:
    return tuple(entry for read in _shelves for entry in read())
