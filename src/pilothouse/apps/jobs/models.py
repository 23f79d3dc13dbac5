"""Tables of jobs. Everything belongs to one person in a workspace and is seen by nobody else."""

from __future__ import annotations

from django.db import models

import pilothouse.apps.jobs.interview_models  # noqa: F401
from pilothouse.apps.workspace.models import public_id_field


class PostingSource(models.TextChoices):
    """How a posting came in."""

    PASTE = "paste", "Pasted"
    ADDRESS = "address", "Fetched from its address"
    BOOKMARKLET = "bookmarklet", "Sent by the bookmarklet"


class Posting(models.Model):
    """A posting with its text as it was when it was saved: the page may be gone tomorrow."""

    public_id = public_id_field()
    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    title = models.CharField(max_length=200)
    company = models.CharField(max_length=200, blank=True)
    place = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=2000, blank=True)
    source = models.CharField(max_length=12, choices=PostingSource.choices)
    text = models.TextField()  # never changed after saving
    digest = models.CharField(max_length=64)  # SHA-256 of the text
    notes = models.TextField(blank=True)
    saved_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "user", "-id"], name="posting_newest")]


from pilothouse.apps.jobs.application_models import *  # noqa: E402, F403
from pilothouse.apps.jobs.offer_models import *  # noqa: E402, F403
from pilothouse.apps.jobs.resume_models import (  # noqa: E402, F401
    Resume,
    ResumeBuild,
    ResumeFact,
    ResumeFile,
    ResumeRevision,
)
