"""Syncing documents with a folder: both ways, twice the same, interrupted, and under attack."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from pilothouse.apps.documents.services.details import set_status, update_document
from pilothouse.apps.documents.services.documents import (
    DocumentDraft,
    DocumentView,
    create_document,
    get_document,
    list_documents,
    save_document,
    set_document_deleted,
)
from pilothouse.apps.documents.services.vault_folder import STATE, VaultFolder
from pilothouse.apps.documents.services.vault_sync import SyncOffers, VaultSync, plan_vault_sync
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.engines.documents.frontmatter import split_front_matter
from pilothouse.kernel.errors import ConflictError, DamagedError, ForbiddenError, NotFoundError
from tests.builders import make_product

TODAY = date(2026, 11, 25)


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    folder = tmp_path / "vault"
    folder.mkdir()
    return folder


@pytest.fixture
def make(people, product):
    def create(title: str = "Plan", body: str = "# Why\n\nBecause.\n", **more) -> DocumentView:
        return create_document(people.alice, product, DocumentDraft(title, body, **more))

    return create


@pytest.fixture
def sync(people, product, vault):
    """Sync and give the counts that are not zero and not ``same``."""

    def run(offers: SyncOffers | None = None) -> dict[str, int]:
        planned = plan_vault_sync(people.alice, product, VaultFolder(vault))
        counts = planned.run(TODAY, offers)
        assert planned.troubles == []
        return {name: count for name, count in counts.items() if count and name != "same"}

    return run


@pytest.fixture
def plan(people, product, vault):
    def run() -> VaultSync:
        return plan_vault_sync(people.alice, product, VaultFolder(vault))

    return run


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def read(folder: Path, path: str) -> tuple[dict, str]:
    return split_front_matter((folder / path).read_text("utf-8"))


def edit(folder: Path, path: str, old: str, new: str) -> None:
    text = (folder / path).read_text("utf-8")
    assert old in text
    (folder / path).write_text(text.replace(old, new), "utf-8")


def saved(people, product, document: DocumentView, body: str, title: str = "") -> DocumentView:
    return save_document(
        people.alice, product, document.public_id, title=title or document.title, body=body,
        base=None,
    )  # fmt: skip


def test_a_document_becomes_a_file(vault, make, sync):
    document = make(body="Text — with é and no end", folder="plans/2027", kind="prd")
    assert sync() == {"write": 1}
    front, body = read(vault, "plans/2027/Plan.md")
    assert body == "Text — with é and no end"
    assert front == {
        "id": document.public_id, "title": "Plan", "kind": "prd", "status": "draft", "version": 1,
        "digest": document.digest,
    }  # fmt: skip


def test_a_second_sync_changes_nothing(vault, make, sync):
    first = make()
    make("Other", f"See [@Plan](mention:document/{first.public_id}).")
    (vault / "New.md").write_text("---\ntags: [a]\n---\nLinks to [[Plan]] and [[Later]].\n")
    (vault / "Later.md").write_text("Links to [[New]].\n")
    assert sync() == {"write": 2, "add": 2}
    before = snapshot(vault)
    assert sync() == {}
    assert snapshot(vault) == before


def test_a_changed_file_becomes_a_version(vault, make, sync, product):
    document = make()
    sync()
    edit(vault, "Plan.md", "Because.", "Because of Ann.")
    assert sync() == {"read": 1}
    after = get_document(product, document.public_id)
    assert (after.body, after.version) == ("# Why\n\nBecause of Ann.\n", 2)
    assert read(vault, "Plan.md")[0]["version"] == 2
    assert sync() == {}


def test_a_changed_document_goes_into_its_file(vault, make, sync, people, product):
    document = make()
    sync()
    saved(people, product, document, "New.")
    assert sync() == {"write": 1}
    assert read(vault, "Plan.md")[1] == "New."
    assert sync() == {}


def test_status_reaches_the_file_without_a_version(vault, make, sync, people, product):
    document = make()
    sync()
    set_status(people.alice, product, document.public_id, "published")
    assert sync() == {}
    assert read(vault, "Plan.md")[0]["status"] == "published"


def test_where_both_were_changed_both_are_kept(vault, make, sync, people, product):
    document = make()
    sync()
    saved(people, product, document, "Theirs.")
    edit(vault, "Plan.md", "Because.", "Mine.")
    assert sync() == {"conflict": 1}
    assert read(vault, "Plan.md")[1] == "Theirs."
    front, body = read(vault, "Plan (conflict 2026-11-25).md")
    assert (front["conflict-of"], body) == (document.public_id, "# Why\n\nMine.\n")
    assert get_document(product, document.public_id).body == "Theirs."
    assert sync() == {}
    assert len(list_documents(product)) == 1


def test_a_second_conflict_on_a_day_gets_a_number(vault, make, sync, people, product):
    document = make()
    sync()
    for text in ("one", "two"):
        saved(people, product, document, f"Theirs, {text}.")
        (vault / "Plan.md").write_text((vault / "Plan.md").read_text() + text)
        assert sync() == {"conflict": 1}
    names = sorted(path.name for path in vault.glob("*conflict*"))
    assert names == ["Plan (conflict 2026-11-25) 2.md", "Plan (conflict 2026-11-25).md"]


def test_titles_and_folders_move_files(vault, make, sync, people, product):
    document = make(folder="a")
    sync()
    saved(people, product, document, document.body, title="Plan: B")
    update_document(people.alice, product, document.public_id, {"folder": "b"})
    assert sync() == {"write": 1}
    assert [path for path in snapshot(vault) if path != STATE] == ["b/Plan B.md"]
    assert not (vault / "a").exists()
    assert sync() == {}


def test_renamed_and_moved_files_move_documents(vault, make, sync, product):
    document = make()
    sync()
    (vault / "old").mkdir()
    (vault / "Plan.md").rename(vault / "old" / "Plan C.md")
    assert sync() == {"read": 1}
    after = get_document(product, document.public_id)
    assert (after.title, after.folder) == ("Plan C", "old")
    assert sync() == {}


def test_mentions_are_wikilinks_and_follow_titles(vault, make, sync, people, product):
    plan = make()
    other = make("Other", f"See [@Plan](mention:document/{plan.public_id}).")
    sync()
    assert read(vault, "Other.md")[1] == "See [[Plan]]."
    saved(people, product, plan, plan.body, title="Scheme")
    sync()
    assert read(vault, "Other.md")[1] == "See [[Scheme|@Plan]]."
    edit(vault, "Other.md", "See", "Please see")
    sync()
    body = get_document(product, other.public_id).body
    assert body == f"Please see [@Plan](mention:document/{plan.public_id})."


def test_other_front_matter_is_kept(vault, make, sync, people, product):
    document = make()
    sync()
    edit(vault, "Plan.md", "kind: note", "kind: note\ntags:\n- one\naliases: [P]")
    assert sync() == {}
    assert read(vault, "Plan.md")[0]["tags"] == ["one"]
    saved(people, product, document, "New.")
    sync()
    assert read(vault, "Plan.md")[0]["aliases"] == ["P"]


def test_nothing_is_deleted_unless_asked_for(vault, make, sync, people, product):
    gone_here, gone_there = make("Here"), make("There")
    sync()
    set_document_deleted(people.alice, product, gone_here.public_id, is_deleted=True)
    (vault / "There.md").unlink()
    assert sync() == {}
    assert (vault / "Here.md").exists()
    assert get_document(product, gone_there.public_id).title == "There"
    assert sync(SyncOffers(write_missing=True)) == {"file-gone": 1}
    assert (vault / "There.md").exists()
    (vault / "There.md").unlink()
    assert sync(SyncOffers(delete_missing=True)) == {"file-gone": 1}
    with pytest.raises(NotFoundError):
        get_document(product, gone_there.public_id)
    assert get_document(product, gone_there.public_id, with_deleted=True).body


def test_new_files_wait_where_nobody_wants_them_in(vault, sync, product):
    (vault / "New.md").write_text("New.")
    assert sync(SyncOffers(add=False)) == {}
    assert list_documents(product) == []
    assert (vault / "New.md").read_text() == "New."


def test_other_files_are_left_alone(vault, make, sync):
    make()
    (vault / ".obsidian").mkdir()
    (vault / ".obsidian" / "note.md").write_text("x")
    (vault / "picture.png").write_bytes(b"\x89PNG")
    sync()
    assert (vault / ".obsidian" / "note.md").read_text() == "x"
    assert (vault / "picture.png").read_bytes() == b"\x89PNG"


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("latin.md", b"caf\xe9", "UTF-8"),
        ("head.md", b"---\na: &x 1\n---\n", "anchors"),
        ("large.md", b"x" * (4 * 1024**2 + 1), "4 MB"),
        ("long.md", b"x" * 600_000, "characters"),
        ("what?.md", b"x", "rename it"),
    ],
)
def test_files_that_cannot_come_in_are_told_and_left(vault, plan, product, name, data, why):
    (vault / name).write_bytes(data)
    planned = plan()
    assert [(step.action, step.path) for step in planned.steps] == [("refused", name)]
    assert why in planned.steps[0].why
    planned.run(TODAY)
    assert (vault / name).read_bytes() == data
    assert list_documents(product) == []


def test_links_to_elsewhere_are_refused(vault, plan, tmp_path, product):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key.md").write_text("secret")
    (vault / "file.md").symlink_to(secret / "key.md")
    (vault / "folder").symlink_to(secret)
    planned = plan()
    assert [(step.action, step.path) for step in planned.steps] == [
        ("refused", "file.md"),
        ("refused", "folder"),
    ]
    planned.run(TODAY)
    assert list_documents(product) == []
    assert (secret / "key.md").read_text() == "secret"


def test_a_folder_that_becomes_a_link_is_not_written_through(vault, make, plan, tmp_path):
    make(folder="plans")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    planned = plan()
    (vault / "plans").symlink_to(elsewhere)
    planned.run(TODAY)
    assert list(elsewhere.iterdir()) == []
    assert "link to elsewhere" in planned.troubles[0]


def test_pipes_and_devices_are_no_files(vault, plan):
    os.mkfifo(vault / "pipe.md")
    assert [(step.action, step.why) for step in plan().steps] == [
        ("refused", "it is no plain file")
    ]


def test_a_file_that_changes_meanwhile_is_not_overwritten(vault, make, sync, plan, people, product):
    document = make()
    sync()
    saved(people, product, document, "New.")
    planned = plan()
    edit(vault, "Plan.md", "Because.", "Typed just now.")
    planned.run(TODAY)
    assert "Typed just now." in (vault / "Plan.md").read_text()
    assert "changed meanwhile" in planned.troubles[0]
    assert sync() == {"conflict": 1}


def test_a_document_that_changes_meanwhile_is_not_overwritten(
    vault, make, sync, plan, people, product
):
    document = make()
    sync()
    edit(vault, "Plan.md", "Because.", "From the file.")
    planned = plan()
    saved(people, product, document, "Saved just now.")
    planned.run(TODAY)
    assert get_document(product, document.public_id).body == "Saved just now."
    assert sync() == {"conflict": 1}


@pytest.mark.parametrize("stop", range(1, 9))
def test_interrupted_anywhere_nothing_is_lost(
    stop, vault, make, sync, plan, people, product, monkeypatch
):
    """Stop at the n-th write of a file, without the record: the next sync mends it."""
    first, second = make("First", "1"), make("Second", "2")
    sync()
    saved(people, product, first, "1 changed")
    edit(vault, "Second.md", "\n2", "\n2 changed")
    (vault / "New.md").write_text("New with [[First]].")
    make("Fourth", "4")

    class Killed(BaseException):
        """As if the machine were switched off."""

    real, count = os.replace, 0

    def replace(source, target):
        nonlocal count
        count += 1
        if count >= stop:
            raise Killed
        real(source, target)

    planned = plan()
    with monkeypatch.context() as patched:
        patched.setattr("os.replace", replace)
        try:
            planned.run(TODAY)
        except Killed:
            assert count >= stop
    sync()
    texts = {each.title: each.body for each in list_documents(product)}
    assert texts == {
        "First": "1 changed", "Second": "2 changed", "Fourth": "4",
        "New": f"New with [@First](mention:document/{first.public_id}).",
    }  # fmt: skip
    assert sorted(path for path in snapshot(vault) if path != STATE) == [
        "First.md", "Fourth.md", "New.md", "Second.md",
    ]  # fmt: skip
    assert read(vault, "First.md")[1] == "1 changed"
    assert get_document(product, second.public_id).body == "2 changed"
    assert sync() == {}


def test_without_its_record_a_sync_compares_texts(vault, make, sync, people, product):
    one, two, three = make("One", "1"), make("Two", "2"), make("Three", "3")
    sync()
    (vault / STATE).unlink()
    saved(people, product, one, "1 changed")
    edit(vault, "Two.md", "\n2", "\n2 changed")
    assert sync() == {"write": 1, "read": 1}
    assert get_document(product, two.public_id).body == "2 changed"
    assert get_document(product, three.public_id).version == 1
    assert sync() == {}


def test_a_vault_belongs_to_one_product(vault, make, sync, people):
    make()
    sync()
    other = make_product(people.alice, "Other")
    with pytest.raises(ConflictError, match="another product"):
        plan_vault_sync(people.alice, other, VaultFolder(vault))


def test_a_damaged_record_is_told(vault, make, sync, plan):
    make()
    sync()
    (vault / STATE).write_text("{")
    with pytest.raises(DamagedError, match="Move it away"):
        plan()


def test_who_may_not_edit_may_not_sync(vault, people, product):
    with pytest.raises(ForbiddenError):
        plan_vault_sync(people.as_bob(Role.COMMENTER), product, VaultFolder(vault))


def test_the_ledger_tells_of_a_sync_that_did_something(vault, make, sync, people):
    make()
    sync()
    sync()
    acts = [act for act in list_acts(people.alice) if act.kind == "vault.synced"]
    assert [act.facts["write"] for act in acts] == [1]
