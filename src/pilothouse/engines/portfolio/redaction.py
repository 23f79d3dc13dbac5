"""Words that must not leave, replaced the same everywhere, and what else looks private."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_LOOKS = (
    ("e-mail address", re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+\w")),
    ("address of a site", re.compile(r"\bhttps?://[^\s)>\"]+", re.IGNORECASE)),
    ("telephone number", re.compile(r"(?<!\w)\+\d[\d\s()/-]{7,}\d(?!\w)")),
    ("IP address", re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b")),
    (
        "amount of money",
        re.compile(r"[€$£¥]\s?\d[\d,.]*(?:\s?(?:k|m|bn|million))?\b", re.IGNORECASE),
    ),
)


@dataclass(frozen=True)
class Redaction:
    """Words and what stands in their place."""

    words: str
    instead: str


@dataclass(frozen=True)
class Exposure:
    """Something in a text that may be private: what it is, as written."""

    kind: str
    text: str


def redact(text: str, redactions: Iterable[Redaction]) -> str:
    """``text`` with every marked word replaced, whatever its capitals; the longest first.

    Only whole words count: hiding *Acme* leaves *Acmeology*. What takes their place is not looked
    at again, so that no replacement can bring a hidden word back or be replaced itself.

    >>> redact("ACME's plan for Acme Pay", [Redaction("Acme", "A"), Redaction("Acme Pay", "X")])
    "A's plan for X"
    """
    ordered = sorted(redactions, key=lambda each: (-len(each.words), each.words))
    instead = {_fold(each.words): each.instead for each in reversed(ordered)}
    if not instead:
        return text
    choices = "|".join(_pattern(each.words) for each in ordered)
    pattern = re.compile(choices, re.IGNORECASE)
    return pattern.sub(lambda match: instead[_fold(match[0])], text)


def mark(text: str, redactions: Iterable[Redaction]) -> tuple[tuple[str, bool], ...]:
    """The redacted text in pieces, each with whether it is a replacement."""
    pieces: list[tuple[str, bool]] = []
    ordered = sorted(redactions, key=lambda each: (-len(each.words), each.words))
    instead = {_fold(each.words): each.instead for each in reversed(ordered)}
    start = 0
    if ordered:
        choices = "|".join(_pattern(each.words) for each in ordered)
        for match in re.finditer(choices, text, re.IGNORECASE):
            pieces += [(text[start : match.start()], False), (instead[_fold(match[0])], True)]
            start = match.end()
    pieces.append((text[start:], False))
    return tuple(piece for piece in pieces if piece[0])


def find_exposures(text: str, names: Sequence[str]) -> tuple[Exposure, ...]:
    """What a text still says that may be private: known names, addresses, numbers of people.

    A hint for whoever looks at the preview, not a promise that nothing else is private.
    """
    found = [
        Exposure(kind, match[0]) for kind, pattern in _LOOKS for match in pattern.finditer(text)
    ]
    found += [
        Exposure("name", name)
        for name in names
        if name.strip() and re.search(_pattern(name), text, re.IGNORECASE)
    ]
    return tuple(dict.fromkeys(found))


def _pattern(words: str) -> str:
    parts = [re.escape(part) for part in words.split()]
    left = r"(?<!\w)" if words.strip()[:1].isalnum() else ""
    right = r"(?!\w)" if words.strip()[-1:].isalnum() else ""
    return left + r"\s+".join(parts) + right


def _fold(words: str) -> str:
    return " ".join(words.split()).lower()
