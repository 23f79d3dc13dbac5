"""Skills for programs."""

from __future__ import annotations

from ninja import Router

from pilothouse.apps.skills.cards_api import router as cards_router
from pilothouse.apps.skills.exercise_api import router as exercise_router
from pilothouse.apps.skills.guide_api import router as guide_router
from pilothouse.apps.skills.learn_api import router as learn_router

router = Router()
router.add_router("", learn_router)
router.add_router("", cards_router)
router.add_router("", exercise_router)
router.add_router("", guide_router)
