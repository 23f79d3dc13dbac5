"""Documents are saved, compared and taken back without anything getting lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.apps.documents.services.attention import list_attention
from pilothouse.apps.documents.services.copying import copy_document
from pilothouse.apps.documents.services.details import set_status, update_document
from pilothouse.apps.documents.services.documents import (
    DocumentDraft,
    EditConflictError,
    create_document,
    get_document,
    list_documents,
    save_document,
    set_document_deleted,
)
from pilothouse.apps.documents.services.drafts import get_draft, keep_draft
from pilothouse.apps.documents.services.mentions import list_mentioning
from pilothouse.apps.documents.services.templates import get_template, list_templates
from pilothouse.apps.documents.services.texts import (
    clean_body,
    clean_folder,
    mentioned,
    quoted_claims,
    rename_claims,
    replace_quotation,
)
from pilothouse.apps.documents.services.versions import (
    compare_texts,
    get_version,
    list_versions,
    restore_version,
)
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.search import search
from pilothouse.kernel.errors import ForbiddenError, InvalidValueError, NotFoundError
from tests.apps.documents.makers import acts, make_document, write


def test_every_save_is_a_version_and_an_act(people, product):
    document = make_document(people.alice, product, body="One.\r\nTwo.")
    changed = write(people.alice, product, document, "One.\nThree.")
    assert (document.body, changed.version) == ("One.\nTwo.", 2)
    assert [v.number for v in list_versions(product, document.public_id)] == [2, 1]
    assert get_version(product, document.public_id, 1).body == "One.\nTwo."
    act = acts(people.alice, "document.changed")[0]
    assert '"version":2' in str(act.facts).replace("'", '"').replace(" ", "")
    assert act.facts["digest"] == changed.digest


def test_the_same_text_again_makes_no_version(people, product):
    document = make_document(people.alice, product)
    again = write(people.alice, product, document, document.body + "\r\n".replace("\r\n", ""))
    assert again.version == 1
    assert acts(people.alice, "document.changed") == []


def test_nobody_overwrites_what_they_have_not_seen(people, product):
    document = make_document(people.alice, product)
    write(people.alice, product, document, "Hers.")
    with pytest.raises(EditConflictError) as refused:
        write(people.bob, product, document, "His.")
    assert refused.value.current.body == "Hers."
    assert get_document(product, document.public_id).version == 2


def test_without_a_base_a_program_saves_over_anything(people, product):
    document = make_document(people.alice, product)
    write(people.alice, product, document, "Hers.")
    saved = save_document(
        people.bob, product, document.public_id, title="Plan", body="His.", base=None
    )
    assert (saved.version, saved.body) == (3, "His.")


def test_drafts_belong_to_one_member_and_end_with_saving(people, product):
    document = make_document(people.alice, product)
    typed = {"title": "Plan", "body": "Half a sen", "base": document.digest}
    keep_draft(people.alice, product, document.public_id, **typed)
    assert get_draft(people.bob, product, document.public_id) is None
    assert get_draft(people.alice, product, document.public_id).body == "Half a sen"
    write(people.alice, product, document, "Half a sentence.")
    assert get_draft(people.alice, product, document.public_id) is None


def test_a_draft_that_says_what_stands_is_dropped(people, product):
    document = make_document(people.alice, product)
    typed = {"title": "Plan", "base": document.digest}
    keep_draft(people.alice, product, document.public_id, body="Other", **typed)
    kept = keep_draft(people.alice, product, document.public_id, body=document.body, **typed)
    assert kept is None
    assert get_draft(people.alice, product, document.public_id) is None


def test_an_earlier_version_comes_back_as_a_new_one(people, product):
    document = make_document(people.alice, product, body="First.")
    write(people.alice, product, document, "Second.")
    back = restore_version(people.alice, product, document.public_id, 1)
    assert (back.version, back.body) == (3, "First.")
    with pytest.raises(NotFoundError):
        restore_version(people.alice, product, document.public_id, 9)


def test_publishing_records_the_exact_version(people, product):
    document = make_document(people.alice, product)
    set_status(people.alice, product, document.public_id, "published")
    facts = acts(people.alice, "document.published")[0].facts
    assert (facts["version"], facts["digest"]) == (1, document.digest)
    assert facts["claims"] == {"fresh": 0, "stale": 0, "broken": 0, "unknown": 0}


def test_a_review_is_asked_of_a_member_and_stands_on_their_today(people, product):
    document = make_document(people.alice, product)
    today = product.now.date()
    asked = set_status(
        people.alice, product, document.public_id, "review", reviewer=people.bob.user_public_id
    )
    assert asked.reviewer_name == "Bob"
    assert [a.url for a in list_attention(people.bob, product, today)] == [document.url]
    assert list_attention(people.alice, product, today) == []
    set_status(people.alice, product, document.public_id, "draft")
    assert list_attention(people.bob, product, today) == []
    with pytest.raises(InvalidValueError):
        set_status(
            people.alice, product, document.public_id, "review",
            reviewer=people.charlie.user_public_id,
        )  # fmt: skip


def test_details_change_without_a_version(people, product):
    document = make_document(people.alice, product)
    moved = update_document(
        people.alice, product, document.public_id,
        {"folder": "/plans//2027/", "kind": "prd", "owner": people.bob.user_public_id},
    )  # fmt: skip
    assert (moved.folder, moved.kind, moved.owner_name) == ("plans/2027", "prd", "Bob")
    assert moved.version == 1
    with pytest.raises(InvalidValueError):
        update_document(people.alice, product, document.public_id, {"status": "published"})


def test_deleting_can_be_undone_and_is_not_found_meanwhile(people, product):
    document = make_document(people.alice, product, "Zebra plan")
    set_document_deleted(people.alice, product, document.public_id, is_deleted=True)
    assert list_documents(product) == search(people.alice, "zebra") == []
    with pytest.raises(NotFoundError):
        get_document(product, document.public_id)
    set_document_deleted(people.alice, product, document.public_id, is_deleted=False)
    assert [hit.title for hit in search(people.alice, "zebra")] == ["Zebra plan"]


def test_lists_filter_by_folder_words_and_state(people, product):
    alice = people.alice
    create_document(alice, product, DocumentDraft("One", "apples", folder="a/b"))
    two = create_document(alice, product, DocumentDraft("Two", "pears", "prd", folder="ab"))
    set_status(alice, product, two.public_id, "archived")

    def titles(**asked):
        return [each.title for each in list_documents(product, **asked)]

    assert titles() == titles(folder="a") == titles(text="APPLE") == ["One"]
    assert titles(status="archived") == titles(kind="prd", with_archived=True) == ["Two"]


def test_copies_and_mentions(people, product):
    source = make_document(people.alice, product, "Source")
    body = f"See [@Source](mention:document/{source.public_id})."
    pointing = make_document(people.alice, product, "Pointing", body)
    copied = copy_document(people.bob, product, pointing.public_id)
    assert (copied.title, copied.body, copied.owner_name) == ("Pointing (copy)", body, "Bob")
    found = list_mentioning(product, "document", source.public_id)
    assert {each.title for each in found} == {"Pointing", "Pointing (copy)"}


def test_viewers_write_nothing(people, product):
    viewer = people.as_bob(Role.COMMENTER)
    document = make_document(people.alice, product)
    with pytest.raises(ForbiddenError):
        write(viewer, product, document, "His.")
    with pytest.raises(ForbiddenError):
        set_status(viewer, product, document.public_id, "published")
    with pytest.raises(ForbiddenError):
        create_document(viewer, product, DocumentDraft("His"))


@pytest.mark.parametrize("title", ["", "  ", "x" * 201])
def test_titles_have_1_to_200_characters(people, product, title):
    with pytest.raises(InvalidValueError, match="1 to 200"):
        create_document(people.alice, product, DocumentDraft(title))


def test_comparisons_leave_out_long_unchanged_stretches():
    before = "\n".join(f"line {n}" for n in range(30))
    found = compare_texts(before, before.replace("line 20", "line twenty"))
    assert (found.added, found.removed) == (1, 1)
    assert [(block.skipped, len(block.lines)) for block in found.blocks] == [(17, 8), (6, 0)]
    assert compare_texts(before, before).is_same


@given(st.text(max_size=60))
def test_folders_come_out_the_same_a_second_time(text):
    folder = clean_folder(text)
    assert clean_folder(folder) == folder
    assert not folder.startswith("/")
    assert ".." not in folder.split("/")


@given(st.text(max_size=200))
def test_bodies_come_out_the_same_a_second_time(text):
    body = clean_body(text)
    assert clean_body(body) == body
    assert "\r" not in body


def test_quotations_are_found_and_replaced_one_by_one():
    body = "From [1 %](claim:bcdfghjkmnpq) to [2 %](claim:bcdfghjkmnpr), [1 %](claim:short)."
    assert quoted_claims(body) == {"bcdfghjkmnpq": "1 %", "bcdfghjkmnpr": "2 %"}
    assert "[3 %](claim:bcdfghjkmnpr)" in replace_quotation(body, "bcdfghjkmnpr", "3 %")
    assert "[1 %](claim:bcdfghjkmnpq)" in replace_quotation(body, "bcdfghjkmnpr", "3 %")
    assert quoted_claims(rename_claims(body, {"bcdfghjkmnpq": "z" * 12}))["z" * 12] == "1 %"
    assert mentioned("[@a](mention:item/x1) [b](mention:item/x1)") == [("item", "x1")]


@pytest.mark.parametrize("template", list_templates(), ids=lambda template: template.key)
def test_templates_are_whole(template):
    assert get_template(template.key) == template
    assert template.when.endswith(".")
    assert "<!--" in template.body
    assert template.body.count("<!--") == template.body.count("-->")
    assert len(template.sections) >= 4
    assert create_kind(template.kind)


def create_kind(kind: str) -> str:
    return DocumentDraft("T", kind=kind).checked().kind
