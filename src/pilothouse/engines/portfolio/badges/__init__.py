"""Credentials of a portfolio: Open Badges 3.0 and CLR 2.0, signed and checked without a network."""

from pilothouse.engines.portfolio.badges.baking import bake_png, bake_svg, extract
from pilothouse.engines.portfolio.badges.documents import (
    HONEST_WORDS,
    NAME_ENDING,
    STATUSES,
    Achievement,
    Alignment,
    Attachment,
    Badge,
    Bundle,
    Document,
    Endorsement,
    Evidence,
    Issuer,
    StatusEntry,
    build_badge,
    build_bundle,
    build_endorsement,
    format_time,
    name_badge,
)
from pilothouse.engines.portfolio.badges.multibase import (
    decode_did_key,
    encode_did_key,
    name_method,
    resolve_did_key,
)
from pilothouse.engines.portfolio.badges.proofs import (
    canonicalise,
    public_key_of,
    read_json,
    sign,
)
from pilothouse.engines.portfolio.badges.status import LIST_BITS, build_status_list
from pilothouse.engines.portfolio.badges.tokens import sign_token
from pilothouse.engines.portfolio.badges.verification import (
    Check,
    Verification,
    digest_sri,
    verify,
)

__all__ = [
    "HONEST_WORDS", "LIST_BITS", "NAME_ENDING", "STATUSES", "Achievement", "Alignment",
    "Attachment", "Badge", "Bundle", "Check", "Document", "Endorsement", "Evidence", "Issuer",
    "StatusEntry", "Verification", "bake_png", "bake_svg", "build_badge", "build_bundle",
    "build_endorsement", "build_status_list", "canonicalise", "decode_did_key", "digest_sri",
    "encode_did_key", "extract", "format_time", "name_badge", "name_method", "public_key_of",
    "read_json", "resolve_did_key", "sign", "sign_token", "verify",
]  # fmt: skip
