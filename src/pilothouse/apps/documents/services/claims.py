"""Live claims: numbers quoted in a text that know where they come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from pilothouse.apps.documents.models import Claim, ClaimState
from pilothouse.apps.documents.services.documents import (
    DocumentView,
    document_url,
    get_row,
    save_document,
)
from pilothouse.apps.documents.services.numbers import quote_range, quote_value
from pilothouse.apps.documents.services.sources import SourceContext, SourceValue
from pilothouse.apps.documents.services.texts import replace_quotation
from pilothouse.apps.documents.services.tolerance import (
    Allowed,
    Quoted,
    is_beyond,
    parse_allowed,
    to_amount,
)
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from pilothouse.kernel.ids import clean_text

MAX_REASON = 300


@dataclass(frozen=True)
class ClaimView:
    """A claim with what it quoted, what its source said last, and whether it still stands."""

    public_id: str
    document_id: str
    document_title: str
    document_url: str
    kind: str
    definition: Mapping[str, Any]
    label: str
    unit: str
    currency: str
    quoted_text: str
    quoted: Quoted
    quoted_at: datetime
    allowed: Allowed
    kept_reason: str
    state: str
    reason: str
    value: float | None
    low: float | None
    high: float | None
    n: int | None
    semantics: tuple[tuple[str, str], ...]
    checked_at: datetime | None
    stale_since: datetime | None
    is_quoted: bool

    @property
    def value_text(self) -> str:
        """What the source says now, in its unit; empty if it says nothing."""
        if self.value is None:
            return ""
        return quote_value(self.value, self.unit, self.currency, self.n)

    @property
    def range_text(self) -> str:
        """The interval of the value now; empty if there is none."""
        return quote_range(self.low, self.high, self.unit, self.currency)

    @property
    def quoted_range_text(self) -> str:
        """The interval when it was quoted; empty if there was none."""
        return quote_range(self.quoted.low, self.quoted.high, self.unit, self.currency)

    @property
    def markdown(self) -> str:
        """How a text quotes it."""
        return f"[{self.quoted_text}](claim:{self.public_id})"


def create_claim(
    access: Access,
    product: ProductView,
    document_id: str,
    *,
    kind: str,
    definition: Mapping[str, Any],
    tolerance: str = "",
    amount: float | None = None,
    is_shown: bool = False,
) -> ClaimView:
    """A new claim with what its source says now; put its ``markdown`` into the text.

    Without a tolerance the claim is stale outside the interval of the number, or beyond 10 % of it
    where it has none. ``is_shown``: the amount is as people write it, 10 for 10 %.
    """
    access.require(Role.EDITOR, to="quoting a number")
    found = SourceContext(product).read(kind, definition)
    if found.value is None:
        raise ConflictError(
            f"the source says nothing yet: {found.reason}.",
            value=found.label,
            remedy="Choose another, or write the number by hand until there is data.",
        )
    quoted = Quoted(found.value, found.low, found.high, found.n)
    given = to_amount(tolerance, amount, found.unit) if is_shown else amount
    allowed = parse_allowed(tolerance, given, quoted)
    with transaction.atomic():
        document = get_row(product, document_id)
        claim = Claim(
            document=document,
            kind=kind,
            definition=dict(definition),
            tolerance=allowed.tolerance,
            allowed=allowed.amount,
            is_quoted=False,
            user_id=access.user_id,
            created_at=product.now,
        )
        quote_anew(claim, found, product.now)
        claim.save()
        facts = {**_facts(claim), "document": document_id, "kind": kind}
        record_act(access, "claim.quoted", "claim", claim.public_id, facts, product=product)
    return to_claim_view(claim, product)


def list_claims(
    product: ProductView, *, document_id: str = "", state: str = "", with_unquoted: bool = False
) -> list[ClaimView]:
    """Claims of the product's documents, the stale and broken first."""
    rows = claim_rows(product)
    if document_id:
        rows = [row for row in rows if row.document.public_id == document_id]
    if not with_unquoted:
        rows = [row for row in rows if row.is_quoted]
    if state:
        rows = [row for row in rows if row.state == state]
    order = [ClaimState.STALE, ClaimState.BROKEN, ClaimState.UNKNOWN, ClaimState.FRESH]
    rows.sort(key=lambda row: (order.index(ClaimState(row.state)), row.document.title, row.pk))
    return [to_claim_view(row, product) for row in rows]


def find_claims(product: ProductView, public_ids: Iterable[str]) -> dict[str, ClaimView]:
    """Those of these claims that there are, by id; of whichever document."""
    rows = Claim.objects.select_related("document").filter(
        document__product_id=product.id, public_id__in=set(public_ids)
    )
    return {row.public_id: to_claim_view(row, product) for row in rows}


def get_claim(product: ProductView, public_id: str) -> ClaimView:
    """A claim of the product by its public id."""
    return to_claim_view(get_claim_row(product, public_id), product)


def count_claims(product: ProductView) -> dict[str, dict[str, int]]:
    """How many quoted claims each document has in each state, by the document's id."""
    counts: dict[str, dict[str, int]] = {}
    rows = Claim.objects.filter(document__product_id=product.id, is_quoted=True)
    for document_id, state in rows.values_list("document__public_id", "state"):
        states = counts.setdefault(document_id, {})
        states[state] = states.get(state, 0) + 1
    return counts


def accept_claim(access: Access, product: ProductView, public_id: str) -> DocumentView:
    """Quote what the source says now: the text gets a new version with the new number."""
    access.require(Role.EDITOR, to="accepting a new number")
    with transaction.atomic():
        claim = get_claim_row(product, public_id)
        found = _read_now(product, claim)
        before = claim.quoted_text
        quote_anew(claim, found, product.now)
        claim.save()
        document = get_row(product, claim.document.public_id)
        view = save_document(
            access, product, document.public_id, title=document.title,
            body=replace_quotation(document.body, public_id, claim.quoted_text),
            base=None, note=f"New number accepted: {before} is now {claim.quoted_text}",
        )  # fmt: skip
        facts = {"from": before, **_facts(claim)}
        record_act(access, "claim.accepted", "claim", public_id, facts, product=product)
    return view


def keep_claim(access: Access, product: ProductView, public_id: str, reason: str) -> ClaimView:
    """Let the quoted number stand although its source moved, for a reason that readers see.

    From now on the claim is held against the value that was looked at.
    """
    access.require(Role.EDITOR, to="keeping a number")
    words = " ".join(clean_text(reason).split())
    if not 1 <= len(words) <= MAX_REASON:
        raise InvalidValueError(f"a reason has 1 to {MAX_REASON} characters.", value=reason)
    with transaction.atomic():
        claim = get_claim_row(product, public_id)
        found = _read_now(product, claim)
        claim.kept = {
            "value": found.value, "low": found.low, "high": found.high, "n": found.n,
            "reason": words,
        }  # fmt: skip
        claim.meaning = found.meaning
        take_reading(claim, found, product.now)
        claim.save()
        facts = {"value": claim.value, "n": claim.n, "quoted": claim.quoted_text}
        record_act(access, "claim.kept", "claim", public_id, facts, product=product, personal=words)
    return to_claim_view(claim, product)


def set_tolerance(
    access: Access,
    product: ProductView,
    public_id: str,
    tolerance: str,
    amount: float | None,
    *,
    is_shown: bool = False,
) -> ClaimView:
    """Allow the source to move more, or less; ``amount`` as in ``create_claim``."""
    access.require(Role.EDITOR, to="changing a tolerance")
    with transaction.atomic():
        claim = get_claim_row(product, public_id)
        before = Allowed(claim.tolerance, claim.allowed)
        given = to_amount(tolerance, amount, claim.unit) if is_shown else amount
        after = parse_allowed(tolerance, given, _quoted(claim))
        claim.tolerance, claim.allowed = after.tolerance, after.amount
        read_claim(SourceContext(product), claim, product.now)
        claim.save()
        facts = {"from": asdict(before), "to": asdict(after)}
        kind = "claim.tolerance-changed"
        record_act(access, kind, "claim", public_id, facts, product=product)
    return to_claim_view(claim, product)


def quote_anew(claim: Claim, found: SourceValue, now: datetime) -> None:
    """Let a claim quote what its source says now."""
    if found.value is None:
        raise ConflictError("there is no number to quote.", value=found.label)
    claim.label, claim.unit, claim.currency = found.label, found.unit, found.currency
    claim.quoted_text = quote_value(found.value, found.unit, found.currency, found.n)
    claim.quoted_value, claim.quoted_n = found.value, found.n
    claim.quoted_low, claim.quoted_high = found.low, found.high
    claim.quoted_at = now
    claim.meaning, claim.kept = found.meaning, None
    take_reading(claim, found, now)


def take_reading(claim: Claim, found: SourceValue, now: datetime) -> None:
    """Write down what a source says, and judge the claim by it."""
    claim.value, claim.low, claim.high, claim.n = found.value, found.low, found.high, found.n
    claim.semantics = [list(rule) for rule in found.semantics]
    claim.checked_at = now
    _judge(claim, found, now)


def read_claim(context: SourceContext, claim: Claim, now: datetime) -> None:
    """Read the source of a claim and judge it; a source that is gone breaks it."""
    try:
        found = context.read(claim.kind, claim.definition)
    except (NotFoundError, InvalidValueError) as error:
        claim.value = claim.low = claim.high = claim.n = None
        claim.checked_at, claim.stale_since = now, None
        claim.state, claim.reason = ClaimState.BROKEN, error.rule[:MAX_REASON]
        return
    take_reading(claim, found, now)


def _judge(claim: Claim, found: SourceValue, now: datetime) -> None:
    """Set the state; ``stale_since`` is kept while the claim stays stale."""
    was_stale = claim.state == ClaimState.STALE and claim.stale_since is not None
    claim.state, claim.reason = ClaimState.FRESH, ""
    if found.meaning != claim.meaning:
        claim.state = ClaimState.STALE
        claim.reason = "the definition behind the number was changed"
    elif found.value is None:
        claim.state, claim.reason = ClaimState.UNKNOWN, found.reason[:MAX_REASON]
    elif is_beyond(Allowed(claim.tolerance, claim.allowed), _baseline(claim), found.value):
        claim.state, claim.reason = ClaimState.STALE, "the source moved beyond the tolerance"
    if claim.state != ClaimState.STALE:
        claim.stale_since = None
    elif not was_stale:
        claim.stale_since = now


def _read_now(product: ProductView, claim: Claim) -> SourceValue:
    """What the source says; ConflictError if it says nothing any more."""
    try:
        found = SourceContext(product).read(claim.kind, claim.definition)
    except (NotFoundError, InvalidValueError) as error:
        raise ConflictError(
            f"the source is gone: {error.rule}",
            value=claim.label,
            remedy="Quote another number, or write this one by hand.",
        ) from error
    if found.value is None:
        raise ConflictError(f"the source says nothing: {found.reason}.", value=claim.label)
    return found


def to_claim_json(claim: ClaimView) -> dict[str, Any]:
    """A claim as the API and commands show it."""
    return {
        "id": claim.public_id,
        "document": claim.document_id,
        "kind": claim.kind,
        "definition": claim.definition,
        "label": claim.label,
        "unit": claim.unit,
        "markdown": claim.markdown,
        "quoted_text": claim.quoted_text,
        "quoted": {**asdict(claim.quoted), "at": claim.quoted_at},
        "now": {
            "value": claim.value, "low": claim.low, "high": claim.high, "n": claim.n,
            "checked_at": claim.checked_at,
        },
        "tolerance": asdict(claim.allowed),
        "state": claim.state,
        "reason": claim.reason,
        "kept_reason": claim.kept_reason,
        "stale_since": claim.stale_since,
        "is_quoted": claim.is_quoted,
        "semantics": dict(claim.semantics),
    }  # fmt: skip


def get_claim_row(product: ProductView, public_id: str) -> Claim:
    """The row of a claim, for the services of this app only."""
    claim = (
        Claim.objects.select_related("document")
        .filter(document__product_id=product.id, document__deleted_at=None, public_id=public_id)
        .first()
    )
    if claim is None:
        raise NotFoundError("there is no such claim in this product.", value=public_id)
    return claim


def claim_rows(product: ProductView) -> list[Claim]:
    """All claims of documents that are not deleted, for the services of this app only."""
    rows = Claim.objects.select_related("document").defer("document__body")
    return list(rows.filter(document__product_id=product.id, document__deleted_at=None))


def to_claim_view(claim: Claim, product: ProductView) -> ClaimView:
    """The row as a frozen value."""
    return ClaimView(
        public_id=claim.public_id,
        document_id=claim.document.public_id,
        document_title=claim.document.title,
        document_url=document_url(product, claim.document.public_id),
        kind=claim.kind,
        definition=claim.definition,
        label=claim.label,
        unit=claim.unit,
        currency=claim.currency,
        quoted_text=claim.quoted_text,
        quoted=_quoted(claim),
        quoted_at=claim.quoted_at,
        allowed=Allowed(claim.tolerance, claim.allowed),
        kept_reason=claim.kept["reason"] if claim.kept else "",
        state=claim.state,
        reason=claim.reason,
        value=claim.value,
        low=claim.low,
        high=claim.high,
        n=claim.n,
        semantics=tuple((name, rule) for name, rule in claim.semantics),
        checked_at=claim.checked_at,
        stale_since=claim.stale_since,
        is_quoted=claim.is_quoted,
    )


def _quoted(claim: Claim) -> Quoted:
    return Quoted(claim.quoted_value, claim.quoted_low, claim.quoted_high, claim.quoted_n)


def _baseline(claim: Claim) -> Quoted:
    if not claim.kept:
        return _quoted(claim)
    return Quoted(claim.kept["value"], claim.kept["low"], claim.kept["high"], claim.kept["n"])


def _facts(claim: Claim) -> dict[str, Any]:
    return {
        "name": claim.label,
        "quoted": claim.quoted_text,
        "value": claim.quoted_value,
        "n": claim.quoted_n,
        "low": claim.quoted_low,
        "high": claim.quoted_high,
    }
