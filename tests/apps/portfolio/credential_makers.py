"""Acts that hold a level, badges of them, and badges and endorsements of strangers."""

from __future__ import annotations

from datetime import datetime, timezone

from pilothouse.apps.portfolio.services.credential_drafts import BadgeDraft
from pilothouse.apps.portfolio.services.credentials import CredentialView, issue_badge
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.engines.portfolio import badges

SIGNED = datetime(2026, 11, 20, 9, tzinfo=timezone.utc)
STRANGER = bytes(range(32))
SITE = "https://ann.example/credentials/status.json"


def give_level(
    access: Access, product: ProductView, *, count: int = 2, mark: str = "Decision"
) -> None:
    """Decisions with all that a rule asks: ``count`` of two holds level 1 of C03."""
    facts = {
        "options": 2, "chosen": "A", "expected": "It sells", "probability": 0.6,
        "review_on": "2027-05-01",
    }  # fmt: skip
    for number in range(count):
        record_act(
            access, "decision.decided", "decision", f"{mark}{number}",
            {**facts, "name": f"{mark} {number}"}, product=product,
        )  # fmt: skip


def make_badge(access: Access, product: ProductView, **changes: object) -> CredentialView:
    """A badge of C03 at level 1."""
    give_level(access, product)
    draft = {"competency": "C03", "list_url": SITE, **changes}
    return issue_badge(access, BadgeDraft(**draft))  # type: ignore[arg-type]


def stranger() -> badges.Issuer:
    """Somebody with a key of their own."""
    return badges.Issuer(badges.encode_did_key(badges.public_key_of(STRANGER)), "Stranger")


def make_draft(number: int = 1, **changes: object) -> badges.Badge:
    """A badge of the stranger's, unsigned."""
    achievement = badges.Achievement(
        id="urn:uuid:00000000-0000-4000-8000-0000000000aa",
        name="Experimentation",
        code="C11",
        description="Tests that decide.",
        criteria="Two acts checked by a rule.",
        levels=("L1", "L2", "L3", "L4"),
        alignments=(
            badges.Alignment(
                "apply statistical analysis techniques",
                "http://data.europa.eu/esco/skill/382c11ed-20d5-4ae7-b60e-15fec527fa6c",
                "ESCO",
            ),
        ),
    )
    fields: dict[str, object] = {
        "id": f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
        "issuer": stranger(),
        "achievement": achievement,
        "level": "L2",
        "status": "Completed",
        "practice": "simulations",
        "narrative": "Three acts in two worlds.",
        "evidence": (
            badges.Evidence(
                "ni:///sha-256;f4OxZX_x_FO5LcGBSKHWXfwtSx-j1ncoSt3SABJtkGk",
                "Act 12: experiment.pre-registered",
                "In a simulation; é, 日本 and \u2028 stay as they are.",
                "simulation",
            ),
        ),
        "issued": SIGNED,
        "first": SIGNED,
        "last": SIGNED,
        "attachments": (
            badges.Attachment(
                "ni:///sha-384;OLBgp1GsljhM2TJ-sbHjaiH9txEUvgdDTAzHv2P24donTt6_529l-9Ua0vFImLlb",
                "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb",
                "application/pdf",
            ),
        ),
        "status_entry": badges.StatusEntry(SITE, 7),
    }
    return badges.Badge(**{**fields, **changes})  # type: ignore[arg-type]


def sign_draft(number: int = 1, **changes: object) -> str:
    """A badge of the stranger's as text."""
    document = badges.build_badge(make_draft(number, **changes))
    return badges.canonicalise(badges.sign(document, STRANGER, SIGNED)).decode()


def sign_endorsement(badge_id: str, comment: str = "I was there.", number: int = 500) -> str:
    """The stranger's words about a badge, as text."""
    endorsement = badges.Endorsement(
        f"urn:uuid:00000000-0000-4000-8000-{number:012d}", stranger(), badge_id, comment, SIGNED
    )
    document = badges.build_endorsement(endorsement)
    return badges.canonicalise(badges.sign(document, STRANGER, SIGNED)).decode()
