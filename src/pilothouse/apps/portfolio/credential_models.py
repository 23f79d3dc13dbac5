"""Tables of credentials: keys, what was signed with them, and what others signed about it."""

from __future__ import annotations

from django.db import models

from pilothouse.apps.workspace.models import public_id_field


class CredentialKind(models.TextChoices):
    """What a signed document is."""

    BADGE = "badge", "Badge"
    BUNDLE = "bundle", "Record of badges"
    ENDORSEMENT = "endorsement", "Endorsement for somebody else"


class SigningKey(models.Model):
    """A person's key in public. The private half is a file in the data folder, not a row."""

    public_id = public_id_field()
    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    did = models.CharField(max_length=100, unique=True)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)


class Credential(models.Model):
    """A signed document, kept to the byte."""

    public_id = public_id_field()
    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    key = models.ForeignKey(SigningKey, models.CASCADE, related_name="credentials")
    kind = models.CharField(max_length=12, choices=CredentialKind.choices)
    name = models.CharField(max_length=500)
    uri = models.CharField(max_length=100, unique=True)  # the id inside the document
    subject = models.CharField(max_length=200)
    competency = models.CharField(max_length=20, blank=True)
    level = models.PositiveSmallIntegerField(null=True)
    status = models.CharField(max_length=12, blank=True)
    is_simulated = models.BooleanField(default=False)
    practice = models.CharField(max_length=30, blank=True)  # simulations, study; empty where real
    document = models.TextField()
    token = models.TextField()
    digest = models.CharField(max_length=64)
    list_url = models.CharField(max_length=500, blank=True)
    place = models.PositiveIntegerField(null=True)  # in the list of revocations of its key
    issued_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["key", "place"], name="credential_place_once"),
        )
        indexes = (models.Index(fields=["workspace", "user"], name="credential_of_person"),)


class Endorsement(models.Model):
    """What somebody else signed about a badge, as it was handed in."""

    public_id = public_id_field()
    credential = models.ForeignKey(Credential, models.CASCADE, related_name="endorsements")
    document = models.TextField()
    digest = models.CharField(max_length=64)
    endorser_did = models.CharField(max_length=200)
    endorser_name = models.CharField(max_length=200)
    comment = models.TextField()
    signed_at = models.DateTimeField()
    received_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["credential", "digest"], name="endorsement_once"),
        )
