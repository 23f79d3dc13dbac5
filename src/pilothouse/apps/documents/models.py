"""Tables of documents: texts, their versions, drafts, comments and live claims."""

from __future__ import annotations

from django.db import models

from pilothouse.apps.workspace.models import public_id_field


class DocumentKind(models.TextChoices):
    """What a document is for; each kind has a template."""

    PRD = "prd", "PRD"
    ONE_PAGER = "one-pager", "One-pager"
    STORY = "story", "Story"
    EXPERIMENT_BRIEF = "experiment-brief", "Experiment brief"
    LAUNCH_PLAN = "launch-plan", "Launch plan"
    POST_MORTEM = "post-mortem", "Post-mortem"
    STRATEGY = "strategy", "Strategy"
    INTERVIEW_GUIDE = "interview-guide", "Interview guide"
    PRESS_RELEASE = "press-release", "Press release and FAQ"
    NOTE = "note", "Note"


class DocumentStatus(models.TextChoices):
    """How far a document is."""

    DRAFT = "draft", "Draft"
    REVIEW = "review", "In review"
    PUBLISHED = "published", "Published"
    ARCHIVED = "archived", "Archived"


class Document(models.Model):
    """A text in Markdown with a title, as it is now."""

    public_id = public_id_field()
    product = models.ForeignKey("workspace.Product", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=DocumentKind.choices, default=DocumentKind.NOTE)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    status = models.CharField(
        max_length=10, choices=DocumentStatus.choices, default=DocumentStatus.DRAFT
    )
    owner = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")
    # Who is asked to read it while it is in review.
    reviewer = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")
    folder = models.CharField(max_length=200, blank=True)  # "plans/2027", no slash at the ends
    template = models.CharField(max_length=40, blank=True)
    # Number and digest of the newest version, so that nobody overwrites what they have not seen.
    version = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    # What imports and the vault remember about where this text came from.
    exchange = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["product", "status", "-updated_at"], name="document_by_status")
        ]


class Version(models.Model):
    """What a document said at one moment. Never changed."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    digest = models.CharField(max_length=64)
    note = models.CharField(max_length=200, blank=True)
    user = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="version_number_once")
        ]


class Draft(models.Model):
    """What one member typed and has not saved: autosaves write here, one row a member."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="drafts")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    title = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    base = models.CharField(max_length=64)  # digest of the version it was begun on
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "user"], name="draft_once")]


class Comment(models.Model):
    """A remark on a passage of a document; answers point to the first of their thread."""

    public_id = public_id_field()
    document = models.ForeignKey(Document, models.CASCADE, related_name="comments")
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="answers")
    quote = models.CharField(max_length=500, blank=True)  # the passage, as it was written
    body = models.TextField()
    user = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")
    version = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)


class ClaimKind(models.TextChoices):
    """Where the number of a claim comes from."""

    METRIC = "metric", "Metric"
    QUESTION = "question", "Question"
    COUNT = "count", "Feedback count"
    ITEM_COUNT = "item-count", "Item count"


class ClaimState(models.TextChoices):
    """Whether a quoted number still stands."""

    FRESH = "fresh", "Fresh"
    STALE = "stale", "Stale"
    BROKEN = "broken", "Broken"
    UNKNOWN = "unknown", "Unknown"


class Tolerance(models.TextChoices):
    """How far a source may move before its claim is stale."""

    INTERVAL = "interval", "Inside the quoted interval"
    RELATIVE = "relative", "Relative change"
    ABSOLUTE = "absolute", "Absolute change"


class Claim(models.Model):
    """A number quoted in a document, with its source and how far that may move."""

    public_id = public_id_field()
    document = models.ForeignKey(Document, models.CASCADE, related_name="claims")
    # A kind of ``ClaimKind`` or of a source that another app registered.
    kind = models.CharField(max_length=20)
    definition = models.JSONField()
    # Digest of the question behind it when it was quoted; a changed metric is another number.
    meaning = models.CharField(max_length=64, blank=True)
    label = models.CharField(max_length=300)  # what is counted, in words
    unit = models.CharField(max_length=10, default="number")
    currency = models.CharField(max_length=3, blank=True)
    quoted_text = models.CharField(max_length=60)
    quoted_value = models.FloatField()
    quoted_low = models.FloatField(null=True)
    quoted_high = models.FloatField(null=True)
    quoted_n = models.PositiveBigIntegerField(null=True)
    quoted_at = models.DateTimeField()
    tolerance = models.CharField(
        max_length=10, choices=Tolerance.choices, default=Tolerance.INTERVAL
    )
    allowed = models.FloatField(null=True)  # 0.1 is 10 % if relative; None for the interval
    # A value that somebody looked at and let stand, with the reason: value, low, high, n, reason.
    kept = models.JSONField(null=True)
    state = models.CharField(max_length=10, choices=ClaimState.choices, default=ClaimState.UNKNOWN)
    reason = models.CharField(max_length=300, blank=True)
    value = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    n = models.PositiveBigIntegerField(null=True)
    semantics = models.JSONField(default=list)  # pairs of name and rule
    checked_at = models.DateTimeField(null=True)
    stale_since = models.DateTimeField(null=True)
    # Whether the document's newest version still quotes it.
    is_quoted = models.BooleanField(default=True)
    user = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["document", "state"], name="claim_by_document")]
