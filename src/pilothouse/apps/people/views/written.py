"""The shape that pages of pitches and posts share: all with a new one, one with its form, acts."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from pilothouse.apps.http import form_error
from pilothouse.apps.people.views.pages import UNDO
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import PilothouseError


@dataclass(frozen=True)
class Written:
    """What a kind of written things is called and who reads, keeps and shows it.

    ``one`` and ``all`` name templates and addresses; ``around_all`` and ``around_one`` give what
    else their pages show; ``do`` does one of ``acts`` and says so.
    """

    one: str
    all: str
    read: Callable[[QueryDict], Any]
    create: Callable[[Access, Any], Any]
    change: Callable[[Access, str, Any], Any]
    get: Callable[[Access, str], Any]
    set_deleted: Callable[..., None]
    around_all: Callable[[Access], dict[str, Any]]
    around_one: Callable[[Access, Any], dict[str, Any]]
    acts: Collection[str]
    do: Callable[[Access, str, str, QueryDict], str]
    out: str
    back: str

    def show_all(self, request: HttpRequest, access: Access) -> HttpResponse:
        """All of them, and a new one."""
        error = None
        if request.method == "POST":
            try:
                return redirect(self.create(access, self.read(request.POST)).url)
            except PilothouseError as refused:
                error = form_error(refused)
        context = {"values": request.POST, "error": error, **self.around_all(access)}
        return render(request, f"people/{self.all}.html", context, status=400 if error else 200)

    def show_one(self, request: HttpRequest, access: Access, public_id: str) -> HttpResponse:
        """One of them, and changing it."""
        view = self.get(access, public_id)
        if request.method != "POST":
            return self._page(request, access, view, view)
        try:
            self.change(access, public_id, self.read(request.POST))
        except PilothouseError as refused:
            return self._page(request, access, view, request.POST, form_error(refused))
        messages.success(request, "Saved")
        return redirect(view.url)

    def act(self, request: HttpRequest, access: Access, public_id: str, act: str) -> HttpResponse:
        """What is done with one of them; taking it out and back in."""
        if act in {"delete", "restore"}:
            return self._set_deleted(request, access, public_id, is_deleted=act == "delete")
        if act not in self.acts:
            raise Http404
        view = self.get(access, public_id)
        try:
            words = self.do(access, public_id, act, request.POST)
        except PilothouseError as refused:
            return self._page(request, access, view, view, form_error(refused))
        messages.success(request, words)
        return redirect(view.url)

    def _set_deleted(
        self, request: HttpRequest, access: Access, public_id: str, *, is_deleted: bool
    ) -> HttpResponse:
        self.set_deleted(access, public_id, is_deleted=is_deleted)
        opposite = "restore" if is_deleted else "delete"
        undo = reverse(f"people:{self.one}-act", args=[public_id, opposite])
        words = self.out if is_deleted else self.back
        messages.success(request, words, extra_tags=UNDO + undo)
        return redirect(f"people:{self.all}")

    def _page(
        self, request: HttpRequest, access: Access, view: Any, values: Any, error: Any = None
    ) -> HttpResponse:
        context = {
            "view": view, "values": values, "error": error, **self.around_one(access, view),
        }  # fmt: skip
        return render(request, f"people/{self.one}.html", context, status=400 if error else 200)
