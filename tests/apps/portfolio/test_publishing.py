"""What leaves: only what was previewed, with hidden words gone from every byte."""

from __future__ import annotations

import io
import json

import pytest

from pilothouse.apps.portfolio.services.contexts import declare_context
from pilothouse.apps.portfolio.services.drafts import draft_pdf
from pilothouse.apps.portfolio.services.pictures import add_picture, read_picture
from pilothouse.apps.portfolio.services.publishing import (
    list_published,
    preview_study,
    publish_study,
    unpublish_study,
)
from pilothouse.apps.portfolio.services.site import publish_site, read_publication
from pilothouse.apps.portfolio.services.studies import (
    StudyDraft,
    get_study,
    save_study,
    set_redactions,
    set_study_deleted,
)
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.apps.workspace.services.search import search
from pilothouse.engines.portfolio import Redaction
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from tests.apps.makers import browser_of
from tests.apps.portfolio.makers import NONE, published, reading, study
from tests.apps.portfolio.rows import tiny_picture

ACME = [Redaction("Acme", "a bank")]


def test_only_what_was_previewed_is_published(people, product):
    made = study(people.alice, reading(people.alice, product))
    seen = preview_study(people.alice, made.public_id).digest
    set_redactions(people.alice, made.public_id, ACME)
    with pytest.raises(ConflictError, match="not what was previewed"):
        publish_study(people.alice, made.public_id, seen)
    again = preview_study(people.alice, made.public_id)
    assert publish_study(people.alice, made.public_id, again.digest).is_published
    ((_, content),) = list_published(people.alice)
    assert content == again.content
    act = list_acts(people.alice, limit=1)[0]
    assert (act.kind, act.facts["digest"]) == ("case-study.published", again.digest)


def test_a_later_text_does_not_leave_by_itself(people, product):
    made = published(people.alice, reading(people.alice, product))
    save_study(people.alice, made.public_id, StudyDraft("Secret plans", confidentiality="mine"))
    assert get_study(people.alice, made.public_id).is_ahead
    publish_site(people.alice)
    _, files = read_publication(people.alice)
    assert b"Secret plans" not in b"".join(files.values())


def test_a_study_that_does_not_compile_is_not_published(people, product):
    act = reading(people.alice, product)
    made = study(people.alice, act, sections=NONE | {"result": "It grew by 40 %."})
    with pytest.raises(InvalidValueError, match="40 %"):
        publish_study(
            people.alice, made.public_id, preview_study(people.alice, made.public_id).digest
        )


@pytest.mark.parametrize("word", ["undecided", "secret"])
def test_what_may_not_leave_stays(word: str, people, product):
    made = study(people.alice, reading(people.alice, product), confidentiality=word)
    seen = preview_study(people.alice, made.public_id)
    assert seen.obstacle
    with pytest.raises(ConflictError):
        publish_study(people.alice, made.public_id, seen.digest)


def test_work_for_an_employer_needs_their_word(people, product):
    declare_context(people.alice, product, "employment")
    act = reading(people.alice, product)
    mine = study(people.alice, act)
    assert "employer" in preview_study(people.alice, mine.public_id).obstacle
    theirs = study(people.alice, act, confidentiality="allowed")
    assert preview_study(people.alice, theirs.public_id).obstacle == ""


def test_hidden_words_are_in_no_byte_that_leaves(people, product):
    picture = add_picture(people.alice, [tiny_picture()], "Acme's first screen")
    act = reading(people.alice, product, name="Finished at ACME")
    text = f"{picture.markdown}\n\n[Acme](https://acme.example/) is where."
    made = study(people.alice, act)
    draft = StudyDraft(
        made.title, made.summary, {**made.sections, "people": text}, confidentiality="mine"
    )
    save_study(people.alice, made.public_id, draft)
    set_redactions(people.alice, made.public_id, ACME)
    seen = preview_study(people.alice, made.public_id)
    assert seen.replaced >= 5
    publish_study(people.alice, made.public_id, seen.digest)
    publish_site(people.alice)
    _, files = read_publication(people.alice)
    for path, body in files.items():
        assert "acme" not in path.lower()
        assert b"acme" not in body.lower(), path
    from pypdf import PdfReader

    for path in (p for p in files if p.endswith(".pdf")):
        pages = PdfReader(io.BytesIO(files[path])).pages
        assert "acme" not in "".join(page.extract_text() for page in pages).lower()
    assert "Acme" in get_study(people.alice, made.public_id).title, "one's own text stays"


@pytest.mark.parametrize(
    "text", ["Ac**me** did.", "&#65;cme did.", "A\u200bcme did.", "Ac<!---->me"]
)
def test_a_hidden_word_that_marks_would_show_stops_it(text: str, people, product):
    made = study(people.alice, reading(people.alice, product))
    sections = {**made.sections, "people": text}
    save_study(
        people.alice, made.public_id, StudyDraft("T", sections=sections, confidentiality="mine")
    )
    set_redactions(people.alice, made.public_id, ACME)
    seen = preview_study(people.alice, made.public_id)
    assert ("can still be read" in seen.obstacle) == ("<!--" not in text)


def test_names_that_the_workspace_knows_are_pointed_at(people, product):
    sections = NONE | {"result": f"Bob of {product.name} helped. Write to bob@example.org."}
    made = study(people.alice, reading(people.alice, product), sections=sections)
    found = {each.text for each in preview_study(people.alice, made.public_id).exposures}
    assert {"Bob", product.name, "bob@example.org"} <= found


def test_published_pieces_are_found_by_what_left(people, product):
    made = study(people.alice, reading(people.alice, product))
    set_redactions(people.alice, made.public_id, ACME)
    assert search(people.bob, "shorter form") == []
    publish_study(people.alice, made.public_id, preview_study(people.alice, made.public_id).digest)
    (hit,) = search(people.bob, "shorter form")
    page = browser_of(people.bob).get(hit.url).content.decode()
    assert "How a bank asked less" in page
    assert "Acme" not in page
    unpublish_study(people.alice, made.public_id)
    assert search(people.bob, "shorter form") == []
    assert browser_of(people.bob).get(hit.url).status_code == 404
    assert list_acts(people.alice, limit=1)[0].kind == "case-study.unpublished"


def test_an_address_does_not_keep_a_word_that_was_hidden_later(people, product):
    made = published(people.alice, reading(people.alice, product))
    assert made.slug == "how-acme-asked-less"
    set_redactions(people.alice, made.public_id, ACME)
    seen = preview_study(people.alice, made.public_id)
    again = publish_study(people.alice, made.public_id, seen.digest)
    assert again.slug == "how-a-bank-asked-less"


def test_an_act_of_somebody_else_is_said_to_be_theirs(people, product):
    made = study(people.alice, reading(people.bob, product))
    (note,) = preview_study(people.alice, made.public_id).content["notes"]
    assert note["context"] == "Own product, by somebody else"


def test_addresses_of_the_workbench_do_not_leave(people, product):
    text = f"[the board](/p/{product.public_id}/backlog/) and [web](https://a.example)"
    sections = NONE | {"result": text}
    published(people.alice, reading(people.alice, product), sections=sections)
    publish_site(people.alice)
    _, files = read_publication(people.alice)
    assert all(product.public_id not in p.decode() for k, p in files.items() if k.endswith("html"))


def test_a_published_piece_is_not_deleted(people, product):
    made = published(people.alice, reading(people.alice, product))
    with pytest.raises(ConflictError):
        set_study_deleted(people.alice, made.public_id, is_deleted=True)


def test_a_replacement_may_not_say_the_word(people, product):
    made = study(people.alice, reading(people.alice, product))
    for bad in (Redaction("Acme", "ACME Inc"), Redaction("A", "b"), Redaction("Acme", " ")):
        with pytest.raises(InvalidValueError):
            set_redactions(people.alice, made.public_id, [bad])


def test_pictures_are_drawn_anew(people):
    from PIL import Image
    from PIL.ExifTags import Base

    exif = Image.Exif()
    exif[Base.Make] = "SecretCamera"
    exif[Base.GPSInfo] = {1: "N", 2: (52.5, 0.0, 0.0)}
    target = io.BytesIO()
    Image.new("RGB", (2000, 1000), "blue").save(target, "JPEG", exif=exif, comment=b"SecretPlace")
    picture = add_picture(people.alice, [target.getvalue()], "A blue field")
    assert (picture.width, picture.height) == (1600, 800)
    media_type, data = read_picture(people.alice, picture.public_id)
    assert media_type == "image/jpeg"
    assert b"Secret" not in data
    with Image.open(io.BytesIO(data)) as opened:
        assert not dict(opened.getexif())
    with pytest.raises(NotFoundError):
        read_picture(people.bob, picture.public_id)


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"<svg onload='x'/>"])
def test_other_files_are_no_pictures(data: bytes, people):
    with pytest.raises(InvalidValueError):
        add_picture(people.alice, [data], "A picture")


def test_a_picture_needs_words_and_has_a_limit(people):
    with pytest.raises(InvalidValueError):
        add_picture(people.alice, [tiny_picture()], "")
    with pytest.raises(InvalidValueError, match="10 MB"):
        add_picture(people.alice, [b"x" * 2**20] * 11, "Too large")


def test_the_draft_as_a_pdf_says_that_it_is_one(people, product):
    from pypdf import PdfReader

    made = study(people.alice, reading(people.alice, product), title="#panic() $x$ \\ *T*")
    text = PdfReader(io.BytesIO(draft_pdf(people.alice, made.public_id))).pages[0].extract_text()
    assert "Draft: #panic() $x$ \\ *T*" in text
    assert "64.6 %" in text


def test_the_api_publishes_only_what_was_seen(people, product):
    from django.test import Client

    from pilothouse.apps.workspace.services.login import create_token

    made = study(people.alice, reading(people.alice, product))
    token = create_token(people.alice, "t", is_read_only=False)
    headers = {"Authorization": f"Bearer {token}"}
    url = f"/api/v1/portfolio/studies/{made.public_id}"
    seen = Client().get(f"{url}/preview", headers=headers).json()["seen"]
    body = {"content_type": "application/json", "headers": headers}
    assert Client().post(f"{url}/publish", {"seen": "x"}, **body).status_code == 409
    answer = Client().post(f"{url}/publish", json.dumps({"seen": seen}), **body)
    assert answer.json()["published_version"] == 1
