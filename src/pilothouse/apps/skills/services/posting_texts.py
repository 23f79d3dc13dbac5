"""Where the texts of postings are: jobs owns them and says here how they are kept and read.

Jobs know of skills (levels, roles, competencies), so skills must not know of jobs: the app that
owns postings registers what skills asks of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pilothouse.apps.workspace.services.access import Access

Keep = Callable[[Access, str, str], str]
Read = Callable[[Access, Sequence[str]], Mapping[str, str]]
_owner: list[tuple[Keep, Read]] = []


def register_postings(keep: Keep, read: Read) -> None:
    """Say how postings are kept (their text, the company: its id) and read (texts by their ids)."""
    _owner[:] = [(keep, read)]


def keep_posting(access: Access, text: str, company: str) -> str:
    """Keep the text of a posting, once; its id."""
    return _owner[0][0](access, text, company)


def read_posting_texts(access: Access, ids: Sequence[str]) -> Mapping[str, str]:
    """The texts of postings by their ids, those thrown away included."""
    return _owner[0][1](access, ids)
