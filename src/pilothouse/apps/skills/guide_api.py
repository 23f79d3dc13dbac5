"""What programs may ask of the role guide, the FAQ, fit and the industries."""

from __future__ import annotations

from ninja import Router

router = Router()
