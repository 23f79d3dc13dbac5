"""What the pages of people share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

from pilothouse.apps.http import read_number

PER_PAGE = 50
UNDO = "undo:"


if TYPE_CHECKING:
    _Base = Paginator[Any]
else:
    _Base = Paginator


class _Counted(_Base):
    """A paginator whose number of things is known already."""

    def __init__(self, total: int, per_page: int) -> None:
        super().__init__((), per_page)
        self.__dict__["count"] = total


def page_number(request: HttpRequest) -> int:
    """The page that was asked for, from 1."""
    return max(1, min(read_number(request.GET.get("page", "1")) or 1, 100_000))


def start_of(request: HttpRequest, per_page: int = PER_PAGE) -> int:
    """Where the page that was asked for begins."""
    return (page_number(request) - 1) * per_page


def to_page(lines: Any, total: int, request: HttpRequest, per_page: int = PER_PAGE) -> Page[Any]:
    """Lines that were fetched, as a page that pagination shows."""
    paginator = _Counted(total, per_page)
    number = min(page_number(request), paginator.num_pages)
    return Page(lines, number, paginator)
