"""What programs may ask of the learning plan and the library."""

from __future__ import annotations

from ninja import Router

router = Router()
