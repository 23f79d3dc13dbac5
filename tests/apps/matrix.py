"""Rows of the tables that say who may ask what; each noun's are in its own ``rows.py``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pilothouse.apps.workspace.models import Role


@dataclass(frozen=True)
class Page:
    """A page. ``reads`` and ``writes`` are the least roles for GET and POST; None: 405."""

    reads: Role | None = None
    writes: Role | None = None
    data: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    # What to fill the address with where it is not the usual id of that name.
    ids: dict[str, str] = field(default_factory=dict)
    read_status: int = 200
    write_status: int = 302
    # It belongs to whoever made it: another member gets 404, whatever the role.
    is_own: bool = False


@dataclass(frozen=True)
class Open:
    """A page without login, the same for all; ``verbs`` it takes and how it answers them."""

    verbs: dict[str, int]
    path: str


@dataclass(frozen=True)
class Operation:
    """An API operation: the least role for it, and a body that is accepted."""

    needs: Role
    body: dict[str, Any] | None = None
    query: str = ""
    # How it answers whoever may ask.
    status: int = 200
    # What to fill the address with where it is not the usual id of that name.
    ids: dict[str, str] = field(default_factory=dict)
    # It belongs to whoever made it: another member gets 404, whatever the role.
    is_own: bool = False
