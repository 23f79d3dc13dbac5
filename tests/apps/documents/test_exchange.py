"""Documents in from files and out again: preview, import, conflict, undo, export."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from pilothouse.apps.documents.services.documents import (
    DocumentDraft,
    create_document,
    get_document,
    list_documents,
    save_document,
)
from pilothouse.apps.documents.services.exchange import export_document, export_vault
from pilothouse.apps.documents.services.exchange_import import (
    import_documents,
    plan_documents,
    plan_import,
    run_import,
    stage_file,
    undo_import,
)
from pilothouse.apps.documents.services.exchange_read import read_incoming, read_one
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.engines.documents.docx_read import read_docx
from pilothouse.engines.documents.docx_write import write_docx
from pilothouse.kernel.errors import ConflictError, ForbiddenError, InvalidValueError, NotFoundError
from tests.apps.makers import browser_of

FEATURE = (
    "Feature: Pay\n\n  Scenario: card\n    Given a cart\n    When I pay\n    Then it is paid\n"
)


def zip_of(**files: bytes | str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        for name, data in files.items():
            target.writestr(name, data)
    return stream.getvalue()


@pytest.fixture
def take_in(people, product):
    """Import a file without asking."""

    def run(name: str, data: bytes | str):
        body = data.encode() if isinstance(data, str) else data
        planned = plan_documents(product, read_incoming(name, body))
        return import_documents(people.alice, product, [p for p in planned if p.is_taken], name, {})

    return run


def test_markdown_with_front_matter():
    (found,) = read_incoming("x.md", b"---\ntitle: A plan\nkind: prd\n---\n# Why\r\n")
    assert (found.title, found.kind, found.body) == ("A plan", "prd", "# Why\n")


def test_markdown_without_takes_its_heading_or_its_name_for_a_title():
    (found,) = read_incoming("x.md", b"# The plan\n\nText.\n")
    assert (found.title, found.body) == ("The plan", "Text.\n")
    (found,) = read_incoming("notes/x y.txt", b"Text\n# Later\n")
    assert (found.title, found.folder, found.body) == ("x y", "notes", "Text\n# Later\n")


def test_word_and_gherkin_come_in():
    (found,) = read_incoming("x.docx", write_docx("Plan", "## Why\n\n- a\n"))
    assert (found.title, found.body) == ("Plan", "## Why\n\n- a\n")
    (found,) = read_incoming("x.feature", FEATURE.encode())
    assert (found.title, found.kind) == ("Pay", "story")
    assert "- Given a cart" in found.body


def test_a_zip_holds_many_and_what_cannot_be_read_is_told():
    data = zip_of(**{
        "vault/A.md": "a", "vault/plans/B.md": "b", "vault/bad.md": b"\xff", "vault/p.png": b"x",
        "vault/.obsidian/x.md": "x", "__MACOSX/vault/A.md": "x", "vault/n.docx": b"x",
    })  # fmt: skip
    found = read_incoming("v.zip", data)
    assert [(each.title, each.folder, bool(each.trouble)) for each in found] == [
        ("A", "vault", False), ("B", "vault/plans", False), ("bad", "", True), ("n", "", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("x.csv", b"a", "come as"),
        ("x.md", b"\xff", "UTF-8"),
        ("x.zip", b"x", "unpacked"),
        ("x.zip", zip_of(a="x"), "no document"),
        ("x.zip", zip_of(**{f"{i}.md": "x" for i in range(301)}), "at most 300"),
        ("x.docx", b"x", "Word document"),
        ("x.feature", b"Given a", "line 1"),
    ],
)
def test_files_that_are_refused(name, data, why):
    with pytest.raises(InvalidValueError, match=why):
        read_incoming(name, data)


def test_paths_of_a_zip_lead_nowhere_else():
    found = read_one("../../etc/../x.md", b"a")
    assert (found.folder, found.title) == ("etc", "x")


def test_an_export_comes_back_as_the_same_document(people, product, take_in):
    document = create_document(people.alice, product, DocumentDraft("Plan", "Text\n", "prd"))
    exported = export_document(product, document, "md")
    assert exported.name == "Plan.md"
    (planned,) = plan_documents(product, read_incoming(exported.name, exported.body))
    assert planned.action == "same"
    assert take_in(exported.name, exported.body).created == ()


def test_a_file_edited_elsewhere_becomes_a_version(people, product, take_in):
    document = create_document(people.alice, product, DocumentDraft("Plan", "Text\n"))
    file = export_document(product, document, "md").body.replace(b"Text", b"New text")
    result = take_in("Plan.md", file)
    assert [each.public_id for each in result.updated] == [document.public_id]
    after = get_document(product, document.public_id)
    assert (after.body, after.version) == ("New text\n", 2)


def test_where_both_were_edited_both_are_kept(people, product, take_in):
    document = create_document(people.alice, product, DocumentDraft("Plan", "Text\n"))
    file = export_document(product, document, "md").body.replace(b"Text", b"Theirs")
    save_document(people.alice, product, document.public_id, title="Plan", body="Mine", base=None)
    (created,) = take_in("Plan.md", file).created
    assert created.title.startswith("Plan (conflict ")
    assert get_document(product, document.public_id).body == "Mine"


def test_an_import_is_undone_as_a_whole(people, product, take_in):
    document = create_document(people.alice, product, DocumentDraft("Plan", "Text\n"))
    file = export_document(product, document, "md").body.replace(b"Text", b"New")
    result = take_in("v.zip", zip_of(**{"Plan.md": file, "Other.md": "o"}))
    assert (len(result.created), len(result.updated)) == (1, 1)
    assert undo_import(people.alice, product, result.public_id) == 2
    (left,) = list_documents(product)
    assert (left.public_id, left.body, left.version) == (document.public_id, "Text\n", 3)
    kinds = [act.kind for act in list_acts(people.alice)]
    assert {"documents.imported", "documents.import-undone"} <= set(kinds)


def test_links_between_imported_files_become_mentions(product, take_in):
    created = take_in("v.zip", zip_of(**{"A.md": "See [[B]].", "B.md": "See [[A|it]]."})).created
    ids = {each.title: each.public_id for each in created}
    texts = {each.title: each.body for each in list_documents(product)}
    assert texts == {
        "A": f"See [@B](mention:document/{ids['B']}).",
        "B": f"See [it](mention:document/{ids['A']}).",
    }


def test_a_vault_as_a_zip_comes_back_unchanged(people, product):
    first = create_document(people.alice, product, DocumentDraft("A: b", "one", folder="x"))
    body = f"See [@A: b](mention:document/{first.public_id})."
    create_document(people.alice, product, DocumentDraft("a? B", body, folder="x"))
    file = export_vault(product)
    assert file.body == export_vault(product).body
    with zipfile.ZipFile(io.BytesIO(file.body)) as package:
        assert sorted(package.namelist()) == ["x/A b.md", "x/a B 2.md"]
        assert package.read("x/a B 2.md").endswith(b"See [[A b]].")


def test_features_come_from_criteria_only(people, product):
    empty = create_document(people.alice, product, DocumentDraft("Plan", "Text"))
    with pytest.raises(ConflictError, match="no acceptance criterion"):
        export_document(product, empty, "feature")
    (found,) = read_incoming("x.feature", FEATURE.encode())
    document = create_document(people.alice, product, DocumentDraft("Pay", found.body))
    assert export_document(product, document, "feature").body.decode() == FEATURE


def test_word_says_where_things_are_and_what_is_simulated(people, product):
    target = create_document(people.alice, product, DocumentDraft("Plan", "x"))
    body = f"See [@Plan](mention:document/{target.public_id})."
    document = create_document(people.alice, product, DocumentDraft("Other", body))
    file = export_document(product, document, "docx", lambda url: f"https://a.example{url}")
    text = read_docx(file.body)
    assert f"[@Plan](https://a.example{target.url})" in text.body
    assert "Beacon. Note, draft, version 1" in text.body


def test_who_may_not_edit_may_not_import(people, product):
    with pytest.raises(ForbiddenError):
        stage_file(people.as_bob(Role.COMMENTER), product, "a.md", [b"a"])


def test_a_staged_file_is_good_for_whom_and_where_it_was_handed_in(people, product, data_folder):
    token = stage_file(people.alice, product, "a.md", [b"a"])
    assert [each.action for each in plan_import(people.alice, product, token)] == ["new"]
    with pytest.raises(InvalidValueError, match="elsewhere"):
        plan_import(people.bob, product, token)
    with pytest.raises(InvalidValueError, match="too long ago"):
        plan_import(people.alice, product, token + "x")
    run_import(people.alice, product, token)
    assert not list((data_folder / "uploads").iterdir())
    with pytest.raises(NotFoundError, match="is gone"):
        run_import(people.alice, product, token)


def test_a_refused_file_leaves_nothing_behind(people, product, data_folder):
    with pytest.raises(InvalidValueError):
        stage_file(people.alice, product, "a.md", [b"\xff"])
    assert not list((data_folder / "uploads").iterdir())


def upload(browser, product, name: str, data: bytes, **options):
    url = f"/p/{product.public_id}/documents/import/"
    return browser.post(url, {"file": SimpleUploadedFile(name, data)}, **options)


def test_the_page_shows_then_imports_then_undoes(people, product):
    browser = browser_of(people.alice)
    page = upload(browser, product, "v.zip", zip_of(**{"A.md": "a", "B.md": "b"}), follow=True)
    assert page.status_code == 200
    assert list_documents(product) == []
    token = page.context["token"]
    done = browser.post(
        f"/p/{product.public_id}/documents/import/run/",
        {"token": token, "take": ["1"], "kind-1": "prd"}, follow=True,
    )  # fmt: skip
    (document,) = list_documents(product)
    assert (document.title, document.kind) == ("B", "prd")
    undo = f"/p/{product.public_id}/documents/import/{document.exchange['import']['id']}/undo/"
    assert undo in done.content.decode()
    browser.post(undo)
    assert list_documents(product) == []


def test_the_page_is_shown_again_with_what_was_chosen(people, product):
    browser = browser_of(people.alice)
    page = upload(browser, product, "v.zip", zip_of(**{"A.md": "a", "B.md": "b"}), follow=True)
    url = f"/p/{product.public_id}/documents/import/run/"
    again = browser.post(url, {"token": page.context["token"]})
    assert (again.status_code, list_documents(product)) == (400, [])
    assert b"nothing was chosen" in again.content
    assert b'aria-label="Import A">' in again.content


def test_a_bad_file_is_told_on_the_page(people, product):
    page = upload(browser_of(people.alice), product, "a.exe", b"MZ")
    assert page.status_code == 400
    assert b"documents come as" in page.content


def test_files_are_given_to_save(people, product):
    document = create_document(people.alice, product, DocumentDraft("Plan é", "Text"))
    browser = browser_of(people.alice)
    answer = browser.get(f"{document.url}export/docx/")
    assert answer["Content-Disposition"] == "attachment; filename*=UTF-8''Plan%20%C3%A9.docx"
    assert read_docx(answer.content).title == "Plan é"
    assert browser.get(f"{document.url}export/pdf/").status_code == 404
    assert browser.get(f"{document.url}export/feature/").status_code == 409
    vault = browser.get(f"/p/{product.public_id}/documents/vault.zip")
    assert zipfile.ZipFile(io.BytesIO(vault.content)).namelist() == ["Plan é.md"]


def test_old_staged_files_are_forgotten(people, product, data_folder: Path, monkeypatch):
    stage_file(people.alice, product, "a.md", [b"a"])
    monkeypatch.setattr("time.time", lambda: 4e9)
    stage_file(people.alice, product, "b.md", [b"b"])
    assert [path.read_bytes() for path in (data_folder / "uploads").iterdir()] == [b"b"]
