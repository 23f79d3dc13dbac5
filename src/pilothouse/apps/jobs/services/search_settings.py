"""How a person reads their own search: when silence counts, what they would be content with."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from pilothouse.apps.jobs.models import SearchSettings
from pilothouse.apps.workspace.services.access import Access
from pilothouse.engines.jobs import GHOST_DAYS
from pilothouse.kernel.errors import InvalidValueError

LEAST_DAYS, MOST_DAYS = 3, 365


@dataclass(frozen=True)
class SettingsView:
    """Days of silence, and two shares in 0..1. The shares are wishes to judge by, no facts."""

    ghost_days: int = GHOST_DAYS
    expected_talks: float = 0.1
    expected_offers: float = 0.2


def read_settings(access: Access) -> SettingsView:
    """One's own settings, or what holds for everybody who has none."""
    row = SearchSettings.objects.filter(
        workspace_id=access.workspace_id, user_id=access.user_id
    ).first()
    if row is None:
        return SettingsView()
    return SettingsView(row.ghost_days, row.expected_talks, row.expected_offers)


def save_settings(access: Access, settings: SettingsView) -> SettingsView:
    """Keep one's settings; every figure is reckoned anew by them."""
    if not LEAST_DAYS <= settings.ghost_days <= MOST_DAYS:
        raise InvalidValueError(
            f"silence counts after {LEAST_DAYS} to {MOST_DAYS} days.", value=settings.ghost_days
        )
    for share in (settings.expected_talks, settings.expected_offers):
        if not 0 < share < 1:
            raise InvalidValueError(
                "a share to be content with lies between 0 and 100 %.", value=f"{share:.3g}"
            )
    with transaction.atomic():
        SearchSettings.objects.update_or_create(
            workspace_id=access.workspace_id, user_id=access.user_id, defaults=vars(settings)
        )
    return settings
