"""What a badge says in words: of its acts, of what it proves and does not, of what it tells."""

from __future__ import annotations

from pilothouse.apps.portfolio.services.credential_levels import LevelClaim
from pilothouse.apps.skills.services.competencies import LEVEL_NAMES

MAX_ACTS = 40
GENRES = {
    "simulated": "simulation",
    "own_product": "own product",
    "employment": "employment",
    "volunteer": "voluntary work",
    "study": "study",
}
PLACES = {
    "simulated": "in simulations",
    "own_product": "on a product of one's own",
    "employment": "in employment",
    "volunteer": "as a volunteer",
    "study": "in study",
}
STRENGTHS = (
    "E0, a claim",
    "E1, recorded when it was done",
    "E2, checked by a rule",
    "E3, scored against a sealed truth",
    "E4, reviewed by a named person against the rubric",
    "E5, countersigned by somebody it touched",
)


def name_level(level: int) -> str:
    """A level by number and name, such as L2 Working."""
    return f"L{level} {LEVEL_NAMES[level - 1]}"


def tell_badge(claim: LevelClaim, level: int, status: str) -> str:
    """The narrative: the level, the acts and where they were done."""
    counts = ", ".join(
        f"{count} {PLACES.get(context, context)}" for context, count in claim.contexts.items()
    )
    left = len(claim.acts) - MAX_ACTS
    more = f" {left} further acts are not listed." if left > 0 else ""
    reached = (
        f"{name_level(level)} of {claim.title}"
        if status == "Completed"
        else f"An attempt at {name_level(level)} of {claim.title}; status: {status}"
    )
    acts = "act" if len(claim.acts) == 1 else "acts"
    only = f" All of it is practice, from {claim.practice}." if claim.practice else ""
    return f"{reached}. It rests on {len(claim.acts)} recorded {acts} ({counts}).{only}{more}"


def say_proven(claim: LevelClaim, *, has_files: bool) -> tuple[str, ...]:
    """What whoever checks the badge may rely on."""
    said = [
        f"Which {len(claim.acts)} acts it rests on: whoever you show your ledger to can "
        "hold the digests against it.",
        f"By rules version {claim.rules_version} they come to {name_level(claim.level)}."
        if claim.level
        else "By the rules they do not come to a level yet.",
        "Nothing in the document has been changed since it was signed with this key.",
    ]
    if has_files:
        said.append("The files bound to it are the ones the signer had.")
    return tuple(said)


def say_unproven(claim: LevelClaim) -> tuple[str, ...]:
    """What it does not show, whatever it looks like."""
    said = [
        "That you are who the name says: a did:key proves a key, not a person.",
        "That the acts were done well, or by you alone: nobody examined them.",
        "That the ledger was not written anew before: you keep it yourself.",
        "When it was signed: the time is the one of this machine.",
    ]
    if claim.practice:
        said.insert(0, f"Any work with real people: all acts are from {claim.practice}.")
    return tuple(said)


def say_leaving(
    claim: LevelClaim, holder: str, *, with_titles: bool, has_files: bool
) -> tuple[str, ...]:
    """What whoever gets the file learns."""
    titles = "with the titles of their objects" if with_titles else "without their titles"
    said = [
        f"The name “{holder}” and your public key.",
        f"Kind, day, context, strength and digest of {min(len(claim.acts), MAX_ACTS)} acts, "
        f"{titles}.",
    ]
    if has_files:
        said.append("The digest and media type of each file, not the file.")
    return tuple(said)
