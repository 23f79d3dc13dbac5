"""Jobs for programs. Everything belongs to the person whose token asks.

A read-only token reads; one that may write needs a member of the role commenter or higher. Each
part of jobs has a router of its own.
"""

from __future__ import annotations

from ninja import Router

from pilothouse.apps.jobs.application_api import router as application_router
from pilothouse.apps.jobs.application_import_api import router as application_import_router
from pilothouse.apps.jobs.application_parts_api import router as application_parts_router
from pilothouse.apps.jobs.interview_api import router as interview_router
from pilothouse.apps.jobs.interview_model_api import router as interview_model_router
from pilothouse.apps.jobs.interview_recording_api import router as interview_recording_router
from pilothouse.apps.jobs.letter_api import router as letter_router
from pilothouse.apps.jobs.offer_api import router as offer_router
from pilothouse.apps.jobs.posting_api import router as posting_router
from pilothouse.apps.jobs.resume_api import router as resume_router

router = Router()
router.add_router("", posting_router)
router.add_router("", application_router)
router.add_router("", application_import_router)
router.add_router("", application_parts_router)
router.add_router("", resume_router)
router.add_router("", interview_router)
router.add_router("", interview_model_router)
router.add_router("", interview_recording_router)
router.add_router("", offer_router)
router.add_router("", letter_router)
