"""Checks, imports and exports of documents for programs."""

from __future__ import annotations

from ninja import Router

router = Router()
