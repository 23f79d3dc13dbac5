"""The plan of a sync: every combination of what may have happened on both sides."""

from __future__ import annotations

import pytest

from pilothouse.engines.documents.vault import (
    VaultAction,
    VaultDocument,
    VaultFile,
    VaultRecord,
    VaultStep,
    plan_sync,
    summarize,
)

BEFORE, AFTER, OTHER = "text 1", "text 2", "text 3"


def file_of(
    text: str = BEFORE, path: str = "Plan.md", id_: str = "d1", folder: str = "", base: str = BEFORE
) -> VaultFile:
    return VaultFile(path, f"bytes of {text}", id_, "Plan", folder, base, text)


def document_of(
    text: str = BEFORE, id_: str = "d1", title: str = "Plan", folder: str = ""
) -> VaultDocument:
    return VaultDocument(id_, title, folder, text)


def record_of(
    text: str = BEFORE, path: str = "Plan.md", id_: str = "d1", folder: str = ""
) -> VaultRecord:
    return VaultRecord(id_, path, "Plan", folder, text, f"bytes of {text}")


def step_of(files, documents, records, deleted=frozenset()) -> VaultStep:
    (step,) = plan_sync(files, documents, records, deleted)
    return step


@pytest.mark.parametrize(
    ("document", "file", "record", "action"),
    [
        (BEFORE, BEFORE, BEFORE, VaultAction.SAME),
        (AFTER, BEFORE, BEFORE, VaultAction.WRITE),
        (BEFORE, AFTER, BEFORE, VaultAction.READ),
        (AFTER, OTHER, BEFORE, VaultAction.CONFLICT),
        (AFTER, AFTER, BEFORE, VaultAction.SAME),
        # No record: the file says which version it was made from.
        (BEFORE, BEFORE, None, VaultAction.SAME),
        (AFTER, BEFORE, None, VaultAction.WRITE),
        (BEFORE, AFTER, None, VaultAction.READ),
        (AFTER, OTHER, None, VaultAction.CONFLICT),
    ],
)
def test_where_one_side_moved_the_other_follows(document, file, record, action):
    records = [record_of(record)] if record else []
    assert step_of([file_of(file)], [document_of(document)], records).action == action


def test_a_new_document_gets_a_file_in_its_folder():
    step = step_of([], [document_of(title="A: b", folder="plans/x")], [])
    assert (step.action, step.path) == (VaultAction.WRITE, "plans/x/A b.md")


def test_two_titles_that_are_one_name_get_two_files():
    documents = [document_of(id_="d1", title="PLAN"), document_of(id_="d2", title="plan?")]
    steps = plan_sync([file_of(OTHER, id_="", path="pLaN.md")], documents, [])
    written = {step.document_id: step.path for step in steps if step.document_id}
    assert written == {"d1": "PLAN 2.md", "d2": "plan 3.md"}


def test_a_document_with_another_title_moves_its_file():
    step = step_of([file_of()], [document_of(AFTER, title="Plan B")], [record_of()])
    assert (step.action, step.path, step.before) == (VaultAction.WRITE, "Plan B.md", "Plan.md")


def test_a_document_in_another_folder_moves_its_file():
    step = step_of([file_of()], [document_of(folder="old")], [record_of()])
    assert (step.action, step.path, step.before) == (VaultAction.WRITE, "old/Plan.md", "Plan.md")


def test_a_file_in_another_folder_moves_its_document():
    file = file_of(path="old/Plan.md", folder="old")
    assert step_of([file], [document_of()], [record_of()]).action == VaultAction.READ


@pytest.mark.parametrize(
    ("files", "documents", "records", "deleted", "action"),
    [
        ([], [document_of()], [record_of()], (), VaultAction.FILE_GONE),
        ([file_of()], [], [record_of()], (), VaultAction.DOCUMENT_GONE),
        ([file_of()], [], [], ("d1",), VaultAction.DOCUMENT_GONE),
        ([file_of()], [], [], (), VaultAction.ADD),
        ([file_of(id_="")], [], [], (), VaultAction.ADD),
        ([VaultFile("a.md", "x", trouble="no UTF-8")], [], [], (), VaultAction.REFUSED),
        ([VaultFile("a.md", "x", "d1", is_conflict=True)], [], [], (), VaultAction.WAITING),
    ],
)
def test_where_a_side_is_gone_or_new(files, documents, records, deleted, action):
    assert step_of(files, documents, records, frozenset(deleted)).action == action


def test_a_file_that_lost_its_id_is_found_by_its_text():
    step = step_of([file_of(id_="")], [document_of()], [])
    assert (step.action, step.document_id) == (VaultAction.SAME, "d1")


def test_a_copied_file_is_a_new_document():
    copy = file_of(path="A copy.md")
    steps = plan_sync([copy, file_of()], [document_of()], [record_of()])
    assert [(step.path, step.action) for step in steps] == [
        ("A copy.md", VaultAction.ADD),
        ("Plan.md", VaultAction.SAME),
    ]
    assert summarize(steps)["add"] == 1
