"""Two refusals: of a whole request, which has a status, and of one event among others."""

from __future__ import annotations

from typing import Any

from pilothouse.kernel.errors import PilothouseError


class RequestRefusedError(PilothouseError):
    """No event of the request was accepted. ``status`` is that of the HTTP answer."""

    def __init__(
        self, status: int, code: str, rule: str, *, value: Any = None, remedy: str = ""
    ) -> None:
        self.status = status
        self.code = code
        super().__init__(rule, value=value, remedy=remedy)


class EventRefusedError(PilothouseError):
    """One event breaks a rule; the others of its request are judged by themselves."""

    def __init__(self, reason: str, rule: str, *, value: Any = None, remedy: str = "") -> None:
        self.code = reason
        super().__init__(rule, value=None if value is None else brief(value), remedy=remedy)


def brief(value: Any) -> str:
    """A short text for ``value``: never walks into lists and objects, however large or deep."""
    if isinstance(value, dict):
        return f"an object of {len(value)}"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return value[:200] if isinstance(value, str) else repr(value)
