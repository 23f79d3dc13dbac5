"""Tables of skills: ratings, what is asked of others, reviews, endorsements, targets.

Levels stand in no table: they are worked out from the ledger each time they are shown. All of this
belongs to a person in a workspace and is private to them and to whom they asked.
"""

from __future__ import annotations

from django.db import models

from pilothouse.apps.workspace.models import public_id_field


class RequestKind(models.TextChoices):
    """What one member asks of another."""

    RATING = "rating", "A rating"
    REVIEW = "review", "A review of an act"


class Relation(models.TextChoices):
    """What an endorser is to the person. Those whom the work touched countersign it."""

    USER = "user", "Used what came of it"
    CUSTOMER = "customer", "Paid for it or chose it"
    ENGINEER = "engineer", "Built it"
    DESIGNER = "designer", "Designed it"
    STAKEHOLDER = "stakeholder", "Depended on it"
    MANAGER = "manager", "Managed the person"
    MENTOR = "mentor", "Taught or coached the person"
    PEER = "peer", "Worked beside the person"


TOUCHED = frozenset(
    {
        Relation.USER, Relation.CUSTOMER, Relation.ENGINEER, Relation.DESIGNER,
        Relation.STAKEHOLDER,
    }
)  # fmt: skip


class TargetKind(models.TextChoices):
    """What levels are held against."""

    ROLE = "role", "A role"
    POSTING = "posting", "A posting"


class Rating(models.Model):
    """A level that somebody gave, perhaps oneself. Every one is kept, the newest counts."""

    public_id = public_id_field()
    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    rater = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    competency = models.CharField(max_length=3)
    level = models.PositiveSmallIntegerField()  # 0 to 4; 0 is "not yet"
    note = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "user", "competency", "-id"], name="rating_of")
        ]


class SkillRequest(models.Model):
    """A rating or a review asked of another member."""

    public_id = public_id_field()
    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    asked = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=RequestKind.choices)
    competency = models.CharField(max_length=3, blank=True)  # of a review
    sequence = models.PositiveBigIntegerField(null=True)  # of a review: the act
    message = models.TextField(blank=True)
    created_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "asked", "answered_at"], name="request_open"),
            models.Index(fields=["workspace", "user"], name="request_of"),
        ]


class ActReview(models.Model):
    """An act held against a level's behaviour by another member."""

    public_id = public_id_field()
    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    reviewer = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")
    request = models.OneToOneField(SkillRequest, models.CASCADE, related_name="review")
    sequence = models.PositiveBigIntegerField()
    competency = models.CharField(max_length=3)
    behaviour = models.CharField(max_length=12)  # C11.L2.b1
    is_shown = models.BooleanField()  # whether the act shows the behaviour
    note = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["workspace", "user", "competency"], name="review_of")]


class Endorsement(models.Model):
    """A link for somebody outside, and what they said by it.

    The link is kept as a digest and works once. Name and words of the endorser stand in the ledger
    alone, as personal data: emptied there they are gone, and the level stays.
    """

    public_id = public_id_field()
    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    label = models.CharField(max_length=100)  # for whom the link is, in the person's own words
    ask = models.TextField(blank=True)  # what the endorser reads
    competency = models.CharField(max_length=3)
    offered = models.JSONField(default=list)  # numbers of acts that may be endorsed
    token_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    relation = models.CharField(max_length=12, choices=Relation.choices, blank=True)
    endorsed = models.JSONField(default=list)  # the acts chosen of those offered
    # Tells endorsers apart without naming them: a keyed digest of the name.
    endorser_digest = models.CharField(max_length=64, blank=True)
    sequence = models.PositiveBigIntegerField(null=True)  # the act endorsement.received
    hidden_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "user", "competency"], name="endorsement_of")]


class Target(models.Model):
    """Levels that a role or a posting asks for."""

    public_id = public_id_field()
    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=TargetKind.choices)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=20, blank=True)
    industry = models.CharField(max_length=20, blank=True)
    posting_id = models.CharField(max_length=12, blank=True)  # among the postings of jobs
    # Of archives from before postings had a place of their own; empty otherwise.
    posting = models.TextField(blank=True)
    required = models.JSONField(default=dict)  # {"C01": 2}
    emphasis = models.JSONField(default=dict)  # {"C01": 1.5}
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "user"], name="target_of")]


from pilothouse.apps.skills.cards_models import *  # noqa: E402, F403
from pilothouse.apps.skills.exercise_models import *  # noqa: E402, F403
from pilothouse.apps.skills.guide_models import *  # noqa: E402, F403
from pilothouse.apps.skills.learn_models import *  # noqa: E402, F403
