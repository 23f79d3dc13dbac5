"""What other apps have of a company, beside what the book says of it.

Jobs know the book, so the book must not know of jobs: an app that owns something of a company
registers here what the company's page shows of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pilothouse.apps.workspace.services.access import Access


@dataclass(frozen=True)
class Beside:
    """One thing of another app: its page, what it is called, how it stands."""

    title: str
    url: str
    state: str


Find = Callable[[Access, str], Sequence[Beside]]
_finders: list[Find] = []


def register_beside_company(find: Find) -> None:
    """Say what finds things of a company by its name; once for each app."""
    if find not in _finders:
        _finders.append(find)


def list_beside_company(access: Access, name: str) -> list[Beside]:
    """What the other apps have of a company."""
    return [each for find in _finders for each in find(access, name)]
