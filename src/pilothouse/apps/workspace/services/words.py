"""Texts as words that are found again: the one folding that both databases index and search.

Folding happens here and not in the database, so that SQLite and PostgreSQL find the same things in
every language and under every locale, and so that no character of a person's text can ever be
syntax to a query.
"""

from __future__ import annotations

import re
import unicodedata

MAX_WORD = 64
MAX_TEXT = 100_000
MAX_QUERY_WORDS = 12

# Scripts without spaces between words: every character is a word.
_UNSPACED = re.compile(r"([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])")
# Texts of plain letters, which most are, are folded in one step.
_PLAIN = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
_ACCENTS = re.compile(r"[\u0300-\u036f]")


def split_words(text: str, limit: int = MAX_TEXT) -> list[str]:
    """The folded words of ``text``: lower case, without accents, at most 64 characters each.

    >>> split_words("Café-Umsatz, 2026 (産業)")
    ['cafe', 'umsatz', '2026', '産', '業']
    """
    if text.isascii():
        return [word[:MAX_WORD] for word in text[:limit].translate(_PLAIN).split()]
    plain = _ACCENTS.sub("", unicodedata.normalize("NFD", text[:limit].casefold()))
    spaced = _UNSPACED.sub(r" \1 ", unicodedata.normalize("NFC", plain))
    kept = "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in spaced)
    return [word[:MAX_WORD] for word in kept.split()]


def query_words(text: str) -> list[str]:
    """The words to look for, each once; the last one may be the beginning of a word."""
    words = split_words(text, 1_000)[:MAX_QUERY_WORDS]
    # A word typed twice counts once, at its last place: that keeps the unfinished one last.
    return list(reversed(dict.fromkeys(reversed(words))))


def count_hits(words: list[str], text: str) -> int:
    """How many of the query's ``words`` stand in ``text``; the last by its beginning."""
    present = split_words(text)
    whole = set(present)
    *complete, last = words
    found = sum(word in whole for word in complete)
    return found + any(word.startswith(last) for word in whole)


def cut_snippet(words: list[str], body: str, length: int = 160) -> str:
    """About ``length`` characters of ``body`` around its first hit, on one line."""
    at = _first_hit(words, body)
    start = max(0, at - length // 4)
    cut = body[start : start + length]
    line = " ".join(cut.split())
    before = "…" if start else ""
    after = "…" if start + length < len(body) else ""
    return f"{before}{line}{after}"


def _first_hit(words: list[str], body: str) -> int:
    for match in re.finditer(r"\w+", body[:MAX_TEXT]):
        folded = split_words(match[0])
        if any(part in words or part.startswith(words[-1]) for part in folded):
            return match.start()
    return 0
