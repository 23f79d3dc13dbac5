"""Endorsements by people outside, by a link that works once and ends by itself.

The page behind the link shows the person's name, the competency with its behaviours, what the
person asks, and of each act its kind and day: never a title, a product or a number of the
workspace. What the endorser writes goes into the ledger as personal data and nowhere else.
"""

from __future__ import annotations

import hmac
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from pilothouse.apps.skills.models import Endorsement, Relation
from pilothouse.apps.skills.services.competencies import Competency, get_competency
from pilothouse.apps.skills.services.evidence import strength_of
from pilothouse.apps.workspace.services.access import Access, get_access
from pilothouse.apps.workspace.services.ledger import ActView, find_acts, record_act
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from pilothouse.kernel.ids import clean_text, digest

MAX_DAYS, MAX_ACTS, MAX_WAITING = 90, 20, 50
MAX_NAME, MAX_ASK, MAX_COMMENT = 100, 2_000, 4_000
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class LinkDraft:
    """What a person decides about a link. ``label`` is for them alone: whom they send it to."""

    label: str
    competency: str
    sequences: tuple[int, ...]
    ask: str = ""
    days: int = 30


@dataclass(frozen=True)
class Said:
    """What an endorser says."""

    name: str
    relation: str
    comment: str
    sequences: tuple[int, ...]
    is_sincere: bool = False


@dataclass(frozen=True)
class EndorsementView:
    """A link, and what was said by it. Words are empty where they were removed from the ledger."""

    public_id: str
    label: str
    competency: str
    offered: tuple[int, ...]
    created_at: datetime
    expires_at: datetime
    state: str
    endorsed: tuple[int, ...]
    relation: str
    relation_words: str
    strength: int | None
    name: str
    comment: str
    used_at: datetime | None
    is_hidden: bool
    sequence: int | None
    digest: str


@dataclass(frozen=True)
class OpenLink:
    """What the holder of a link sees."""

    person: str
    ask: str
    competency: Competency
    acts: tuple[tuple[int, str, datetime], ...]
    expires_at: datetime


def create_link(access: Access, draft: LinkDraft) -> tuple[EndorsementView, str]:
    """A new link and its token, which is shown this once."""
    get_competency(draft.competency)
    label, ask = _line("a label", draft.label, MAX_NAME), _text("the ask", draft.ask, MAX_ASK)
    if not 1 <= draft.days <= MAX_DAYS:
        raise InvalidValueError(f"a link works for 1 to {MAX_DAYS} days.", value=draft.days)
    token, now = secrets.token_urlsafe(32), timezone.now()
    with transaction.atomic():
        offered = _own_acts(access, draft.sequences)
        waiting = _rows(access).filter(used_at=None, revoked_at=None, expires_at__gt=now)
        if waiting.count() >= MAX_WAITING:
            raise ConflictError(
                f"at most {MAX_WAITING} links wait at once.", remedy="Revoke one first."
            )
        row = Endorsement.objects.create(
            workspace_id=access.workspace_id, user_id=access.user_id, label=label, ask=ask,
            competency=draft.competency, offered=offered, token_digest=digest(token.encode()),
            created_at=now, expires_at=now + timedelta(days=draft.days),
        )  # fmt: skip
        facts = {"competency": draft.competency, "acts": offered, "days": draft.days}
        record_act(access, "endorsement.asked", "endorsement", row.public_id, facts, personal=label)
    return _to_view(row, {}), token


def open_link(token: str) -> OpenLink:
    """What the holder of ``token`` sees; NotFoundError for any token that does not work."""
    row = _find_open(token)
    access = get_access(row.user, row.workspace_id)
    acts = find_acts(access, row.offered)
    return OpenLink(
        person=access.user_name,
        ask=row.ask,
        competency=get_competency(row.competency),
        acts=tuple((act.sequence, say_kind(act.kind), act.at) for _, act in sorted(acts.items())),
        expires_at=row.expires_at,
    )


def use_link(token: str, said: Said) -> None:
    """Store an endorsement; the link ends with it. The row is locked: it works once."""
    name = _line("a name", said.name, MAX_NAME)
    comment = _text("the words", said.comment, MAX_COMMENT, least=20)
    if said.relation not in Relation.values:
        raise InvalidValueError("say what you are to the person.", value=said.relation or None)
    if not said.is_sincere:
        raise InvalidValueError("say that these are your own words.", remedy="Tick the box.")
    with transaction.atomic():
        row = _find_open(token, is_locked=True)
        access = get_access(row.user, row.workspace_id)
        endorsed = sorted(set(said.sequences) & set(row.offered))
        if not endorsed:
            raise InvalidValueError("choose at least one of the acts.")
        facts = {
            "competency": row.competency,
            "acts": endorsed,
            "relation": said.relation,
            "strength": int(strength_of(said.relation)),
        }
        words = json.dumps({"name": name, "comment": comment}, ensure_ascii=False)
        act = record_act(
            access, "endorsement.received", "endorsement", row.public_id, facts, personal=words
        )
        row.used_at, row.relation, row.endorsed = timezone.now(), said.relation, endorsed
        row.endorser_digest, row.sequence = _tell_apart(access, name), act.sequence
        # The label named them too: from now on only the ledger does.
        row.label = ""
        row.save()


def list_endorsements(access: Access, competency: str = "") -> list[EndorsementView]:
    """One's links and what was said by them, the newest first; two queries."""
    rows = _rows(access).order_by("-pk")
    if competency:
        rows = rows.filter(competency=competency)
    found = list(rows[:200])
    acts = find_acts(access, [row.sequence for row in found if row.sequence])
    return [_to_view(row, acts) for row in found]


def revoke_link(access: Access, public_id: str) -> None:
    """End a link that was not used."""
    with transaction.atomic():
        row = _find(access, public_id)
        if row.used_at is not None:
            raise ConflictError("this link was used; hide what came of it instead.")
        row.revoked_at = timezone.now()
        row.save(update_fields=["revoked_at"])
        record_act(access, "endorsement.link-revoked", "endorsement", public_id, {})


def set_hidden(access: Access, public_id: str, *, is_hidden: bool) -> None:
    """Hide an endorsement, or show it again. What is hidden counts for no level."""
    with transaction.atomic():
        row = _find(access, public_id)
        if row.used_at is None:
            raise ConflictError("nothing was said by this link yet.")
        row.hidden_at = timezone.now() if is_hidden else None
        row.save(update_fields=["hidden_at"])
        kind = "endorsement.hidden" if is_hidden else "endorsement.shown"
        record_act(access, kind, "endorsement", public_id, {"competency": row.competency})


def say_kind(kind: str) -> str:
    """The kind of an act in words: ``decision.decided`` is "Decision decided".

    >>> say_kind("case-study.published")
    'Case study published'
    """
    words = kind.replace(".", " ").replace("-", " ")
    return words[:1].upper() + words[1:]


def _rows(access: Access) -> QuerySet[Endorsement]:
    return Endorsement.objects.filter(workspace_id=access.workspace_id, user_id=access.user_id)


def _find(access: Access, public_id: str) -> Endorsement:
    row = _rows(access).filter(public_id=public_id).first()
    if row is None:
        raise NotFoundError("there is no such endorsement of yours.", value=public_id)
    return row


def _find_open(token: str, *, is_locked: bool = False) -> Endorsement:
    """The row behind a token. It is looked up by its digest, so time tells nothing about it."""
    rows = Endorsement.objects.select_related("user")
    if is_locked:
        rows = rows.select_for_update(of=("self",))
    wanted = digest(token.encode("utf-8", "replace"))
    row = rows.filter(token_digest=wanted, used_at=None, revoked_at=None).first()
    if row is None or not _TOKEN.fullmatch(token) or row.expires_at <= timezone.now():
        raise NotFoundError("this link does not work.", remedy="Ask whoever gave it to you.")
    return row


def _own_acts(access: Access, sequences: Sequence[int]) -> list[int]:
    found = find_acts(access, set(sequences))
    own = sorted(key for key, act in found.items() if act.user_id == access.user_public_id)
    if not own or len(own) > MAX_ACTS or len(own) != len(set(sequences)):
        raise InvalidValueError(
            f"choose 1 to {MAX_ACTS} acts of your own.", value=len(set(sequences))
        )
    return own


def _tell_apart(access: Access, name: str) -> str:
    """A keyed digest of a name: the same for the same name, and nobody's name without the key."""
    key = settings.SECRET_KEY.encode()
    folded = " ".join(name.casefold().split())
    return hmac.new(key, f"{access.workspace_id}:{folded}".encode(), sha256).hexdigest()


def _line(what: str, text: str, most: int) -> str:
    return _text(what, " ".join(clean_text(text).split()), most, least=1)


def _text(what: str, text: str, most: int, *, least: int = 0) -> str:
    clean = clean_text(text).strip()
    if not least <= len(clean) <= most:
        rule = f"{least} to {most:,}" if least else f"at most {most:,}"
        raise InvalidValueError(f"{what}: {rule} characters; this has {len(clean):,}.")
    return clean


def _state(row: Endorsement) -> str:
    if row.used_at is not None:
        return "hidden" if row.hidden_at else "received"
    if row.revoked_at is not None:
        return "revoked"
    return "expired" if row.expires_at <= timezone.now() else "waiting"


def _to_view(row: Endorsement, acts: Mapping[int, ActView]) -> EndorsementView:
    act = acts.get(row.sequence or 0)
    words = json.loads(act.personal) if act and act.personal else {}
    return EndorsementView(
        public_id=row.public_id,
        label=row.label or words.get("name", "") or "name removed",
        competency=row.competency,
        offered=tuple(row.offered),
        created_at=row.created_at,
        expires_at=row.expires_at,
        state=_state(row),
        endorsed=tuple(row.endorsed),
        relation=row.relation,
        relation_words=Relation(row.relation).label if row.relation else "",
        strength=int(strength_of(row.relation)) if row.relation else None,
        name=words.get("name", ""),
        comment=words.get("comment", ""),
        used_at=row.used_at,
        is_hidden=row.hidden_at is not None,
        sequence=row.sequence,
        digest=act.hash if act else "",
    )
