"""What may be stored as the text of a document, and what its text refers to."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.ids import PUBLIC_ID_LENGTH, canonical_json, clean_text, digest

MAX_TITLE = 200
MAX_BODY = 500_000
MAX_FOLDER = 200

_CLAIM = re.compile(rf"\[([^\[\]]*)\]\(claim:([a-z0-9]{{{PUBLIC_ID_LENGTH}}})\)")
_MENTION = re.compile(r"\]\(mention:([a-z-]{1,40})/([A-Za-z0-9_-]{1,40})\)")
_TARGET = re.compile(r"\]\((?:claim|mention):[^)]*\)")


def clean_title(text: str) -> str:
    """A title on one line; raises ``InvalidValueError``."""
    title = " ".join(clean_text(text).split())
    if not 1 <= len(title) <= MAX_TITLE:
        raise InvalidValueError(f"a title has 1 to {MAX_TITLE} characters.", value=text)
    return title


def clean_body(text: str) -> str:
    """A text with one kind of line end; raises ``InvalidValueError``.

    >>> clean_body("one\\r\\ntwo")
    'one\\ntwo'
    """
    body = clean_text(text).replace("\r\n", "\n").replace("\r", "\n")
    if len(body) > MAX_BODY:
        raise InvalidValueError(
            f"a document has at most {MAX_BODY:,} characters; this has {len(body):,}.",
            remedy="Split it, and mention one part from the other.",
        )
    return body


def clean_folder(text: str) -> str:
    """A folder as ``plans/2027``: no empty parts, none of only dots.

    >>> clean_folder(" /plans//2027/ ")
    'plans/2027'
    """
    parts = [" ".join(part.split()) for part in clean_text(text).replace("\\", "/").split("/")]
    folder = "/".join(part for part in parts if part.strip(". "))
    if len(folder) > MAX_FOLDER:
        raise InvalidValueError(f"a folder has at most {MAX_FOLDER} characters.", value=text)
    return folder


def text_digest(title: str, body: str) -> str:
    """What tells one text from another: SHA-256 of title and body."""
    return digest(canonical_json([title, body]))


def quoted_claims(body: str) -> dict[str, str]:
    """The claims that a text quotes, by id, each with the words of its first quotation.

    >>> quoted_claims("From [12 %](claim:bcdfghjkmnpq) up")
    {'bcdfghjkmnpq': '12 %'}
    """
    found: dict[str, str] = {}
    for match in _CLAIM.finditer(body):
        found.setdefault(match[2], match[1])
    return found


def replace_quotation(body: str, claim_id: str, words: str) -> str:
    """``body`` with every quotation of one claim saying ``words``."""

    def put(match: re.Match[str]) -> str:
        return f"[{words}](claim:{claim_id})" if match[2] == claim_id else match[0]

    return _CLAIM.sub(put, body)


def rename_claims(body: str, names: dict[str, str]) -> str:
    """``body`` quoting other claims: ``names`` maps old ids to new ones."""
    return _CLAIM.sub(lambda m: f"[{m[1]}](claim:{names.get(m[2], m[2])})", body)


def mentioned(body: str) -> list[tuple[str, str]]:
    """The objects that a text mentions, as (kind, id), each once.

    >>> mentioned("See [@Sign-up](mention:metric/bcdfghjkmnpq).")
    [('metric', 'bcdfghjkmnpq')]
    """
    return _once((match[1], match[2]) for match in _MENTION.finditer(body))


def words_only(body: str) -> str:
    """``body`` without the addresses behind claims and mentions, for searching."""
    return _TARGET.sub("]", body)


def _once(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return list(dict.fromkeys(pairs))
