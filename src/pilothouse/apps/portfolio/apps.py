from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.apps import AppConfig

if TYPE_CHECKING:
    from pilothouse.apps.workspace.services.access import Access, ProductView
    from pilothouse.apps.workspace.services.jobs import JobContext
    from pilothouse.apps.workspace.services.ledger import ActView


class PortfolioConfig(AppConfig):
    name = "pilothouse.apps.portfolio"
    label = "portfolio"

    def ready(self) -> None:
        from pilothouse.apps.skills.services.contexts import register_contexts
        from pilothouse.apps.workspace.services.export import register_export
        from pilothouse.apps.workspace.services.jobs import register_handler
        from pilothouse.apps.workspace.services.ledger import register_private_acts

        register_handler("portfolio.build", _build)
        register_export("portfolio", _export)
        register_contexts(_read_contexts)
        # A journal is read by its person alone, who may show what was learned as work.
        register_private_acts("failure", "journal", "retrospective", is_work=True)


def _build(context: JobContext) -> dict[str, Any]:
    from pilothouse.apps.portfolio.services.building import run_build

    return run_build(context)


def _read_contexts(access: Access) -> Callable[[ActView], str]:
    from pilothouse.apps.portfolio.services.contexts import read_contexts

    return read_contexts(access).kind_of


def _export(products: Sequence[ProductView], folder: Path) -> int:
    from pilothouse.apps.portfolio.services.exporting import write_portfolio

    return write_portfolio(products, folder)
