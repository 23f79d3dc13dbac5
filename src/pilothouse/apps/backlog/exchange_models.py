"""Tables of files that become items."""

from __future__ import annotations

from django.db import models

from pilothouse.apps.workspace.models import public_id_field


class ItemImportState(models.TextChoices):
    """Where an import of items stands."""

    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"
    UNDONE = "undone", "Undone"


class ItemImport(models.Model):
    """A file turned into items: how it is read, and what came of it."""

    public_id = public_id_field()
    product = models.ForeignKey("workspace.Product", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")
    job = models.ForeignKey("workspace.Job", models.SET_NULL, null=True, related_name="+")
    file_name = models.CharField(max_length=200)
    file_digest = models.CharField(max_length=64)
    upload = models.CharField(max_length=100)  # name in the uploads folder
    source = models.CharField(max_length=20)
    reading = models.JSONField(default=dict)
    state = models.CharField(
        max_length=10, choices=ItemImportState.choices, default=ItemImportState.WAITING
    )
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)  # [{"line": int, "sentence": str}]
    batches = models.JSONField(default=list)  # public ids of the batches that undo it
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["product", "-id"], name="item_import_newest"),)
