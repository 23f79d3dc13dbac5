"""Portfolio for programs."""

from __future__ import annotations

from ninja import Router

from pilothouse.apps.portfolio.credential_api import router as credential_router

router = Router()
router.add_router("", credential_router)
