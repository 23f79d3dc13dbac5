"""The ledger: append-only acts of a workspace, each holding the hash of the one before.

What is hashed is one canonical JSON object of all fields. Personal data (names, texts about people)
stands apart under a salted digest: emptying it later leaves every hash as it was.

Acts about what is a person's alone (a job search) are shown to that person only. Others see that
there is an act, with its number, moment and hash, and nothing of what it was or whose.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from pilothouse.apps.workspace.models import Act, Workspace
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.kernel.errors import NotFoundError
from pilothouse.kernel.ids import canonical_json, digest

GENESIS = "0" * 64
WITHHELD = "private.withheld"
# Nouns whose acts are of their person alone, and those of them that are work; the apps say which.
_private_nouns: set[str] = set()
_work_nouns: set[str] = set()


@dataclass(frozen=True)
class ActView:
    """One act as the screens show it."""

    sequence: int
    at: datetime
    user_id: str
    kind: str
    object_kind: str
    object_id: str
    product_id: str
    is_simulated: bool
    facts: Mapping[str, Any]
    personal: str
    is_personal_removed: bool
    hash: str

    @property
    def words(self) -> str:
        """What kind of act it was, in words."""
        return say_kind(self.kind)


@dataclass(frozen=True)
class Verification:
    """The outcome of checking a chain."""

    acts: int
    is_whole: bool
    broken_at: int | None
    reason: str
    head: str


def register_private_acts(*nouns: str, is_work: bool = False) -> None:
    """Say whose acts are shown to their person only; called in ``AppConfig.ready``.

    A noun is what stands before the first dot of a kind: ``application`` of ``application.moved``.
    ``is_work``: the person may show these acts as work, in a portfolio or a resume.
    """
    _private_nouns.update(nouns)
    if is_work:
        _work_nouns.update(nouns)


def is_private_act(kind: str) -> bool:
    """Whether acts of this kind are shown to their person only."""
    return kind.partition(".")[0] in _private_nouns


def may_be_shown(kind: str) -> bool:
    """Whether a person may show acts of this kind as work: whom one met and where one applied is
    none, and must not come out with it."""
    return not is_private_act(kind) or kind.partition(".")[0] in _work_nouns


def say_kind(kind: str) -> str:
    """An act's kind in words.

    >>> say_kind("case-study.status-changed")
    'Case study: status changed'
    """
    noun, _, verb = kind.partition(".")
    return f"{noun.replace('-', ' ').capitalize()}: {verb.replace('-', ' ')}"


def record_act(
    access: Access,
    kind: str,
    object_kind: str,
    object_id: str,
    facts: Mapping[str, Any],
    *,
    product: ProductView | None = None,
    personal: str = "",
) -> ActView:
    """Append an act; call it inside the transaction that does what the act tells."""
    with transaction.atomic():
        # The workspace row is the lock that keeps the chain a chain.
        Workspace.objects.select_for_update().get(pk=access.workspace_id)
        last = Act.objects.filter(workspace_id=access.workspace_id).order_by("-sequence").first()
        salt = secrets.token_hex(16) if personal else ""
        act = Act(
            workspace_id=access.workspace_id,
            sequence=last.sequence + 1 if last else 1,
            at=timezone.now(),
            user_id=access.user_public_id,
            kind=kind,
            object_kind=object_kind,
            object_id=object_id,
            product_id=product.public_id if product else "",
            is_simulated=bool(product and product.is_simulated),
            facts=canonical_json(facts).decode(),
            personal=personal,
            personal_salt=salt,
            personal_digest=_personal_digest(salt, personal) if personal else "",
            previous=last.hash if last else GENESIS,
        )
        act.hash = _hash_act(act)
        act.save(force_insert=True)
    return _to_view(act)


def verify_ledger(workspace_id: int) -> Verification:
    """Walk the whole chain; name the first act that does not hold."""
    previous, count = GENESIS, 0
    acts = Act.objects.filter(workspace_id=workspace_id).order_by("sequence")
    for act in acts.iterator(chunk_size=1000):
        count += 1
        reason = _find_fault(act, count, previous)
        if reason:
            return Verification(count, False, act.sequence, reason, previous)
        previous = act.hash
    return Verification(count, True, None, "", previous)


def list_acts(
    access: Access, *, before: int | None = None, limit: int = 50, product_id: str = ""
) -> list[ActView]:
    """The newest acts first; ``before`` is the sequence to go on from."""
    acts = Act.objects.filter(workspace_id=access.workspace_id).order_by("-sequence")
    if before is not None:
        acts = acts.filter(sequence__lt=before)
    if product_id:
        acts = acts.filter(product_id=product_id)
    return [_to_view_for(access, act) for act in acts[:limit]]


def iter_acts(
    access: Access, *, user_id: str = "", kinds: Collection[str] = (), after: int = 0
) -> Iterator[ActView]:
    """Acts in their order, the oldest first; of one person or of some kinds where asked."""
    acts = Act.objects.filter(workspace_id=access.workspace_id, sequence__gt=after)
    if user_id:
        acts = acts.filter(user_id=user_id)
    if kinds:
        acts = acts.filter(kind__in=kinds)
    for act in acts.order_by("sequence").iterator(chunk_size=1000):
        yield _to_view_for(access, act)


def find_acts(
    access: Access, sequences: Collection[int], *, shown_by: str = ""
) -> dict[int, ActView]:
    """Acts by their numbers; those that are not there are left out.

    ``shown_by`` is the id of a member who shows them: of that person's own acts, those that are
    work are seen whole.
    """
    acts = Act.objects.filter(workspace_id=access.workspace_id, sequence__in=set(sequences))
    return {act.sequence: _to_view_for(access, act, shown_by) for act in acts}


def to_act_json(act: ActView) -> dict[str, Any]:
    """An act as exports and the API show it."""
    return {**act.__dict__, "at": act.at.isoformat()}


def remove_personal(access: Access, sequence: int) -> ActView:
    """Empty the personal data of an act. Its digest and hash stay: the chain still holds."""
    from pilothouse.apps.workspace.models import Role

    access.require(Role.OWNER, to="removing personal data from the ledger")
    with transaction.atomic():
        act = Act.objects.filter(workspace_id=access.workspace_id, sequence=sequence).first()
        if act is None:
            raise NotFoundError("there is no act with this number.", value=sequence)
        Act.objects.filter(pk=act.pk).update(personal="", personal_salt="")
        record_act(access, "ledger.personal-removed", "act", str(sequence), {"sequence": sequence})
    act.refresh_from_db()
    return _to_view(act)


def _find_fault(act: Act, expected_sequence: int, previous: str) -> str:
    if act.sequence != expected_sequence:
        return f"act {expected_sequence} is missing"
    if act.previous != previous:
        return "it does not follow the act before it"
    if act.hash != _hash_act(act):
        return "its content is not what was hashed"
    if act.personal and act.personal_digest != _personal_digest(act.personal_salt, act.personal):
        return "its personal data is not what was hashed"
    return ""


def _hash_act(act: Act) -> str:
    return digest(
        canonical_json(
            {
                "sequence": act.sequence,
                "at": act.at.isoformat(),
                "user": act.user_id,
                "kind": act.kind,
                "object": [act.object_kind, act.object_id],
                "product": act.product_id,
                "simulated": act.is_simulated,
                "facts": act.facts,
                "personal": act.personal_digest,
                "previous": act.previous,
            }
        )
    )


def _personal_digest(salt: str, personal: str) -> str:
    return digest(f"{salt}:{personal}".encode())


def _to_view_for(access: Access, act: Act, shown_by: str = "") -> ActView:
    """The act as this member may see it."""
    view = _to_view(act)
    if not is_private_act(act.kind) or act.user_id == access.user_public_id:
        return view
    if act.user_id == shown_by and may_be_shown(act.kind):
        return view
    return replace(
        view, user_id="", kind=WITHHELD, object_kind="", object_id="", product_id="", facts={},
        personal="", is_personal_removed=False,
    )  # fmt: skip


def _to_view(act: Act) -> ActView:
    return ActView(
        sequence=act.sequence,
        at=act.at,
        user_id=act.user_id,
        kind=act.kind,
        object_kind=act.object_kind,
        object_id=act.object_id,
        product_id=act.product_id,
        is_simulated=act.is_simulated,
        facts=json.loads(act.facts),
        personal=act.personal,
        is_personal_removed=bool(act.personal_digest and not act.personal),
        hash=act.hash,
    )


def protect_ledger_sql() -> list[str]:
    """Triggers that refuse to change or delete an act, for this database.

    Only ``personal`` and ``personal_salt`` may be emptied.
    """
    fixed = [
        "workspace_id", "sequence", "at", "user_id", "kind", "object_kind", "object_id",
        "product_id", "is_simulated", "facts", "personal_digest", "previous", "hash",
    ]  # fmt: skip
    if connection.vendor == "postgresql":
        changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in fixed)
        return [
            "CREATE OR REPLACE FUNCTION refuse_act_change() RETURNS trigger AS $$ BEGIN"
            " RAISE EXCEPTION 'the ledger is append-only'; END $$ LANGUAGE plpgsql",
            "CREATE TRIGGER act_no_update BEFORE UPDATE ON workspace_act FOR EACH ROW"
            f" WHEN ({changed} OR NEW.personal <> '') EXECUTE FUNCTION refuse_act_change()",
            "CREATE TRIGGER act_no_delete BEFORE DELETE ON workspace_act FOR EACH ROW"
            " EXECUTE FUNCTION refuse_act_change()",
        ]
    changed = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in fixed)
    refuse = "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
    return [
        f"CREATE TRIGGER act_no_update BEFORE UPDATE ON workspace_act"
        f" WHEN {changed} OR NEW.personal <> '' {refuse}",
        f"CREATE TRIGGER act_no_delete BEFORE DELETE ON workspace_act {refuse}",
    ]
