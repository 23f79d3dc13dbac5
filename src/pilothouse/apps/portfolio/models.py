"""Tables of the portfolio: side projects, case studies, pictures, the site.

They belong to a person in a workspace and are that person's alone until published.
"""

from __future__ import annotations

from django.db import models

import pilothouse.apps.portfolio.credential_models  # noqa: F401
from pilothouse.apps.workspace.models import public_id_field


class ContextKind(models.TextChoices):
    """Where work was done. Simulated is never chosen: the product's world says it."""

    OWN = "own_product", "Own product"
    EMPLOYMENT = "employment", "Employment"
    VOLUNTEER = "volunteer", "Volunteer work"
    STUDY = "study", "Study"


class StudyKind(models.TextChoices):
    """What a piece of work is. Its sections are in ``content/studies``."""

    CASE = "case-study", "Case study"
    FAILURE = "failure", "Failure"
    TEARDOWN = "teardown", "Teardown"
    NOTE = "note", "Note"


class Confidentiality(models.TextChoices):
    """Whether a piece of work may leave."""

    UNDECIDED = "undecided", "Not decided yet: stays here"
    MINE = "mine", "Mine to publish"
    ALLOWED = "allowed", "Somebody else's, and I may publish what the preview shows"
    SECRET = "secret", "Confidential: never leaves"


class JournalKind(models.TextChoices):
    """What a line of the journal tells of."""

    NOTE = "note", "Note"
    PROBLEM = "problem", "Problem"
    MISTAKE = "mistake", "Mistake"
    FAILURE = "failure", "Failure"
    STAKEHOLDER = "stakeholder", "Stakeholder"


class ProductContext(models.Model):
    """What a product was to whoever works on it, from an act on; never changed backwards."""

    product = models.ForeignKey("workspace.Product", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=ContextKind.choices)
    since_sequence = models.PositiveBigIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["product", "since_sequence"], name="context_since")]


class Study(models.Model):
    """A piece of work for the portfolio, as it is being written."""

    public_id = public_id_field()
    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=StudyKind.choices, default=StudyKind.CASE)
    title = models.CharField(max_length=200)
    summary = models.CharField(max_length=500, blank=True)
    sections = models.JSONField(default=dict)  # texts in Markdown by the keys of the form
    acts = models.JSONField(default=list)  # numbers of the acts chosen as evidence
    sources = models.JSONField(default=list)  # {"url", "title", "seen_on"}: source:1 is the first
    redactions = models.JSONField(default=list)  # {"words", "instead"}
    confidentiality = models.CharField(
        max_length=10, choices=Confidentiality.choices, default=Confidentiality.UNDECIDED
    )
    version = models.PositiveIntegerField(default=1)
    slug = models.CharField(max_length=80, blank=True)  # its address on the site, from then on
    published_version = models.PositiveIntegerField(null=True)
    published_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "user", "-updated_at"], name="study_newest")]


class StudyVersion(models.Model):
    """What a study said at one moment; never changed."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    content = models.JSONField()  # title, summary, sections, acts, sources
    digest = models.CharField(max_length=64)
    compiled_at = models.DateTimeField(null=True)
    # What left, after redaction, with its evidence; exactly what the preview showed.
    published = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "number"], name="study_version_once")
        ]


class Picture(models.Model):
    """A picture of one's own, re-encoded: nothing of the camera or the place is left in it."""

    public_id = public_id_field()
    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    alt = models.CharField(max_length=300)
    media_type = models.CharField(max_length=20)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    data = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)


class Profile(models.Model):
    """What the site says about its person."""

    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    headline = models.CharField(max_length=200, blank=True)
    about = models.TextField(blank=True)
    base_url = models.CharField(max_length=200, blank=True)
    links = models.JSONField(default=list)  # {"title", "url"}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "user"], name="profile_once")]


class Publication(models.Model):
    """One build of the site: everything it was made of, so that it can be made again."""

    public_id = public_id_field()
    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    snapshot = models.JSONField()
    digest = models.CharField(max_length=64)  # of the site's manifest
    pages = models.PositiveIntegerField()
    size = models.PositiveIntegerField()  # bytes
    built_at = models.DateTimeField()


from pilothouse.apps.portfolio.project_models import (  # noqa: E402, F401
    Commit,
    JournalEntry,
    Project,
    Retrospective,
    StagePass,
)
