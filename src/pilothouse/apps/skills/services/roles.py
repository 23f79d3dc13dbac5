"""What roles ask: a level of each competency, by level of the role and industry. Our proposal."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from pilothouse.apps.workspace.models import Industry
from pilothouse.kernel.errors import InvalidValueError

ROLES = {
    "associate": "Associate product manager",
    "pm": "Product manager",
    "senior": "Senior product manager",
    "lead": "Lead or head of product",
}


@cache
def load_roles() -> Mapping[str, Mapping[str, int]]:
    """Required levels by ``role-industry``."""
    text = files("pilothouse.content").joinpath("roles.toml").read_text("utf-8")
    return {name: dict(levels) for name, levels in tomllib.loads(text).items()}


def required_of(role: str, industry: str) -> dict[str, int]:
    """What a role asks in an industry."""
    if role not in ROLES:
        raise InvalidValueError(f"a role is one of {', '.join(ROLES)}.", value=role or None)
    if industry not in Industry.values:
        raise InvalidValueError(
            f"an industry is one of {', '.join(Industry.values)}.", value=industry or None
        )
    return dict(load_roles()[f"{role}-{industry}"])


def name_role(role: str, industry: str) -> str:
    """The role in words: "Product manager, healthcare"."""
    return f"{ROLES[role]}, {Industry(industry).label.lower()}"
