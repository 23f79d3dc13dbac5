"""Tables of side projects: stages, journal, retrospectives, commits read from a repository."""

from __future__ import annotations

from django.db import models

from pilothouse.apps.workspace.models import public_id_field


class Stage(models.TextChoices):
    """Where a side project stands, in order."""

    IDEA = "idea", "Idea"
    PROBLEM = "problem", "Problem"
    DISCOVERY = "discovery", "Discovery"
    BET = "bet", "Bet"
    BUILD = "build", "Build"
    LAUNCH = "launch", "Launch"
    OUTCOME = "outcome", "Grow or stop"


class Ending(models.TextChoices):
    """What became of a project. Both are results."""

    GROWS = "grows", "It grows"
    STOPPED = "stopped", "Stopped"


class Project(models.Model):
    """A side project: a real product with a guide along its way."""

    public_id = public_id_field()
    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    product = models.ForeignKey("workspace.Product", models.CASCADE, related_name="+")
    template = models.CharField(max_length=40)
    idea = models.TextField()
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.IDEA)
    collaborators = models.JSONField(default=list)  # {"name", "part"}; never leaves by itself
    begun_at = models.DateTimeField()
    ending = models.CharField(max_length=10, choices=Ending.choices, blank=True)
    ending_why = models.TextField(blank=True)
    ending_learned = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)
    git_source = models.CharField(max_length=20, blank=True)  # how its log came here
    git_read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["product", "user"], name="project_once_per_product"),
        )


class StagePass(models.Model):
    """A stage left behind: what was asked and what was there, or why it was passed without."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="passes")
    stage = models.CharField(max_length=10, choices=Stage.choices)
    at = models.DateTimeField()
    found = models.JSONField(default=dict)  # count of acts by what was asked
    missing = models.JSONField(default=list)  # what was asked and was not there
    why_without = models.TextField(blank=True)


class JournalEntry(models.Model):
    """A line written when it happened. Correcting it is writing another."""

    public_id = public_id_field()
    project = models.ForeignKey(Project, models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=12)
    text = models.TextField()
    lesson = models.TextField(blank=True)
    who = models.CharField(max_length=100, blank=True)
    happened_on = models.DateField()
    written_at = models.DateTimeField()
    decision_id = models.CharField(max_length=12, blank=True)
    corrects = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    act_sequence = models.PositiveBigIntegerField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["project", "-written_at"], name="journal_newest"),)


class Retrospective(models.Model):
    """A look back at a stretch of work."""

    public_id = public_id_field()
    project = models.ForeignKey(Project, models.CASCADE, related_name="retrospectives")
    went_well = models.TextField()
    went_badly = models.TextField()
    surprised = models.TextField(blank=True)
    change = models.TextField()
    held_at = models.DateTimeField()


class Commit(models.Model):
    """One commit of the project's repository, as its log told it."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="commits")
    sha = models.CharField(max_length=64)
    at = models.DateTimeField()
    author = models.CharField(max_length=100, blank=True)
    subject = models.CharField(max_length=300)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["project", "sha"], name="commit_once_per_project"),
        )
