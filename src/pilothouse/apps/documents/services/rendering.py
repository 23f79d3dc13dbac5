"""A document as readers see it: its Markdown with live numbers and present titles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from pilothouse.apps.documents.services.claims import ClaimView, find_claims
from pilothouse.apps.documents.services.markup import to_html
from pilothouse.apps.documents.services.numbers import quote_value
from pilothouse.apps.documents.services.texts import mentioned, quoted_claims
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.apps.workspace.services.links import LinkedObject, ObjectRef, find_objects


@dataclass(frozen=True)
class Page:
    """A rendered text with the claims that it quotes, in the order of the text."""

    html: SafeString
    claims: tuple[ClaimView, ...]


def render_document(product: ProductView, body: str, *, with_guidance: bool = False) -> Page:
    """``body`` for reading. Two queries, however many numbers and mentions there are."""
    quoted = quoted_claims(body)
    claims = find_claims(product, quoted) if quoted else {}
    refs = [ObjectRef(kind, object_id) for kind, object_id in mentioned(body)]
    objects = find_objects(product.workspace_id, refs)
    html = to_html(
        body,
        {
            "claim": lambda address, words: _draw_claim(claims, address, words),
            "mention": lambda address, words: _draw_mention(objects, address, words),
        },
        with_guidance=with_guidance,
    )
    present = tuple(claims[claim_id] for claim_id in quoted if claim_id in claims)
    return Page(mark_safe(html), present)  # noqa: S308 -- every part is escaped where it is made


def _draw_claim(claims: Mapping[str, ClaimView], claim_id: str, words: str) -> tuple[str, str]:
    claim = claims.get(claim_id)
    if claim is None:
        note = '<span class="claim-now">no such claim here</span>'
        return '<span class="claim" data-state="broken">', f"</span> {note}"
    hint = f"{claim.label}; {claim.allowed.words}"
    opening = (
        f'<a class="claim" data-state="{claim.state}" href="#claim-{claim.public_id}" '
        f'title="{escape(hint)}">'
    )
    notes = _notes(claim, words)
    tail = f' <span class="claim-now">{escape("; ".join(notes))}</span>' if notes else ""
    return opening, f"</a>{tail}"


def _notes(claim: ClaimView, words: str) -> list[str]:
    notes = []
    if words != claim.quoted_text:
        notes.append(f"changed by hand, the source said {claim.quoted_text}")
    if claim.state == "stale":
        day = date_format(claim.stale_since, "j M Y") if claim.stale_since else ""
        number = f"now {claim.value_text}" if claim.value_text else "stale"
        count = f", n {quote_value(claim.n, 'count')}" if claim.n else ""
        notes.append(f"{number}{count}{f', since {day}' if day else ''}")
        if "definition" in claim.reason:
            notes.append(claim.reason)
    elif claim.state == "broken":
        notes.append("source gone")
    elif claim.state == "unknown":
        notes.append(f"not known now: {claim.reason}" if claim.reason else "not checked yet")
    if claim.kept_reason:
        notes.append(f"kept: {claim.kept_reason}")
    return notes


def _draw_mention(
    objects: Mapping[ObjectRef, LinkedObject], address: str, words: str
) -> tuple[str, str]:
    kind, _, object_id = address.partition("/")
    there = objects.get(ObjectRef(kind, object_id))
    if there is None:
        shown = escape(words) if words.startswith("@") else ""
        gone = ' <span class="claim-now">gone</span>'
        return f'<span class="mention" data-gone>{shown}', f"</span>{gone}"
    shown = f"@{escape(there.title)}" if words.startswith("@") else ""
    opening = f'<a class="mention" href="{escape(there.url)}" title="{escape(kind)}">{shown}'
    return opening, "</a>"
