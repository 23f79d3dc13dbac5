"""Badges: the standard's own vector, other people's programs, and every changed byte."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.engines.portfolio import badges
from pilothouse.engines.portfolio.badges.multibase import (
    decode_base58,
    decode_multibase,
    encode_base58,
)
from pilothouse.engines.portfolio.badges.proofs import check_signature, hash_document
from pilothouse.engines.portfolio.badges.status import encode_bits, read_bit
from pilothouse.kernel.errors import InvalidValueError
from tests.apps.portfolio.credential_makers import (
    SIGNED,
    SITE,
    STRANGER,
    make_draft,
    sign_draft,
    sign_endorsement,
    stranger,
)

NOW = datetime(2026, 11, 25, 12, tzinfo=timezone.utc)
OTHER = bytes(32)

# W3C, Data Integrity EdDSA Cryptosuites 1.0, appendix B.2: key and signed document.
W3C_SECRET = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
W3C_CONTEXT = [
    "https://www.w3.org/ns/credentials/v2",
    "https://www.w3.org/ns/credentials/examples/v2",
]
W3C_SIGNED: dict[str, Any] = {
    "@context": W3C_CONTEXT,
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {
        "id": "did:example:abcdefgh",
        "alumniOf": "The School of Examples",
    },
    "proof": {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "created": "2023-02-24T23:36:38Z",
        "verificationMethod": (
            "https://vc.example/issuers/5678#z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
        ),
        "proofPurpose": "assertionMethod",
        "@context": W3C_CONTEXT,
        "proofValue": (
            "z63t83Y53KfzJ5ZosfKTnqfMcKB2dmTrfjSaQjeNNjAD5srBowQfmWqeRb8rRjmeEuCBEsddF9LsVogtuTsijJKh4"
        ),
    },
}


def key_after_hash(method: str) -> bytes:
    """The standard's vector names its key by an address; the key stands behind the ``#``."""
    return decode_multibase(method.partition("#")[2])[2:]


def test_standards_vector_is_checked_and_signed_alike():
    assert check_signature(W3C_SIGNED, key_after_hash).endswith("swbTQ2")
    plain = {name: value for name, value in W3C_SIGNED.items() if name != "proof"}
    proof = {name: value for name, value in W3C_SIGNED["proof"].items() if name != "proofValue"}
    # Ed25519 has no chance in it: the same key and words give the same signature.
    secret = decode_multibase(W3C_SECRET)[2:]
    signature = Ed25519PrivateKey.from_private_bytes(secret).sign(hash_document(plain, proof))
    assert "z" + encode_base58(signature) == W3C_SIGNED["proof"]["proofValue"]
    assert hash_document(plain, proof).hex()[64:].startswith("59b7cb6251b8991add1ce0bc83107e3d")


@pytest.mark.parametrize("place", ["id", "name", "validFrom", "issuer"])
def test_standards_vector_changed_does_not_hold(place: str):
    with pytest.raises(InvalidValueError, match="changed"):
        check_signature({**W3C_SIGNED, place: "other"}, key_after_hash)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        # draft-msporny-base58, the three vectors.
        (b"Hello World!", "2NEpo7TZRRrLZSi2U"),
        (
            b"The quick brown fox jumps over the lazy dog.",
            "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z",
        ),
        (bytes.fromhex("0000287fb4cd"), "11233QC4"),
        (b"", ""),
        (b"\0", "1"),
    ],
)
def test_base58_vectors(data: bytes, text: str):
    assert encode_base58(data) == text
    assert decode_base58(text) == data


@given(st.binary(max_size=80))
def test_base58_goes_there_and_back(data: bytes):
    assert decode_base58(encode_base58(data)) == data


@pytest.mark.parametrize("text", ["0", "O", "I", "l", "é", "a b", "1" * 300])
def test_what_is_no_base58_is_refused(text: str):
    with pytest.raises(InvalidValueError):
        decode_base58(text)


def test_did_key_of_the_method_registry():
    # The did:key method's first Ed25519 vector, its key in hexadecimal beside it.
    did = "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"
    key = bytes.fromhex("3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29")
    assert badges.public_key_of(OTHER) == key
    assert badges.encode_did_key(key) == did
    assert badges.decode_did_key(did) == key


@pytest.mark.parametrize(
    "did",
    [
        "did:web:a.example",
        "did:key:",
        "did:key:u6Mk",
        # secp256k1 and P-256 keys of the method's examples.
        "did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme",
        "did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169",
    ],
)
def test_other_dids_are_refused(did: str):
    with pytest.raises(InvalidValueError):
        badges.decode_did_key(did)


def test_method_must_name_its_own_key():
    one, other = (badges.encode_did_key(badges.public_key_of(key)) for key in (STRANGER, OTHER))
    assert badges.resolve_did_key(badges.name_method(one)) == badges.public_key_of(STRANGER)
    with pytest.raises(InvalidValueError, match="another key"):
        badges.resolve_did_key(f"{one}#{other.removeprefix('did:key:')}")


BADGE = sign_draft()
TOKEN = badges.sign_token(json.loads(BADGE), STRANGER)


def test_badge_says_what_it_is_and_holds():
    found = badges.verify(BADGE, now=NOW)
    assert found.is_valid
    assert found.kind == "badge"
    assert found.document["name"] == "Experimentation, L2 (from simulations, issued by the holder)"
    assert badges.HONEST_WORDS in found.document["description"]
    criteria = found.document["credentialSubject"]["achievement"]["criteria"]["narrative"]
    assert badges.HONEST_WORDS in criteria
    told = {check.name: check.is_passed for check in found.checks}
    assert told == {
        "form": True, "signature": True, "issuer": True, "dates": True, "revocation": None,
        "files": None, "who issued it": True,
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["document", "token"])
def test_every_byte_changed_in_any_way_is_seen(kind: str):
    whole = {"document": BADGE, "token": TOKEN}[kind].encode()

    @given(st.integers(0, len(whole) - 1), st.integers(1, 255))
    def flip(place: int, mask: int) -> None:
        changed = bytearray(whole)
        changed[place] ^= mask
        assert not badges.verify(bytes(changed), now=NOW).is_valid

    flip()


@pytest.mark.slow
def test_every_bit_of_every_byte_is_seen():
    for whole in (BADGE.encode(), TOKEN.encode()):
        for place in range(len(whole)):
            for bit in range(8):
                changed = bytearray(whole)
                changed[place] ^= 1 << bit
                assert not badges.verify(bytes(changed), now=NOW).is_valid, (place, bit)


@given(st.integers(0, len(BADGE.encode()) - 1), st.binary(max_size=3), st.integers(0, 3))
def test_bytes_put_in_or_taken_out_are_seen_or_change_nothing(place: int, put: bytes, taken: int):
    whole = BADGE.encode()
    changed = whole[:place] + put + whole[place + taken :]
    found = badges.verify(changed, now=NOW)
    # Space between the marks of JSON says nothing and may change; whatever is read is the same.
    assert not found.is_valid or found.document == json.loads(BADGE)


@pytest.mark.parametrize(
    "text",
    [
        "", "x", "[]", "{}", "null", '"a"', "1e999", '{"a":NaN}', '{"proof":[]}', '{"proof":{}}',
        "[" * 100_000, '{"a":' * 100_000, "ey.ey.ey", "eyJ9.eyJ9.eyJ9", "ey..", "\ud800",
        '{"a":1,"a":2}', '{"proof":{"type":"DataIntegrityProof"}}', '{"type":[1,{}]}',
        '{"n":1' + "0" * 400 + "}", '{"credentialSubject":[1],"type":["ClrCredential"]}',
    ],
)  # fmt: skip
def test_strange_texts_are_no_credentials(text: str):
    assert not badges.verify(text, now=NOW).is_valid


def resign(changes: dict[str, Any], key: bytes = STRANGER) -> str:
    document = {**badges.build_badge(make_draft()), **changes}
    kept = {name: value for name, value in document.items() if value is not None}
    return badges.canonicalise(badges.sign(kept, key, SIGNED)).decode()


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"issuer": {"id": "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"}}, "issuer"),
        ({"issuer": "x"}, "issuer"),
        ({"type": ["OpenBadgeCredential"]}, "form"),
        ({"type": "VerifiableCredential"}, "form"),
        ({"@context": ["https://a.example"]}, "form"),
        ({"validFrom": None}, "form"),
        ({"credentialSubject": {"id": stranger().did}}, "form"),
        ({"validFrom": "2027-01-01T00:00:00Z"}, "dates"),
        ({"validFrom": "yesterday"}, "dates"),
        ({"validFrom": "2026-01-01T00:00:00"}, "dates"),
        ({"validUntil": "2026-01-01T00:00:00Z"}, "dates"),
        ({"credentialStatus": "x"}, "revocation"),
    ],
)
def test_signed_but_wrong_is_named_by_its_check(changes: dict[str, Any], check: str):
    found = badges.verify(resign(changes), now=NOW)
    assert check in {each.name for each in found.failures}
    assert next(each for each in found.checks if each.name == "signature").is_passed


def test_who_issued_it_is_said_and_is_no_fault():
    others = {"issuer": {"id": badges.encode_did_key(badges.public_key_of(OTHER))}}
    for text in (resign({"description": "An exam."}), resign(others, key=OTHER)):
        found = badges.verify(text, now=NOW)
        assert found.is_valid
        assert found.checks[-1].name == "who issued it"
        assert found.checks[-1].is_passed is None


@pytest.mark.parametrize("status", badges.STATUSES)
def test_an_attempt_is_a_result_of_its_own(status: str):
    document = badges.build_badge(make_draft(status=status))
    assert document["credentialSubject"]["result"][0]["status"] == status
    assert ("not reached" in document["name"]) == (status == "Failed")
    with pytest.raises(InvalidValueError, match="status"):
        badges.build_badge(make_draft(status="Passed"))


def test_list_of_revocations_tells_and_must_be_the_issuers_own():
    def sign_list(revoked: list[int], key: bytes = STRANGER, url: str = SITE) -> bytes:
        issuer = badges.Issuer(badges.encode_did_key(badges.public_key_of(key)), "")
        listed = badges.build_status_list(issuer, url, revoked, SIGNED)
        return badges.canonicalise(badges.sign(listed, key, SIGNED))

    def ask(listed: bytes) -> bool | None:
        found = badges.verify(BADGE, now=NOW, status_list=listed)
        return next(each for each in found.checks if each.name == "revocation").is_passed

    assert ask(sign_list([])) is True
    assert ask(sign_list([6, 8])) is True
    assert ask(sign_list([7])) is False
    # Who would hide a revocation hands over another list.
    assert ask(sign_list([], key=OTHER)) is False
    assert ask(sign_list([], url="https://b.example/status.json")) is False
    assert ask(b"{}") is False


@given(st.sets(st.integers(0, badges.LIST_BITS - 1), max_size=20))
def test_bits_are_read_as_written(revoked: set[int]):
    encoded = encode_bits(revoked)
    assert {place for place in [*revoked, 0, 1, 131_071] if read_bit(encoded, place)} == revoked


def test_bits_beyond_the_list_are_refused():
    for place in (-1, badges.LIST_BITS):
        with pytest.raises(InvalidValueError):
            encode_bits([place])
        with pytest.raises(InvalidValueError):
            read_bit(encode_bits([]), place)
    with pytest.raises(InvalidValueError):
        read_bit("unot a list", 0)


def make_bundle(*parts: str, beside: tuple[str, ...] = ()) -> str:
    bundle = badges.Bundle(
        "urn:uuid:00000000-0000-4000-8000-0000000000cc", stranger(), "Record",
        tuple(json.loads(part) for part in parts), tuple(json.loads(each) for each in beside),
        SIGNED,
    )  # fmt: skip
    return badges.canonicalise(badges.sign(badges.build_bundle(bundle), STRANGER, SIGNED)).decode()


def endorse(badge_id: str, key: bytes = OTHER) -> str:
    issuer = badges.Issuer(badges.encode_did_key(badges.public_key_of(key)), "Bo")
    words = badges.Endorsement("urn:uuid:00000000-0000-4000-8000-0000000000ee", issuer, badge_id,
                               "I was there.", SIGNED)  # fmt: skip
    return badges.canonicalise(badges.sign(badges.build_endorsement(words), key, SIGNED)).decode()


def test_record_holds_with_all_its_parts():
    badge_id = json.loads(BADGE)["id"]
    found = badges.verify(make_bundle(BADGE, beside=(endorse(badge_id),)), now=NOW)
    assert found.is_valid
    assert [part.kind for part in found.parts] == ["badge", "endorsement"]


def test_record_with_a_false_part_does_not_hold():
    forged = json.loads(BADGE)
    forged["credentialSubject"]["result"][0]["value"] = "L4"
    found = badges.verify(make_bundle(json.dumps(forged)), now=NOW)
    assert [each.name for each in found.failures] == ["signature"]
    stray = badges.verify(make_bundle(BADGE, beside=(endorse("urn:uuid:other"),)), now=NOW)
    assert [each.name for each in stray.failures] == ["one holder"]
    other = json.loads(resign({"issuer": {"id": badges.encode_did_key(
        badges.public_key_of(OTHER))}}, key=OTHER))  # fmt: skip
    other_subject = {**other, "credentialSubject": {**other["credentialSubject"], "id": "did:x:y"}}
    other_subject.pop("proof")
    foreign = badges.canonicalise(badges.sign(other_subject, OTHER, SIGNED)).decode()
    found = badges.verify(make_bundle(BADGE, foreign), now=NOW)
    assert "one holder" in {each.name for each in found.failures}


def test_files_that_belong_to_a_badge_are_known_by_their_digest():
    # SHA-384 of nothing, as any program prints it.
    assert badges.digest_sri(b"") == (
        "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb"
    )

    def ask(*files: bytes, text: str = BADGE) -> bool | None:
        found = badges.verify(text, now=NOW, files=files)
        return next(each for each in found.checks if each.name == "files").is_passed

    assert ask() is None
    assert ask(b"") is True
    assert ask(b"", b"x") is False
    assert ask(b"x", text=sign_draft(attachments=())) is False
    assert ask(b"", text=resign({"relatedResource": "x"})) is False


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-10, 10) | st.floats(-1, 1) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "type", "digestSRI", "achievement", "a"]), inner)
    ),
    max_leaves=6,
)
PLACES = st.sampled_from([
    "@context", "id", "type", "issuer", "validFrom", "validUntil", "credentialSubject",
    "credentialStatus", "relatedResource", "endorsement", "evidence", "description", "name",
])  # fmt: skip


@given(
    st.dictionaries(PLACES, ANYTHING, max_size=4),
    st.sampled_from(["OpenBadgeCredential", "ClrCredential", "EndorsementCredential"]),
    ANYTHING,
)
def test_whatever_was_signed_is_judged_without_a_fault(
    changes: dict[str, Any], kind: str, inside: Any
):
    document = {**badges.build_badge(make_draft()), "type": ["VerifiableCredential", kind]}
    document["credentialSubject"] |= {"verifiableCredential": inside, "result": inside}
    signed = badges.sign({**document, **changes}, STRANGER, SIGNED)
    listed = badges.canonicalise({"credentialSubject": inside, "proof": inside})
    text = badges.canonicalise(signed)
    found = badges.verify(text, now=NOW, files=[b""], status_list=listed)
    assert next(each for each in found.checks if each.name == "signature").is_passed
    broken = badges.canonicalise({**signed, "proof": changes or inside})
    assert not badges.verify(broken, now=NOW).is_valid


def test_records_within_records_are_checked_to_a_depth_and_a_number():
    inner = BADGE
    for depth in range(5):
        inner = make_bundle(inner)
        found = badges.verify(inner, now=NOW)
        assert found.is_valid == (depth < 3), depth
    many = badges.verify(make_bundle(*[BADGE] * 201), now=NOW)
    assert [each.name for each in many.failures] == ["parts"]
    assert badges.verify(make_bundle(*[BADGE] * 200), now=NOW).is_valid


def sign_claims(changes: dict[str, Any]) -> str:
    """A token of the stranger's as another program might make it."""
    import jwt

    payload = jwt.decode(TOKEN, options={"verify_signature": False})
    header = {"kid": badges.name_method(stranger().did)}
    return jwt.encode({**payload, **changes}, pem_of(STRANGER), algorithm="EdDSA", headers=header)


@pytest.mark.parametrize(
    ("changes", "is_valid"),
    [
        ({}, True),
        ({"exp": 1}, False),
        ({"exp": "soon"}, False),
        ({"exp": 4102444800, "validUntil": "2100-01-01T00:00:00Z"}, True),
        ({"exp": 4102444801, "validUntil": "2100-01-01T00:00:00Z"}, False),
        ({"exp": 1609459200, "validUntil": "2021-01-01T00:00:00Z"}, False),
        ({"iss": "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"}, False),
        ({"jti": "urn:uuid:other"}, False),
    ],
)
def test_claims_of_a_token_say_the_same_as_its_document(changes: dict[str, Any], is_valid: bool):
    assert badges.verify(sign_claims(changes), now=NOW).is_valid == is_valid


@pytest.mark.parametrize(
    "header", [{"alg": "none"}, {"alg": "HS256", "kid": "x"}, {"alg": "EdDSA"}]
)
def test_a_token_does_not_choose_how_it_is_checked(header: dict[str, str]):
    head = urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")
    assert not badges.verify(".".join([head, *TOKEN.split(".")[1:]]), now=NOW).is_valid


def test_pictures_and_pages_hold_the_very_document():
    picture = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><rect/></svg>'
    for text in (BADGE, TOKEN, sign_draft(narrative='a < b && "c" ]]> </svg> \ufffe')):
        baked = badges.bake_svg(picture, text).encode()
        assert (
            json.loads(badges.extract(baked)) == json.loads(text)
            if text[0] == "{"
            else (badges.extract(baked) == text)
        )
        assert badges.verify(badges.extract(baked), now=NOW).is_valid


def test_window_of_clocks_is_five_minutes():
    soon = badges.format_time(NOW + timedelta(minutes=4))
    late = badges.format_time(NOW + timedelta(minutes=6))
    assert badges.verify(resign({"validFrom": soon}), now=NOW).is_valid
    assert not badges.verify(resign({"validFrom": late}), now=NOW).is_valid


# --- Other people's programs ---------------------------------------------------------------------


def pem_of(key: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(key).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def public_pem_of(key: bytes) -> bytes:
    return Ed25519PublicKey.from_public_bytes(badges.public_key_of(key)).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def test_openbadgeslib_takes_our_token_and_refuses_a_changed_one():
    from openbadgeslib.ob3.verifier import OB3VerificationError, OB3Verifier

    verifier = OB3Verifier.for_issuer_did(stranger().did)
    read = verifier.verify(TOKEN, expected_recipient=stranger().did)
    assert read.name == "Experimentation, L2 (from simulations, issued by the holder)"
    assert read.results[0].value == "L2"
    assert read.evidence[0].genre == "simulation"
    head, body, signature = TOKEN.split(".")
    with pytest.raises(OB3VerificationError):
        verifier.verify(".".join([head, body[:-8] + body[-7:] + "A", signature]))


def test_openbadgeslib_takes_our_endorsement():
    from openbadgeslib.ob3.verifier import verify_endorsement_jwt

    token = badges.sign_token(json.loads(sign_endorsement("urn:uuid:x")), STRANGER)
    read = verify_endorsement_jwt(token)
    assert read["issuer"] == stranger().did
    assert read["endorses"] == "urn:uuid:x"


@pytest.mark.parametrize("kind", ["badge", "attempt", "endorsement", "bundle", "status list"])
def test_documents_are_whole_json_ld_by_openbadgeslib(kind: str):
    """Each term is defined in the published contexts, and nothing is lost in them.

    The library signs our document over its RDF and checks that the JSON is exactly what the RDF
    says: a term that no context defines would be dropped, and is refused.
    """
    from openbadgeslib.ob3 import clr, ldp

    documents = {
        "badge": json.loads(BADGE),
        "attempt": badges.build_badge(make_draft(status="Failed")),
        "endorsement": json.loads(
            sign_endorsement("urn:uuid:00000000-0000-4000-8000-0000000000dd")
        ),
        "bundle": json.loads(make_bundle(BADGE, beside=(endorse(json.loads(BADGE)["id"]),))),
        "status list": badges.build_status_list(stranger(), SITE, [7], SIGNED),
    }
    document = documents[kind]
    document.pop("proof", None)
    contexts = clr.bundled_clr_contexts() if kind == "bundle" else None
    method = badges.name_method(stranger().did)
    signed = ldp.add_data_integrity_proof(
        document, pem_of(STRANGER), method, extra_contexts=contexts
    )
    ldp.verify_data_integrity_proof(signed, public_pem_of(STRANGER), extra_contexts=contexts)
    if kind in {"badge", "attempt"}:
        read = ldp.OB3LdpVerifier.for_issuer_did(stranger().did).verify(signed)
        assert read.name == document["name"]


def test_openbadgeslib_finds_our_document_in_a_picture():
    from openbadgeslib import baking

    picture = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"></svg>'
    baked = badges.bake_svg(picture, BADGE).encode()
    found = baking.extract_svg(baked, element=baking.SVG_ELEMENT_OB3, text_fallback=True)
    assert found == BADGE
    theirs = baking.bake_svg(
        picture.encode(), TOKEN, element=baking.SVG_ELEMENT_OB3, namespace=baking.SVG_NS_OB3
    )
    assert badges.extract(theirs) == TOKEN


def test_openvc_takes_our_proof_and_refuses_a_changed_one():
    """A second program for the same suite; it is not among what developers install by default."""
    suite = pytest.importorskip("openvc.proof.di_jcs").EddsaJcsProofSuite()
    raw = urlsafe_b64encode(badges.public_key_of(STRANGER)).decode().rstrip("=")
    key = {"kty": "OKP", "crv": "Ed25519", "x": raw}
    document = json.loads(BADGE)
    suite.verify(document, public_key_jwk=key, now=NOW)
    with pytest.raises(Exception, match=r"[Ss]ignature|verif"):
        suite.verify({**document, "id": "urn:uuid:x"}, public_key_jwk=key, now=NOW)
