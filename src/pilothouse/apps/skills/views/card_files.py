"""Files of cards: out as Anki package or CSV, in after a look, and out of here again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.http import download, form_error, with_access
from pilothouse.apps.skills.services.anki_write import LOST
from pilothouse.apps.skills.services.cards_content import deck_title, load_packs
from pilothouse.apps.skills.services.cards_imports import (
    FORMATS,
    discard_card_import,
    export_cards,
    get_card_import,
    list_card_imports,
    receive_cards,
    start_card_import,
    undo_card_import,
)
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import InvalidValueError, PilothouseError

SHOWN = 20
TYPES = {"apkg": "application/octet-stream", "csv": "text/csv; charset=utf-8"}


@require_http_methods(["GET", "POST"])
@with_access
def files(request: HttpRequest, access: Access) -> HttpResponse:
    """The files there were; a file chosen here is looked at first."""
    error = None
    if request.method == "POST":
        try:
            given = request.FILES.get("file")
            if given is None:
                raise InvalidValueError("no file was chosen.")
            deck = request.POST.get("deck", "")
            pieces = given.chunks(2**20)
            row = receive_cards(
                access, given.name or "cards", pieces, deck=deck, now=timezone.now()
            )
            return redirect("skills:cards-file", row.public_id)
        except PilothouseError as refused:
            error = form_error(refused)
    context = {
        "imports": list_card_imports(access),
        "error": error,
        "deck": request.POST.get("deck", "") if error else "Imported",
        "decks": [("", "all decks"), *((p.deck, p.title) for p in load_packs().values())],
        "lost": LOST,
    }
    return render(request, "skills/cards_files.html", context, status=400 if error else 200)


@require_GET
@with_access
def export(request: HttpRequest, access: Access, extension: str) -> HttpResponse:
    """Cards of a deck, or all, as a file."""
    if extension not in FORMATS:
        raise Http404
    deck, only_own = request.GET.get("deck", ""), request.GET.get("only") == "own"
    body = export_cards(access, extension, timezone.now(), deck=deck, only_own=only_own)
    name = f"{deck_title(deck)[:60]} cards" if deck else "Cards"
    return download(f"{name}.{extension}", body, TYPES[extension])


@require_GET
@with_access
def file(request: HttpRequest, access: Access, card_import_id: str) -> HttpResponse:
    """What a file holds, or what became of it."""
    row = get_card_import(access, card_import_id)
    context: dict[str, Any] = {
        "row": row,
        "shown": [(card, card.guid in row.known_here) for card in row.cards[:SHOWN]],
        "fresh": len(row.fresh),
        "here": len(row.cards) - len(row.fresh),
    }
    return render(request, "skills/cards_file.html", context)


@require_POST
@with_access
def file_act(request: HttpRequest, access: Access, card_import_id: str, act: str) -> HttpResponse:
    """Take a file in, take it out again, or forget it."""
    if act == "start":
        takes = request.POST.get("memory", "") == "yes"
        row = start_card_import(access, card_import_id, takes_memory=takes)
        messages.success(request, f"Imported: {row.created:,} new, {row.known:,} here already.")
    elif act == "undo":
        row = undo_card_import(access, card_import_id)
        words = "card is" if row.created == 1 else "cards are"
        messages.success(request, f"Undone: {row.created:,} {words} out again.")
    elif act == "discard":
        discard_card_import(access, card_import_id)
        messages.success(request, "The file is forgotten; nothing was imported.")
        return redirect("skills:cards-files")
    else:
        raise Http404
    return redirect("skills:cards-file", card_import_id)
