"""Random days of two editors: whatever they do, no text is lost and syncs come to rest."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from pilothouse.apps.documents.models import Version
from pilothouse.apps.documents.services.details import update_document
from pilothouse.apps.documents.services.documents import (
    DocumentDraft,
    create_document,
    list_documents,
    save_document,
    set_document_deleted,
)
from pilothouse.apps.documents.services.vault_folder import STATE, VaultFolder
from pilothouse.apps.documents.services.vault_sync import plan_vault_sync
from pilothouse.engines.documents.frontmatter import split_front_matter
from tests.apps.documents.test_vault import TODAY

TITLES = ["Plan", "plan", "Plan: B", "CON", "Ümlaut", "a/b", "[x]", "."]
FOLDERS = ["", "one", "one/two", "Q: 3"]


class Desk:
    """A product and a folder with somebody at each; remembers every text that was typed."""

    def __init__(self, people, product, folder: Path, seed: int) -> None:
        self.access, self.product, self.folder = people.alice, product, folder
        self.chance, self.typed, self.count = random.Random(seed), set(), 0

    def text(self) -> str:
        self.count += 1
        text = f"typed {self.count:03}"
        self.typed.add(text)
        return f"{text}\n" if self.chance.random() < 0.5 else text

    def files(self) -> list[Path]:
        return sorted(path for path in self.folder.rglob("*.md"))

    def documents(self):
        return sorted(list_documents(self.product), key=lambda each: each.id)

    def new_document(self) -> None:
        draft = DocumentDraft(
            self.chance.choice(TITLES), self.text(), folder=self.chance.choice(FOLDERS)
        )
        create_document(self.access, self.product, draft)

    def new_file(self) -> None:
        (self.folder / f"file {self.count}.md").write_text(self.text())

    def write_in_a_document(self) -> None:
        for each in self.documents()[:]:
            if self.chance.random() < 0.7:
                title = self.chance.choice([each.title, *TITLES])
                save_document(self.access, self.product, each.public_id, title=title,
                              body=self.text(), base=None)  # fmt: skip

    def move_a_document(self) -> None:
        for each in self.documents()[:1]:
            changes = {"folder": self.chance.choice(FOLDERS)}
            update_document(self.access, self.product, each.public_id, changes)

    def write_in_a_file(self) -> None:
        for path in self.files():
            if self.chance.random() < 0.7:
                path.write_text(f"{path.read_text()}{self.text()}")

    def rename_a_file(self) -> None:
        for path in self.files()[:1]:
            path.rename(path.with_name(f"renamed {self.count}.md"))

    def copy_a_file(self) -> None:
        for path in self.files()[:1]:
            (self.folder / f"copy {self.count}.md").write_bytes(path.read_bytes())

    def lose_the_record(self) -> None:
        (self.folder / STATE).unlink(missing_ok=True)

    def drop_a_file(self) -> None:
        for path in self.files()[-1:]:
            text = split_front_matter(path.read_text())[1]
            path.unlink()
            # What somebody deletes by hand is theirs to lose.
            kept = self.everything()
            self.typed -= {each for each in self.typed if each in text and each not in kept}

    def drop_a_document(self) -> None:
        for each in self.documents()[-1:]:
            set_document_deleted(self.access, self.product, each.public_id, is_deleted=True)

    def sync(self) -> dict[str, int]:
        planned = plan_vault_sync(self.access, self.product, VaultFolder(self.folder))
        counts = planned.run(TODAY)
        assert planned.troubles == []
        return counts

    def everything(self) -> str:
        versions = Version.objects.filter(document__product_id=self.product.id)
        return "\n".join(
            [*versions.values_list("body", flat=True), *(p.read_text() for p in self.files())]
        )


@pytest.mark.parametrize("seed", [1, 2, 5])
def test_no_text_is_lost_and_syncs_come_to_rest(seed, people, product, tmp_path):
    folder = tmp_path / "vault"
    folder.mkdir()
    desk = Desk(people, product, folder, seed)
    acts = [getattr(desk, name) for name in vars(Desk) if name.startswith(
        ("new_", "write_", "move_", "rename_", "copy_", "lose_", "drop_"))]  # fmt: skip
    for _ in range(6):
        for act in desk.chance.sample(acts, 6):
            act()
        desk.sync()
        whole = desk.everything()
        assert [text for text in sorted(desk.typed) if text not in whole] == []
        before = {path: path.read_bytes() for path in desk.files()}
        again = desk.sync()
        assert {name for name, count in again.items() if count} <= {"same"}
        assert {path: path.read_bytes() for path in desk.files()} == before
