"""Credentials as services: what is signed is what was looked at, and keys stay where they are."""

from __future__ import annotations

import io
import json
import zipfile
from base64 import b64encode
from dataclasses import replace
from datetime import datetime, timezone
from hashlib import sha384
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import html5lib
import pytest
from django.conf import settings
from django.test import override_settings

from pilothouse.apps.portfolio.credential_models import Credential
from pilothouse.apps.portfolio.services import credentials as service
from pilothouse.apps.portfolio.services import site
from pilothouse.apps.portfolio.services.credential_checks import check_credential
from pilothouse.apps.portfolio.services.credential_drafts import (
    BadgeDraft,
    clean_list_url,
    digest_files,
    files_from_json,
)
from pilothouse.apps.portfolio.services.credential_files import (
    FORMS,
    collect_published,
    site_files,
    write_credential,
    zip_all,
    zip_published,
)
from pilothouse.apps.portfolio.services.credential_pictures import profile_link
from pilothouse.apps.portfolio.services.endorsing import (
    add_endorsement,
    endorse,
    list_endorsements,
    set_endorsement_deleted,
)
from pilothouse.apps.portfolio.services.keys import list_keys, make_key
from pilothouse.apps.portfolio.services.profiles import ProfileView, save_profile
from pilothouse.apps.skills.models import TOUCHED
from pilothouse.apps.skills.models import Endorsement as SkillEndorsement
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.archive import write_archive
from pilothouse.apps.workspace.services.ledger import (
    iter_acts,
    record_act,
    remove_personal,
    verify_ledger,
)
from pilothouse.apps.workspace.services.tables import list_tables
from pilothouse.engines.portfolio import badges
from pilothouse.kernel.errors import (
    ConflictError,
    DamagedError,
    InvalidValueError,
    NotFoundError,
)
from tests.apps.portfolio.credential_makers import (
    SITE,
    give_level,
    make_badge,
    sign_draft,
    sign_endorsement,
)
from tests.builders import People, make_people, make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(tmp_path: Path):
    with override_settings(CONFIGURATION=replace(settings.CONFIGURATION, data=tmp_path)):
        yield make_people()


@pytest.fixture
def alice(people: People) -> Access:
    return people.alice


def read(view: service.CredentialView) -> dict:
    return json.loads(view.document)


def test_badge_tells_level_acts_and_context_and_nothing_of_titles(alice: Access):
    product = make_product(alice)
    give_level(alice, product, mark="Secret merger")
    view = service.issue_badge(alice, BadgeDraft("C03", holder="Ann"))
    document = read(view)
    assert view.name == "Problem framing and critical thinking, L1 (issued by the holder)"
    assert document["credentialSubject"]["result"][0]["value"] == "L1"
    assert [each["genre"] for each in document["evidence"]] == ["own product"] * 2
    acts = {act.hash for act in iter_acts(alice, kinds={"decision.decided"})}
    assert all(act in _digests_of(document) for act in acts)
    assert "Secret merger" not in view.document
    assert document["issuer"]["name"] == "Ann"
    assert check_credential(view.document.encode()).verification.is_valid
    titled = service.issue_badge(alice, BadgeDraft("C03", with_titles=True))
    assert "Secret merger" in titled.document


def _digests_of(document: dict) -> set[str]:
    from base64 import urlsafe_b64decode

    ids = [each["id"].removeprefix("ni:///sha-256;") for each in document["evidence"]]
    return {urlsafe_b64decode(each + "=").hex() for each in ids}


def test_what_somebody_endorsed_is_told_with_its_strength(alice: Access):
    give_level(alice, make_product(alice))
    (first, *_) = iter_acts(alice, kinds={"decision.decided"})
    now = datetime(2026, 11, 20, tzinfo=timezone.utc)
    SkillEndorsement.objects.create(
        workspace_id=alice.workspace_id, user_id=alice.user_id, label="Zebedee", competency="C03",
        token_digest="x", created_at=now, expires_at=now, used_at=now,
        relation=next(iter(TOUCHED)), endorsed=[first.sequence], endorser_digest="bo",
    )  # fmt: skip
    view = service.issue_badge(alice, BadgeDraft("C03"))
    assert view.level == 3
    told = {each["name"]: each["narrative"] for each in read(view)["evidence"]}
    assert "Strength E5, countersigned" in told[f"Act {first.sequence}: decision.decided"]
    assert "Zebedee" not in view.document


def test_practice_stands_in_the_name_and_on_the_picture(alice: Access):
    product = make_product(
        alice, world="simulated", clock=datetime(2026, 1, 5, tzinfo=timezone.utc)
    )
    view = make_badge(alice, product)
    assert view.is_simulated
    assert view.name.endswith("(from simulations, issued by the holder)")
    assert {each["genre"] for each in read(view)["evidence"]} == {"simulation"}
    assert b"Practice: simulations" in write_credential(view, "svg")[1]
    looked = service.preview(alice, BadgeDraft("C03"))
    assert "simulations" in looked.does_not_prove[0]
    give_level(alice, make_product(alice, "Real"), mark="Real")
    mixed = service.issue_badge(alice, BadgeDraft("C03"))
    assert not mixed.is_simulated
    assert mixed.name.endswith("L1 (issued by the holder)")


@pytest.mark.parametrize(
    "name", [f"C{number:02}" for number in range(1, 17) if number not in {3, 15}]
)
def test_without_acts_there_is_no_badge(name: str, alice: Access):
    give_level(alice, make_product(alice))
    for status in ("Completed", "Failed"):
        with pytest.raises(NotFoundError):
            service.issue_badge(alice, BadgeDraft(name, level=1, status=status))


def test_level_is_what_the_acts_hold_and_a_higher_one_only_an_attempt(alice: Access):
    give_level(alice, make_product(alice))
    with pytest.raises(InvalidValueError, match="L1 Awareness"):
        service.issue_badge(alice, BadgeDraft("C03", level=2))
    tried = service.issue_badge(alice, BadgeDraft("C03", level=2, status="Failed"))
    assert "L2 not reached" in tried.name
    assert read(tried)["credentialSubject"]["result"][0] == {
        "type": ["Result"],
        "resultDescription": read(tried)["credentialSubject"]["achievement"]["id"] + ":level",
        "value": "L2",
        "status": "Failed",
    }
    for bad in ({"level": 5, "status": "Failed"}, {"status": "Passed"}, {"holder": "x" * 101}):
        with pytest.raises(InvalidValueError):
            service.issue_badge(alice, BadgeDraft("C03", **bad))


def test_what_is_signed_is_the_document_of_the_preview_or_nothing(alice: Access):
    product = make_product(alice)
    give_level(alice, product)
    draft = BadgeDraft("C03", list_url=SITE)
    looked = service.preview(alice, draft)
    made = service.issue_badge(alice, draft, seal=looked.seal)
    assert {name: value for name, value in read(made).items() if name != "proof"} == looked.document
    with pytest.raises(ConflictError, match="already"):
        service.issue_badge(alice, draft, seal=looked.seal)
    again = service.preview(alice, draft)
    with pytest.raises(InvalidValueError, match="changed since"):
        service.issue_badge(alice, replace(draft, holder="Other"), seal=again.seal)
    give_level(alice, product, count=1, mark="Later")
    with pytest.raises(InvalidValueError, match="changed since"):
        service.issue_badge(alice, draft, seal=again.seal)
    newer = service.preview(alice, draft)
    make_key(alice)
    with pytest.raises(InvalidValueError, match="changed since"):
        service.issue_badge(alice, draft, seal=newer.seal)
    with pytest.raises(InvalidValueError, match="not one of ours"):
        service.issue_badge(alice, draft, seal="x" + newer.seal)


def test_ledger_holds_the_digest_and_the_chain_holds_without_the_name(alice: Access):
    view = make_badge(alice, make_product(alice), holder="Ann")
    service.revoke_credential(alice, view.public_id, "Bo's words were wrong")
    acts = {act.kind: act for act in iter_acts(alice)}
    assert acts["credential.issued"].facts["digest"] == view.digest
    assert acts["credential.revoked"].facts["digest"] == view.digest
    assert "Zebedee" not in json.dumps(dict(acts["credential.revoked"].facts))
    remove_personal(alice, acts["credential.revoked"].sequence)
    assert verify_ledger(alice.workspace_id).is_whole
    with pytest.raises(ConflictError):
        service.revoke_credential(alice, view.public_id, "")


def test_key_is_a_file_that_only_its_owner_reads_and_no_row_holds_it(alice: Access, tmp_path: Path):
    make_badge(alice, make_product(alice))
    (path,) = (tmp_path / "keys").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    secret = path.read_bytes().split(b"\n")[1].decode()
    for table in list_tables():
        for row in table._default_manager.values():
            assert secret not in str(row), table


@pytest.mark.django_db(transaction=True)
def test_no_backup_holds_a_key_and_all_hold_what_it_signed(alice: Access, tmp_path: Path):
    view = make_badge(alice, make_product(alice))
    (path,) = (tmp_path / "keys").iterdir()
    secret = path.read_bytes().split(b"\n")[1]
    write_archive(tmp_path / "backup.zip", events_dir=tmp_path / "events")
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
        assert not [name for name in archive.namelist() if "keys" in name]
    assert secret not in whole
    assert view.digest.encode() in whole


def test_without_its_file_a_key_signs_no_more_but_what_it_signed_holds(
    alice: Access, tmp_path: Path
):
    first = make_badge(alice, make_product(alice))
    for path in (tmp_path / "keys").iterdir():
        path.unlink()
    assert not list_keys(alice)[0].can_sign
    second = service.issue_badge(alice, BadgeDraft("C03"))
    assert second.issuer_did != first.issuer_did
    assert check_credential(first.document.encode()).verification.is_valid
    lists = service.make_status_lists(alice)
    assert (lists.lists, lists.lost) == ({}, (SITE,))
    with zipfile.ZipFile(io.BytesIO(zip_published(alice))) as archive:
        assert SITE in archive.read("how-to-publish.txt").decode()
    with pytest.raises(ConflictError, match="earlier key"):
        service.issue_badge(alice, BadgeDraft("C03", list_url=SITE))
    with pytest.raises(ConflictError, match="earlier key"):
        service.issue_bundle(alice, [first.public_id, second.public_id])


def test_a_key_file_with_another_key_is_named_as_damaged(alice: Access, tmp_path: Path):
    give_level(alice, make_product(alice))
    make_key(alice)
    make_key(alice)
    now, before = (tmp_path / "keys" / f"{key.public_id}.pem" for key in list_keys(alice))
    now.write_bytes(before.read_bytes())
    with pytest.raises(DamagedError, match="another key"):
        service.issue_badge(alice, BadgeDraft("C03"))
    now.write_bytes(b"x")
    with pytest.raises(DamagedError, match="cannot be read"):
        service.issue_badge(alice, BadgeDraft("C03"))


def test_published_list_tells_a_revocation_by_openbadgeslib(alice: Access):
    from openbadgeslib.ob3.verifier import OB3VerificationError, OB3Verifier

    product = make_product(alice)
    kept, taken = make_badge(alice, product), make_badge(alice, product)
    service.revoke_credential(alice, taken.public_id, "")
    ((url, listed),) = service.make_status_lists(alice).lists.items()
    for view, is_valid in ((kept, True), (taken, False)):
        found = check_credential(view.document.encode(), listed).verification
        assert found.is_valid == is_valid
    asked: list[str] = []

    def download(address: str) -> bytes:
        asked.append(address)
        return listed

    # The library knows the proofs of lists as tokens only, so it is asked for the bit alone.
    options = {"check_status": True, "verify_status_list": False, "download": download}
    verifier = OB3Verifier.for_issuer_did(kept.issuer_did)
    verifier.verify(kept.token, **options)
    with pytest.raises(OB3VerificationError, match="is set"):
        verifier.verify(taken.token, **options)
    assert asked == [url, url] == [SITE, SITE]


def test_site_gets_lists_and_pages_of_what_names_an_address_only(alice: Access):
    product = make_product(alice)
    view = make_badge(alice, product)
    make_badge(alice, product, list_url="")
    page = f"credentials/{view.public_id}.html"
    assert set(collect_published(alice)) == {SITE, f"https://ann.example/{page}"}
    with zipfile.ZipFile(io.BytesIO(zip_published(alice))) as archive:
        assert set(archive.namelist()) == {"credentials/status.json", page, "how-to-publish.txt"}
    assert site_files(alice) == {}
    save_profile(alice, ProfileView("Ann", base_url="https://ann.example/credentials"))
    assert set(site_files(alice)) == {"status.json", f"{view.public_id}.html"}
    save_profile(alice, ProfileView("Ann", base_url="https://ann.exam"))
    with zipfile.ZipFile(io.BytesIO(zip_all(alice))) as archive:
        assert len(archive.namelist()) == 4
    assert site_files(alice) == {}


def test_site_is_built_with_lists_and_pages(alice: Access, monkeypatch: pytest.MonkeyPatch):
    view = make_badge(alice, make_product(alice))
    save_profile(alice, ProfileView("Ann", base_url="https://ann.example"))
    monkeypatch.setattr(site, "_more", [site_files])
    built = site.publish_site(alice)
    _, files = site.read_publication(alice, built.public_id)
    page = files[f"credentials/{view.public_id}.html"]
    assert check_credential(page, files["credentials/status.json"]).verification.is_valid


@pytest.mark.parametrize("form", FORMS)
def test_every_file_of_a_badge_is_checked_or_says_where(form: str, alice: Access):
    view = make_badge(alice, make_product(alice), holder='<b>"Ann" & Bo</b></script>')
    name, body, content_type = write_credential(view, form)
    assert name.endswith(form)
    assert "/" in content_type
    if form != "qr.svg":
        assert check_credential(body).verification.is_valid
        if form != "jwt":
            changed = body.replace(b"Awareness", b"Expertise")
            assert changed != body
            assert not _holds(changed)


def _holds(data: bytes) -> bool:
    try:
        return check_credential(data).verification.is_valid
    except InvalidValueError:
        return False  # a part of the picture is damaged


def test_pictures_are_read_by_openbadgeslib(alice: Access):
    from openbadgeslib import baking

    view = make_badge(alice, make_product(alice))
    png = baking.extract_png(write_credential(view, "png")[1], keyword=baking.ITXT_KEYWORD_OB3)
    svg = baking.extract_svg(
        write_credential(view, "svg")[1], element=baking.SVG_ELEMENT_OB3, text_fallback=True
    )
    assert png == svg == view.document


def test_page_holds_no_text_that_ends_its_script(alice: Access):
    view = make_badge(alice, make_product(alice), holder="</script><script>alert(1)</script>")
    page = write_credential(view, "html")[1].decode()
    html5lib.HTMLParser(strict=True).parse(page)
    parser = _Scripts()
    parser.feed(page)
    assert parser.scripts == 2
    assert "http" not in {urlsplit(each).scheme for each in parser.sources}
    assert parser.sources == []


class _Scripts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.scripts, self.sources = 0, []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        self.sources += [value for name, value in attrs if name in {"src", "href"}]


def test_link_to_a_profile_names_the_badge_for_what_it_is(alice: Access):
    view = make_badge(alice, make_product(alice))
    fields = parse_qs(urlsplit(profile_link(view)).query)
    assert fields["name"] == [view.name]
    assert "Self-issued" in fields["organizationName"][0]
    assert fields["certUrl"] == [f"https://ann.example/credentials/{view.public_id}.html"]


def test_files_are_bound_by_their_digest(alice: Access):
    give_level(alice, make_product(alice))
    files = digest_files([("readout.pdf", "application/pdf", b"%PDF"), ("b", "", b"%PDF")])
    assert len(files) == 1
    view = service.issue_badge(alice, BadgeDraft("C03", files=files))
    (bound,) = read(view)["relatedResource"]
    assert bound["digestSRI"] == "sha384-" + b64encode(sha384(b"%PDF").digest()).decode()
    assert files_from_json([each.__dict__ for each in files]) == files
    with pytest.raises(InvalidValueError):
        digest_files((str(n), "", bytes([n])) for n in range(6))
    for sri in ("", "sha384-", "sha256-abc", "sha384-" + "é" * 64, "sha384-" + "!" * 64):
        with pytest.raises(InvalidValueError):
            files_from_json([{"sri": sri}])


@pytest.mark.parametrize(
    "url",
    ["http://a.example/s", "javascript:alert(1)", "https://", "https://a b/", "x", "https://[",
     "https://a.example/#x", "https://é.example/", "https://a.example/" + "x" * 400],
)  # fmt: skip
def test_list_needs_an_https_address(url: str):
    with pytest.raises(InvalidValueError):
        clean_list_url(url)


def test_endorsement_goes_from_one_person_to_the_other(people: People):
    alice, bob = people.alice, people.bob
    badge = make_badge(alice, make_product(alice))
    signed = endorse(bob, write_credential(badge, "png")[1], "She stopped the launch herself.")
    assert signed.kind == "endorsement"
    kept = add_endorsement(alice, badge.public_id, signed.document.encode())
    assert (kept.endorser_name, kept.comment) == ("Bob", "She stopped the launch herself.")
    add_endorsement(alice, badge.public_id, signed.document.encode())
    assert len(list_endorsements(alice, badge.public_id)) == 1
    record = service.issue_bundle(alice, [badge.public_id], name="For Lighthouse Ltd")
    found = check_credential(record.document.encode()).verification
    assert found.is_valid
    assert [part.kind for part in found.parts] == ["badge", "endorsement"]
    set_endorsement_deleted(alice, kept.public_id, is_deleted=True)
    assert list_endorsements(alice, badge.public_id) == []
    later = service.issue_bundle(alice, [badge.public_id])
    assert "endorsement" not in read(later)
    set_endorsement_deleted(alice, kept.public_id, is_deleted=False)
    assert len(list_endorsements(alice, badge.public_id)) == 1


def test_nobody_endorses_themselves_or_what_does_not_hold(people: People):
    alice, bob = people.alice, people.bob
    badge = make_badge(alice, make_product(alice))
    with pytest.raises(ConflictError, match="one's own"):
        endorse(alice, badge.document.encode(), "I am good.")
    with pytest.raises(InvalidValueError, match="changed"):
        endorse(bob, badge.document.replace("L1", "L4").encode(), "Yes")
    for comment in ("", " ", "x" * 2001):
        with pytest.raises(InvalidValueError):
            endorse(bob, badge.document.encode(), comment)
    with pytest.raises(InvalidValueError, match="another badge"):
        add_endorsement(alice, badge.public_id, sign_endorsement("urn:uuid:other").encode())
    with pytest.raises(InvalidValueError, match="no endorsement"):
        add_endorsement(alice, badge.public_id, sign_draft().encode())
    with pytest.raises(NotFoundError):
        add_endorsement(bob, badge.public_id, sign_endorsement(badge.uri).encode())


def test_own_words_of_an_own_key_are_refused_even_when_signed_elsewhere(alice: Access, tmp_path):
    from cryptography.hazmat.primitives import serialization

    badge = make_badge(alice, make_product(alice))
    (path,) = (tmp_path / "keys").iterdir()
    key = serialization.load_pem_private_key(path.read_bytes(), None).private_bytes_raw()
    words = badges.Endorsement("urn:uuid:1", badges.Issuer(badge.issuer_did, "Me"), badge.uri,
                               "Great", datetime(2026, 11, 20, tzinfo=timezone.utc))  # fmt: skip
    document = badges.sign(badges.build_endorsement(words), key, words.issued)
    with pytest.raises(ConflictError, match="one's own"):
        add_endorsement(alice, badge.public_id, badges.canonicalise(document))


def test_record_takes_own_badges_in_force_only(people: People):
    alice = people.alice
    product = make_product(alice)
    badge = make_badge(alice, product)
    with pytest.raises(InvalidValueError):
        service.issue_bundle(alice, [])
    with pytest.raises(NotFoundError):
        service.issue_bundle(people.bob, [badge.public_id])
    record = service.issue_bundle(alice, [badge.public_id])
    with pytest.raises(NotFoundError):
        service.issue_bundle(alice, [record.public_id])
    service.revoke_credential(alice, badge.public_id, "")
    with pytest.raises(ConflictError, match="revoked"):
        service.issue_bundle(alice, [badge.public_id])


def test_places_in_the_list_are_given_once(alice: Access):
    product = make_product(alice)
    for _ in range(5):
        make_badge(alice, product)
    places = Credential.objects.values_list("place", flat=True)
    assert len(set(places)) == 5
    assert None not in places


def test_signing_adds_no_evidence(alice: Access):
    product = make_product(alice)
    before = make_badge(alice, product)
    record_act(alice, "credential.issued", "credential", "x", {})
    after = service.issue_badge(alice, BadgeDraft("C03"))
    assert len(read(before)["evidence"]) == len(read(after)["evidence"])
