from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from pilothouse.apps.workspace.services.access import ProductView


class PeopleConfig(AppConfig):
    name = "pilothouse.apps.people"
    label = "people"

    def ready(self) -> None:
        from pilothouse.apps.workspace.services.export import register_export
        from pilothouse.apps.workspace.services.ledger import register_private_acts

        # Who spoke with whom is nobody else's business, also where no name is said.
        register_private_acts(
            "calendar", "contact", "contacts", "event", "favour", "follow-up", "introduction",
            "outreach", "pitch", "talk", "target", "thanks", "value",
        )  # fmt: skip
        # A stakeholder mapped and a talk given are work that one may show, oneself.
        register_private_acts("post", "stakeholder", is_work=True)
        register_export("people", _export)


def _export(products: Sequence[ProductView], folder: Path) -> int:
    from pilothouse.apps.people.services.exporting import write_people

    return write_people(products, folder)
