"""Titles as file names that every system takes, and links between documents as a vault has them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping

# What Windows, macOS, Linux or Obsidian's own links do not take.
_FORBIDDEN = re.compile(r'[*"\\/<>:|?#^\[\]]+')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.I)
MAX_BYTES = 150
UNTITLED = "Untitled"

_MENTION = re.compile(r"\[([^\[\]\n|]+)\]\(mention:document/([A-Za-z0-9_-]{1,40})\)")
_WIKILINK = re.compile(r"\[\[([^\[\]\n|#]+)(?:\|([^\[\]\n|]+))?\]\]")
# Possessive, and tried at the first backtick only: no run of them may take long.
_CODE = re.compile(
    r"(^(?P<fence>`{3,}+|~{3,}+)[^\n]*+\n.*?(?:^(?P=fence)[^\n]*+$|\Z)"
    r"|(?<!`)`++[^`\n]++`++)",
    re.S | re.M,
)


def safe_name(title: str) -> str:
    """``title`` as the name of a file without its ending, in NFC, at most 150 bytes long.

    >>> safe_name('Plan: 50 % "more" / less?'), safe_name("con"), safe_name("...")
    ('Plan 50 % more less', 'con_', 'Untitled')
    """
    shown = "".join(
        char if unicodedata.category(char)[0] != "C" else " "
        for char in unicodedata.normalize("NFC", title)
    )
    name = " ".join(_FORBIDDEN.sub(" ", shown).split()).strip(". ")
    name = name.encode("utf-8")[:MAX_BYTES].decode("utf-8", "ignore").strip(". ")
    if _RESERVED.fullmatch(name):
        name = f"{name}_" if "." not in name else name.replace(".", "_", 1)
    return unicodedata.normalize("NFC", name) or UNTITLED


def unique_name(title: str, taken: Collection[str]) -> str:
    """A safe name that no name of ``taken`` (of ``name_key``) equals, capitals ignored.

    >>> unique_name("Plan", {"plan"})
    'Plan 2'
    """
    base = name = safe_name(title)
    number = 1
    while name_key(name) in taken:
        number += 1
        name = f"{base} {number}"
    return name


def name_key(name: str) -> str:
    """What is equal for two names that some system takes for one: capitals, forms of accents."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def is_safe_path(path: str) -> bool:
    """Whether a relative path stays inside its folder on every system."""
    parts = path.split("/")
    return bool(path) and all(
        part.strip(". ") and part == part.strip() and not _FORBIDDEN.search(part) for part in parts
    )


def to_wikilinks(body: str, names: Mapping[str, tuple[str, str]]) -> str:
    """Mentions of documents as ``[[NAME]]``; ``names`` gives id -> (file name, title).

    Words that are not the title stay: ``[[NAME|words]]``. Code is left alone.
    """

    def put(match: re.Match[str]) -> str:
        found = names.get(match[2])
        if found is None or match[1] != match[1].strip():
            return match[0]
        name, title = found
        return f"[[{name}]]" if match[1] == f"@{title}" else f"[[{name}|{match[1]}]]"

    return _outside_code(body, lambda text: _MENTION.sub(put, text))


def from_wikilinks(body: str, documents: Mapping[str, tuple[str, str]]) -> str:
    """``[[NAME]]`` as mentions; ``documents`` gives ``name_key`` of a name -> (id, title).

    What names no document stays as it is.
    """

    def put(match: re.Match[str]) -> str:
        found = documents.get(name_key(match[1].strip().removesuffix(".md").split("/")[-1]))
        if found is None:
            return match[0]
        id_, title = found
        words = match[2] or f"@{title}"
        return (
            f"[{words}](mention:document/{id_})"
            if "[" not in words and "]" not in words
            else match[0]
        )

    return _outside_code(body, lambda text: _WIKILINK.sub(put, text))


def _outside_code(body: str, change: Callable[[str], str]) -> str:
    parts, start = [], 0
    for match in _CODE.finditer(body):
        parts += [change(body[start : match.start()]), match[0]]
        start = match.end()
    return "".join([*parts, change(body[start:])])
