"""Tables of resumes: what is written, every earlier state, statements, and what was built."""

from __future__ import annotations

from django.db import models

from pilothouse.apps.workspace.models import public_id_field


class FactContext(models.TextChoices):
    """Where something happened that the ledger did not see."""

    EMPLOYMENT = "employment", "Employment"
    VOLUNTEER = "volunteer", "Volunteer work"
    OWN = "own_product", "Own product"
    STUDY = "study", "Study"


class ResumeTemplate(models.TextChoices):
    """How a resume is set. The templates are in ``content/resumes``."""

    CLEAR = "clear", "Clear: sans serif, one quiet colour"
    CLASSIC = "classic", "Classic: book serif, centred name"
    PLAIN = "plain", "Plain: black, hyphens, no rules"
    COMPACT = "compact", "Compact: much on one page"


class Paper(models.TextChoices):
    """What it is printed on."""

    A4 = "a4", "A4"
    LETTER = "us-letter", "US Letter"


class Resume(models.Model):
    """A resume, or a version of one for a posting (``base`` is set).

    ``content`` of a base is its text with references; of a version it is what it takes of its base.
    """

    public_id = public_id_field()
    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    base = models.ForeignKey("self", models.CASCADE, null=True, related_name="tailored")
    name = models.CharField(max_length=120)
    content = models.JSONField()
    template = models.CharField(
        max_length=12, choices=ResumeTemplate.choices, default=ResumeTemplate.CLEAR
    )
    paper = models.CharField(max_length=12, choices=Paper.choices, default=Paper.A4)
    posting_id = models.CharField(max_length=12, blank=True)  # a saved posting, where it is one
    posting_title = models.CharField(max_length=200, blank=True)
    posting_text = models.TextField(blank=True)
    posting_digest = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=1)  # counts the states of its content
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["workspace", "user", "-updated_at"], name="resume_newest"),)


class ResumeRevision(models.Model):
    """What a resume said at one moment; never changed."""

    resume = models.ForeignKey(Resume, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    content = models.JSONField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["resume", "number"], name="resume_revision_once"),
        )


class ResumeFact(models.Model):
    """What a person states happened outside, with where it can be looked up.

    Its numbers are an act of the ledger; its words stay here, with the person.
    """

    public_id = public_id_field()
    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    text = models.TextField()
    source = models.CharField(max_length=300)
    context = models.CharField(max_length=12, choices=FactContext.choices)
    act_sequence = models.PositiveBigIntegerField()
    stated_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["workspace", "user", "-id"], name="resume_fact_newest"),)


class ResumeBuild(models.Model):
    """A version as it was built: exactly this was sent. Never changed."""

    public_id = public_id_field()
    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    resume = models.ForeignKey(Resume, models.CASCADE, related_name="builds")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    template = models.CharField(max_length=12)
    posting_id = models.CharField(max_length=12, blank=True)
    posting_title = models.CharField(max_length=200, blank=True)
    posting_digest = models.CharField(max_length=64, blank=True)
    content = models.JSONField()  # JSON Resume with evidence
    report = models.JSONField()  # what the checks said of the PDF
    digest = models.CharField(max_length=64)
    built_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["resume", "number"], name="resume_build_once"),
        )
        indexes = (models.Index(fields=["workspace", "user", "-id"], name="resume_build_newest"),)


class ResumeFile(models.Model):
    """One form of a built version, to the byte."""

    build = models.ForeignKey(ResumeBuild, models.CASCADE, related_name="files")
    form = models.CharField(max_length=12)
    data = models.BinaryField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["build", "form"], name="resume_file_once"),)
