"""Tables of the workspace. Small methods on one row only; use cases are in ``services``."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from pilothouse.kernel.ids import PUBLIC_ID_LENGTH, new_public_id


def public_id_field() -> models.CharField:
    """The id that URLs show: random, so that it tells nothing and cannot be counted up."""
    return models.CharField(
        max_length=PUBLIC_ID_LENGTH, default=new_public_id, unique=True, editable=False
    )


class Role(models.TextChoices):
    """What a member may do; each role may do all that the next one may."""

    OWNER = "owner"
    EDITOR = "editor"
    COMMENTER = "commenter"
    VIEWER = "viewer"


class World(models.TextChoices):
    """What feeds a product."""

    REAL = "real"
    SIMULATED = "simulated"


class Industry(models.TextChoices):
    """The five specialisations."""

    TECHNOLOGY = "technology", "Technology"
    CONSUMER = "consumer", "Consumer goods"
    HEALTHCARE = "healthcare", "Healthcare"
    ECOMMERCE = "ecommerce", "E-commerce and retail"
    EDUCATION = "education", "Education"


class User(AbstractBaseUser):
    """A person. There are no passwords: people come in by one-time links."""

    public_id = public_id_field()
    email = models.EmailField(unique=True, max_length=254)
    name = models.CharField(max_length=100)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = BaseUserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]


class Workspace(models.Model):
    """Members, their products and one ledger."""

    public_id = public_id_field()
    name = models.CharField(max_length=100)
    created_at = models.DateTimeField(auto_now_add=True)


class Member(models.Model):
    """A user's place in a workspace."""

    public_id = public_id_field()
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="members")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.VIEWER)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="member_once_per_workspace")
        ]


class LoginLink(models.Model):
    """A one-time way in. Only the digest of its token is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    token_digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class ApiToken(models.Model):
    """A key for the API, with the rights of its member or fewer. Only its digest is kept."""

    public_id = public_id_field()
    member = models.ForeignKey(Member, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    token_digest = models.CharField(max_length=64, unique=True)
    is_read_only = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class Product(models.Model):
    """What a PM is responsible for."""

    public_id = public_id_field()
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="products")
    name = models.CharField(max_length=100)
    description = models.TextField(max_length=2000, blank=True)
    world = models.CharField(max_length=10, choices=World.choices, default=World.REAL)
    zone = models.CharField(max_length=64, default="UTC")
    week_start = models.PositiveSmallIntegerField(default=0)  # 0 is Monday, 6 Sunday
    currency = models.CharField(max_length=3, default="USD")
    industry = models.CharField(
        max_length=12, choices=Industry.choices, default=Industry.TECHNOLOGY
    )
    # A simulated product lives at this moment; null means the wall clock.
    clock = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="product_name_once")
        ]


class Act(models.Model):
    """One entry of the ledger. Never changed, except that ``personal`` may be emptied."""

    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="acts")
    sequence = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    user_id = models.CharField(max_length=PUBLIC_ID_LENGTH)  # public id; the user may be gone
    kind = models.CharField(max_length=60)
    object_kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=40)
    product_id = models.CharField(max_length=PUBLIC_ID_LENGTH, blank=True)
    is_simulated = models.BooleanField()
    facts = models.TextField()  # canonical JSON, exactly the bytes that were hashed
    personal = models.TextField(blank=True)
    personal_salt = models.CharField(max_length=32, blank=True)
    personal_digest = models.CharField(max_length=64, blank=True)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "sequence"], name="act_sequence_once")
        ]
        indexes = [
            models.Index(fields=["workspace", "object_kind", "object_id"], name="act_by_object")
        ]


class JobState(models.TextChoices):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(models.Model):
    """Background work under a lease."""

    public_id = public_id_field()
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="jobs")
    product = models.ForeignKey(Product, models.CASCADE, null=True, related_name="+")
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    message = models.TextField(blank=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    unit = models.CharField(max_length=20, default="steps")
    attempts = models.PositiveSmallIntegerField(default=0)
    is_cancel_wanted = models.BooleanField(default=False)
    leased_by = models.CharField(max_length=40, blank=True)
    leased_until = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "created_at"], name="job_next")]


class CaptureKind(models.TextChoices):
    """What a captured thought is meant to become."""

    NOTE = "note", "Note"
    FEEDBACK = "feedback", "Feedback"
    DECISION = "decision", "Decision"
    FORECAST = "forecast", "Forecast"
    CONTACT = "contact", "Contact"


class Capture(models.Model):
    """A thought written down; it waits in the inbox of Today until it is done."""

    public_id = public_id_field()
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="captures")
    product = models.ForeignKey(Product, models.CASCADE, null=True, related_name="+")
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=CaptureKind.choices, default=CaptureKind.NOTE)
    text = models.TextField(max_length=10_000)
    due = models.DateField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)


class SearchEntry(models.Model):
    """One findable thing. The full-text index beside it is made by a migration."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    # Whose it is alone; None for what all members may find.
    owner = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    product = models.ForeignKey(Product, models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=40)
    title = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=300)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "kind", "object_id"], name="search_entry_once"
            )
        ]


class Relation(models.TextChoices):
    """What a thing is to the thing it is linked to."""

    RELATES = "relates", "relates to"
    BLOCKS = "blocks", "blocks"
    BLOCKED_BY = "blocked-by", "is blocked by"
    DUPLICATES = "duplicates", "duplicates"
    EVIDENCE = "evidence", "rests on"
    DELIVERS = "delivers", "delivers"


class Link(models.Model):
    """Two things that belong together, or a thing and an address outside.

    Things are named as in ``SearchEntry``: whatever can be found can be linked.
    """

    public_id = public_id_field()
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    # Set where an end belongs to one person: nobody else may know of the link.
    owner = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    product = models.ForeignKey(Product, models.CASCADE, null=True, related_name="+")
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    relation = models.CharField(max_length=10, choices=Relation.choices, default=Relation.RELATES)
    source_kind = models.CharField(max_length=40)
    source_id = models.CharField(max_length=40)
    target_kind = models.CharField(max_length=40, blank=True)
    target_id = models.CharField(max_length=40, blank=True)
    url = models.CharField(max_length=2000, blank=True)
    title = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "source_kind", "source_id"], name="link_by_source"),
            models.Index(fields=["workspace", "target_kind", "target_id"], name="link_by_target"),
        ]
