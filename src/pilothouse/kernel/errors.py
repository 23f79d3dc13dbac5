"""One tree of errors. Each names the value, the rule it broke and the way out."""

from __future__ import annotations

from typing import Any


class PilothouseError(Exception):
    """Base of all errors a person may see.

    ``code`` is stable and documented; ``value`` is what was given, ``rule`` what is
    demanded of it, ``remedy`` what the person can do now.
    """

    code = "error"

    def __init__(self, rule: str, *, value: Any = None, remedy: str = "") -> None:
        self.rule = rule
        self.value = value
        self.remedy = remedy
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """The whole message: value, rule, remedy, in that order."""
        given = f"{shown(self.value)}: " if self.value is not None else ""
        after = f" {self.remedy}" if self.remedy else ""
        return f"{given}{self.rule}{after}"

    def to_json(self) -> dict[str, Any]:
        """The one JSON shape of errors, for the API and for commands."""
        return {
            "error": {
                "code": self.code,
                "message": self.sentence,
                "value": None if self.value is None else str(self.value)[:200],
                "rule": self.rule,
                "remedy": self.remedy,
            }
        }


class InvalidValueError(PilothouseError):
    """A value breaks a rule."""

    code = "invalid-value"


class NotFoundError(PilothouseError):
    """The thing does not exist, or the person may not know that it does."""

    code = "not-found"


class ForbiddenError(PilothouseError):
    """The person is a member, but the role does not allow this."""

    code = "forbidden"


class ConflictError(PilothouseError):
    """The thing is in a state that does not allow this."""

    code = "conflict"


class UnavailableError(PilothouseError):
    """The machine cannot do this now: disk full, database locked, port taken."""

    code = "unavailable"


class DamagedError(PilothouseError):
    """A stored file or chain is not what it was when it was written."""

    code = "damaged"


def shown(value: Any, limit: int = 80) -> str:
    """``value`` as short printable text for a message."""
    text = value if isinstance(value, str) else repr(value)
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return text if len(text) <= limit else text[: limit - 1] + "…"
