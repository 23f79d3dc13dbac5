"""What programs may ask of exercises."""

from __future__ import annotations

from ninja import Router

router = Router()
