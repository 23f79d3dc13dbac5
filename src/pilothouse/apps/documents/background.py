"""What the worker does for documents: looks whether the quoted numbers still stand."""

from __future__ import annotations

from pilothouse.apps.workspace.services.worker import register_tick

# Claims are also checked when somebody reads them; this is for what nobody opens.
CHECK_EVERY_S = 600.0


def register() -> None:
    """Tell the worker; called once at start."""
    register_tick(_check, CHECK_EVERY_S)


def _check() -> None:
    from pilothouse.apps.documents.models import Claim

    if Claim.objects.filter(is_quoted=True).exists():
        from pilothouse.apps.documents.services.rounds import check_all

        check_all()
