"""What programs may ask of study cards."""

from __future__ import annotations

from ninja import Router

router = Router()
