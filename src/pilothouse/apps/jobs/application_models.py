"""Tables of applications. What was entered is kept: moves are taken back, never deleted."""

from __future__ import annotations

from django.db import models

from pilothouse.apps.workspace.models import public_id_field
from pilothouse.engines.jobs import GHOST_DAYS

__all__ = [
    "Application", "ApplicationImport", "ApplicationImportState", "ApplicationMove",
    "ApplicationNote", "ApplicationPerson", "ApplicationSource", "NoteKind", "PersonPart",
    "SearchSettings", "SentFile", "SentKind",
]  # fmt: skip


class ApplicationSource(models.TextChoices):
    """Where the job was found."""

    BOARD = "board", "Job board"
    COMPANY = "company", "The company's own page"
    REFERRAL = "referral", "Referral"
    RECRUITER = "recruiter", "A recruiter wrote"
    EVENT = "event", "Met at an event"
    INSIDE = "inside", "Inside my own company"
    OTHER = "other", "Elsewhere"


class NoteKind(models.TextChoices):
    """What a line beside the stages tells."""

    NOTE = "note", "Note"
    HEARD = "heard", "Heard from them"
    ASKED = "asked", "Asked after it"


class PersonPart(models.TextChoices):
    """What somebody is to an application."""

    RECRUITER = "recruiter", "Recruiter"
    MANAGER = "manager", "Hiring manager"
    REFERRER = "referrer", "Referred me"
    INTERVIEWER = "interviewer", "Interviewer"
    OTHER = "other", "Other"


class SentKind(models.TextChoices):
    """What was sent."""

    RESUME = "resume", "Resume"
    LETTER = "letter", "Letter"
    OTHER = "other", "Other file"


class Application(models.Model):
    """One job applied for, or thought about."""

    public_id = public_id_field()
    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    posting = models.ForeignKey("jobs.Posting", models.SET_NULL, null=True, related_name="+")
    title = models.CharField(max_length=200)
    company = models.CharField(max_length=200)
    source = models.CharField(max_length=10, choices=ApplicationSource.choices)
    referrer = models.CharField(max_length=200, blank=True)
    next_action = models.CharField(max_length=200, blank=True)
    next_on = models.DateField(null=True)
    # None: as the settings say; 0: silence means nothing here.
    ghost_days = models.PositiveSmallIntegerField(null=True)
    # The spreadsheet that brought it, where one did.
    batch = models.ForeignKey(
        "jobs.ApplicationImport", models.SET_NULL, null=True, related_name="applications"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["workspace", "user", "-id"], name="application_newest"),)


class ApplicationMove(models.Model):
    """A move into a stage, with what it said before each change."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="moves")
    number = models.PositiveIntegerField()
    stage = models.CharField(max_length=12)
    on = models.DateField()
    note = models.CharField(max_length=500, blank=True)
    entered_at = models.DateTimeField()
    earlier = models.JSONField(default=list)  # {"stage", "on", "note", "until"}: until it changed
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["application", "number"], name="move_number_once"),
        )


class ApplicationNote(models.Model):
    """A line of the timeline that is no move."""

    public_id = public_id_field()
    application = models.ForeignKey(Application, models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=6, choices=NoteKind.choices)
    on = models.DateField()
    text = models.TextField(blank=True)
    written_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)


class ApplicationPerson(models.Model):
    """Somebody who has to do with an application."""

    public_id = public_id_field()
    application = models.ForeignKey(Application, models.CASCADE, related_name="people")
    part = models.CharField(max_length=12, choices=PersonPart.choices)
    name = models.CharField(max_length=200)
    contact_id = models.CharField(max_length=12, blank=True)  # in the book of contacts
    deleted_at = models.DateTimeField(null=True)


class SentFile(models.Model):
    """Exactly what was sent: the file itself, never changed."""

    public_id = public_id_field()
    application = models.ForeignKey(Application, models.CASCADE, related_name="files")
    kind = models.CharField(max_length=6, choices=SentKind.choices)
    label = models.CharField(max_length=200)  # the version's name: the funnel groups by it
    name = models.CharField(max_length=200)
    version_id = models.CharField(max_length=12, blank=True)  # of a version built here
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    data = models.BinaryField()
    sent_on = models.DateField()
    added_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)


class SearchSettings(models.Model):
    """How a person reads their own search."""

    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    ghost_days = models.PositiveSmallIntegerField(default=GHOST_DAYS)
    expected_talks = models.FloatField(default=0.1)
    expected_offers = models.FloatField(default=0.2)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["workspace", "user"], name="search_settings_once"),
        )


class ApplicationImportState(models.TextChoices):
    """Where an import of applications stands."""

    WAITING = "waiting", "Waiting"
    DONE = "done", "Done"
    UNDONE = "undone", "Undone"


class ApplicationImport(models.Model):
    """A spreadsheet of applications: looked at first, taken in, taken out again where wished."""

    public_id = public_id_field()
    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=200)
    upload = models.CharField(max_length=40)
    reading = models.JSONField(default=dict)  # what its columns and words mean
    state = models.CharField(
        max_length=10, choices=ApplicationImportState.choices,
        default=ApplicationImportState.WAITING,
    )  # fmt: skip
    created = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)  # {"line", "sentence"}
    at = models.DateTimeField()
