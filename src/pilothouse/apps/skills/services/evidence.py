"""A person's evidence: acts of the ledger by the table, what members reviewed, who endorsed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pilothouse.apps.skills.models import TOUCHED, ActReview, Endorsement, Relation
from pilothouse.apps.skills.services.competencies import list_act_rules
from pilothouse.apps.skills.services.contexts import read_context_of
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import ActView, find_acts, iter_acts
from pilothouse.apps.workspace.services.links import ObjectRef, find_objects
from pilothouse.engines.skills import Act, Context, Evidence, Strength, match_acts, vouch_act
from pilothouse.kernel.errors import NotFoundError

# What a review or an endorsement says; the words themselves stand beside the act.
REVIEWED = "Reviewed against the rubric by a member"
ENDORSED = "Endorsed by a signed link"


@dataclass(frozen=True)
class EvidenceView:
    """A line of evidence for screens and other apps; ``strength`` is 0 (claim) to 5."""

    sequence: int
    act_kind: str
    competency: str
    strength: int
    at: datetime
    context: str
    title: str
    url: str
    says: str = ""
    lacks: tuple[str, ...] = ()
    score: float | None = None
    product_id: str = ""


@dataclass(frozen=True)
class Record:
    """All evidence of one person, with the acts that it came of."""

    evidence: tuple[Evidence, ...]
    acts: Mapping[int, ActView]
    contexts: Mapping[int, Context]

    def of(self, competency: str) -> tuple[Evidence, ...]:
        """The evidence of one competency."""
        return tuple(each for each in self.evidence if each.competency == competency)


def read_record(access: Access) -> Record:
    """The evidence of whoever asks, in the order of the ledger; five queries or fewer."""
    context_of = read_context_of(access)
    vouched = [*_reviews(access), *_endorsements(access)]
    rules = list_act_rules()
    kinds = {rule.kind for rule in rules}
    acts = {
        act.sequence: act for act in iter_acts(access, user_id=access.user_public_id, kinds=kinds)
    }
    others = find_acts(access, {sequence for sequence, *_ in vouched})
    acts |= {key: act for key, act in others.items() if act.user_id == access.user_public_id}
    plain = {sequence: _to_act(act, context_of) for sequence, act in acts.items()}
    evidence = [
        *match_acts(rules, plain.values()),
        *(
            vouch_act(rules, plain[sequence], competency, strength, endorser=endorser, says=says)
            for sequence, competency, strength, endorser, says in vouched
            if sequence in plain
        ),
    ]
    contexts = {sequence: act.context for sequence, act in plain.items()}
    return Record(tuple(sorted(evidence, key=lambda each: each.sequence)), acts, contexts)


def list_evidence(access: Access, user_public_id: str) -> list[EvidenceView]:
    """The evidence of a person, the oldest first. Nobody sees another's: NotFoundError."""
    if user_public_id != access.user_public_id:
        raise NotFoundError("there is no such evidence here.", value=user_public_id)
    record = read_record(access)
    return to_evidence_views(access, record, record.evidence)


def to_evidence_views(
    access: Access, record: Record, evidence: Iterable[Evidence]
) -> list[EvidenceView]:
    """Evidence with titles and addresses; one query."""
    lines = list(evidence)
    refs = {each.sequence: _ref(record.acts[each.sequence]) for each in lines}
    found = find_objects(access.workspace_id, set(refs.values()))
    views = []
    for each in lines:
        act, there = record.acts[each.sequence], found.get(refs[each.sequence])
        named = act.facts.get("name")
        views.append(
            EvidenceView(
                sequence=each.sequence,
                act_kind=act.kind,
                competency=each.competency,
                strength=int(each.strength),
                at=each.at,
                context=each.context.value,
                title=there.title if there else str(named or each.says),
                url=there.url if there else "",
                says=each.says,
                lacks=each.lacks,
                score=each.score,
                product_id=act.product_id,
            )
        )
    return views


def _ref(act: ActView) -> ObjectRef:
    return ObjectRef(act.object_kind, act.object_id)


def _to_act(act: ActView, context_of: Callable[[ActView], Context]) -> Act:
    return Act(
        sequence=act.sequence,
        kind=act.kind,
        at=act.at,
        object_kind=act.object_kind,
        object_id=act.object_id,
        place=act.product_id,
        context=context_of(act),
        facts=act.facts,
    )


_Vouched = tuple[int, str, Strength, str, str]


def _reviews(access: Access) -> list[_Vouched]:
    rows = ActReview.objects.filter(
        workspace_id=access.workspace_id, user_id=access.user_id, is_shown=True
    ).values_list("sequence", "competency")
    return [(sequence, name, Strength.REVIEWED, "", REVIEWED) for sequence, name in rows]


def _endorsements(access: Access) -> list[_Vouched]:
    rows = Endorsement.objects.filter(
        workspace_id=access.workspace_id, user_id=access.user_id, hidden_at=None
    ).exclude(used_at=None)
    return [
        (sequence, row.competency, strength_of(row.relation), row.endorser_digest, ENDORSED)
        for row in rows
        for sequence in row.endorsed
    ]


def strength_of(relation: str) -> Strength:
    """Countersigned by those whom the work touched; reviewed by those who watched it."""
    return Strength.COUNTERSIGNED if Relation(relation) in TOUCHED else Strength.REVIEWED
