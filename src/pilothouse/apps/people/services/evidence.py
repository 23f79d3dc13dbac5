"""What of one's own work can be offered: acts of the ledger, published pieces, published posts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pilothouse.apps.people.models import Post, PostState
from pilothouse.apps.people.services.book import own
from pilothouse.apps.portfolio.services.evidence import (
    ActLine,
    Wanted,
    read_lines,
    search_acts,
    to_evidence,
)
from pilothouse.apps.portfolio.services.profiles import get_profile
from pilothouse.apps.portfolio.services.studies import StudyView, list_studies
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.evidence import Evidence
from pilothouse.kernel.figures import days_in, numbers_in

MAX_CHOSEN = 10
# What somebody else could make use of; the rest of the ledger is housekeeping.
_OFFERED = (
    "decision.", "forecast.", "premortem.", "metric.", "reading.", "claim.", "document.",
    "experiment.", "case-study.", "bet.", "outcome.", "release.", "negotiation.agreed",
    "promise.kept", "survey.", "score.", "exercise.solved", "simulation.", "failure.",
    "retrospective.", "interview.", "market.", "plan.", "launch.", "assumption.", "problem.",
)  # fmt: skip
# Deleting, restoring and commenting are no work of one's own.
_NO_WORK = (".deleted", ".restored", ".commented", ".reopened", ".undone")
MAX_OFFERED, MAX_ROUNDS = 30, 5


@dataclass(frozen=True)
class Offer:
    """A piece of one's own work. ``key`` is ``act:12``, ``study:ID`` or ``post:ID``."""

    key: str
    title: str
    url: str = ""
    note: str = ""


def list_offers(access: Access, text: str = "") -> list[Offer]:
    """What could be offered: published pieces and posts, then the latest acts."""
    pieces = _study_offers(access)
    posts = Post.objects.filter(**own(access), state=PostState.PUBLISHED, deleted_at=None)
    pieces += [
        Offer(f"post:{row.public_id}", row.title, row.url, row.get_kind_display())
        for row in posts.order_by("-published_on", "-pk")[:20]
    ]
    words = text.casefold().split()
    kept = [each for each in pieces if all(word in each.title.casefold() for word in words)]
    return kept + _act_offers(access, text)


def list_fresh_offers(access: Access, *, limit: int) -> list[Offer]:
    """Some published pieces and posts by their titles: what is best to offer; two queries."""
    pieces = [_study_offer(study, "") for study in _published(access)]
    posts = Post.objects.filter(**own(access), state=PostState.PUBLISHED, deleted_at=None)
    rows = posts.order_by("-published_on", "-pk")[:limit]
    return [*pieces, *(Offer(f"post:{row.public_id}", row.title) for row in rows)][:limit]


def find_offers(access: Access, keys: Sequence[str]) -> list[dict[str, Any]]:
    """The chosen pieces as they are kept with a message; ``InvalidValueError`` for one that is not
    there."""
    wanted = list(dict.fromkeys(keys))
    if len(wanted) > MAX_CHOSEN:
        raise InvalidValueError(f"at most {MAX_CHOSEN} pieces are offered.", value=len(wanted))
    known = {each.key: each for each in _studies_and_posts(access)}
    sequences = [int(key[4:]) for key in wanted if _is_act(key)]
    known |= {line.key: Offer(line.key, line.title) for line in read_lines(access, sequences)}
    for key in wanted:
        if key not in known:
            raise InvalidValueError("there is no such work of yours to offer.", value=key)
    return [{"key": key, "title": known[key].title, "url": known[key].url} for key in wanted]


def to_support(access: Access, offers: Iterable[Mapping[str, Any]]) -> tuple[Evidence, ...]:
    """What the chosen pieces support: numbers of acts, numbers in the texts of pieces."""
    keys = [each["key"] for each in offers]
    acts = to_evidence(access, [int(key[4:]) for key in keys if _is_act(key)])
    studies = {f"study:{study.public_id}": study for study in _published(access)}
    posts = Post.objects.filter(**own(access), public_id__in=[k[5:] for k in keys])
    texts = {f"post:{row.public_id}": f"{row.title}\n{row.text}" for row in posts}
    texts |= {
        key: "\n".join([study.title, study.summary, *study.sections.values()])
        for key, study in studies.items()
        if key in keys
    }
    return (*acts, *(_of_text(key, text) for key, text in texts.items()))


def _of_text(key: str, text: str) -> Evidence:
    return Evidence(key, key, tuple(numbers_in(text)), tuple(days_in(text)))


def _studies_and_posts(access: Access) -> list[Offer]:
    posts = Post.objects.filter(**own(access), state=PostState.PUBLISHED, deleted_at=None)
    return [
        *_study_offers(access),
        *(Offer(f"post:{row.public_id}", row.title, row.url) for row in posts),
    ]


def _published(access: Access) -> list[StudyView]:
    return [study for study in list_studies(access) if study.is_published]


def _study_offers(access: Access) -> list[Offer]:
    base = get_profile(access).base_url.rstrip("/")
    return [_study_offer(study, base) for study in _published(access)]


def _study_offer(study: StudyView, base: str) -> Offer:
    folder = "writing" if study.kind == "note" else "work"
    url = f"{base}/{folder}/{study.slug}.html" if base and study.slug else ""
    return Offer(f"study:{study.public_id}", study.title, url, study.form.name)


def _act_offers(access: Access, text: str) -> list[Offer]:
    """Acts that say what they are about. A busy week of networking must not hide the work before
    it, so older acts are looked through too, a few times."""
    offers: list[Offer] = []
    before: int | None = None
    for _ in range(MAX_ROUNDS):
        found = search_acts(access, Wanted(text=text, before=before))
        offers += [
            Offer(line.key, line.title, "", line.words) for line in found.lines if _is_work(line)
        ]
        before = found.older
        if before is None or len(offers) >= MAX_OFFERED:
            break
    return offers[:MAX_OFFERED]


def _is_work(line: ActLine) -> bool:
    is_kind = line.kind.startswith(_OFFERED) and not line.kind.endswith(_NO_WORK)
    return is_kind and bool(line.title)


def _is_act(key: str) -> bool:
    return key.startswith("act:") and key[4:].isascii() and key[4:].isdecimal() and len(key) < 20
