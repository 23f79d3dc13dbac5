"""Tables of the backlog: items in one outline, their history, custom fields, saved views."""

from __future__ import annotations

from django.db import models

from pilothouse.apps.workspace.models import public_id_field


class ItemKind(models.TextChoices):
    """What an item is."""

    IDEA = "idea", "Idea"
    OPPORTUNITY = "opportunity", "Opportunity"
    FEATURE = "feature", "Feature"
    STORY = "story", "Story"
    BUG = "bug", "Bug"
    CHORE = "chore", "Chore"


class ItemStatus(models.TextChoices):
    """Where an item stands, in the order of the flow."""

    NEW = "new", "New"
    EXPLORING = "exploring", "Exploring"
    READY = "ready", "Ready"
    DOING = "doing", "Doing"
    DONE = "done", "Done"
    DROPPED = "dropped", "Dropped"


class FieldKind(models.TextChoices):
    """What a custom field holds."""

    TEXT = "text", "Text"
    NUMBER = "number", "Number"
    DATE = "date", "Date"
    CHOICE = "choice", "Choice"


class Layout(models.TextChoices):
    """How a saved view shows the items."""

    OUTLINE = "outline", "Outline"
    BOARD = "board", "Board"
    TABLE = "table", "Table"


class Backlog(models.Model):
    """The backlog of one product. Its row is locked by whoever changes items."""

    product = models.OneToOneField("workspace.Product", models.CASCADE, related_name="+")
    next_number = models.PositiveIntegerField(default=1)


class Item(models.Model):
    """One line of the outline."""

    public_id = public_id_field()
    product = models.ForeignKey("workspace.Product", models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=ItemKind.choices, default=ItemKind.IDEA)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    status = models.CharField(max_length=10, choices=ItemStatus.choices, default=ItemStatus.NEW)
    parent = models.ForeignKey("self", models.SET_NULL, null=True, related_name="children")
    # One order over all items of the product, with gaps: siblings, columns and lists follow it.
    position = models.BigIntegerField()
    tags = models.JSONField(default=list)
    owner = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")
    estimate = models.FloatField(null=True)  # points
    due = models.DateField(null=True)
    fields = models.JSONField(default=dict)  # values of custom fields by their keys
    source = models.CharField(max_length=20, blank=True)  # the tool it was imported from
    external_id = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)  # raised by every change of a person
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "number"], name="item_number_once")
        ]
        indexes = [
            models.Index(fields=["product", "position"], name="item_order"),
            models.Index(fields=["product", "status", "position"], name="item_column"),
            models.Index(fields=["product", "source", "external_id"], name="item_external"),
        ]


class ChangeBatch(models.Model):
    """What one act of editing changed, as a whole; it can be undone as a whole."""

    public_id = public_id_field()
    product = models.ForeignKey("workspace.Product", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=300)
    items = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    # The batch that this one undoes.
    undoes = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["product", "-id"], name="batch_newest")]


class ItemChange(models.Model):
    """One field of one item before and after a batch. Values are as JSON has them."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="changes")
    batch = models.ForeignKey(ChangeBatch, models.CASCADE, related_name="changes")
    user = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")
    field = models.CharField(max_length=80)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["item", "field", "at"], name="change_by_field")]


class CustomField(models.Model):
    """A field that a product adds to its items."""

    public_id = public_id_field()
    product = models.ForeignKey("workspace.Product", models.CASCADE, related_name="+")
    key = models.CharField(max_length=60)  # where items keep its value; never changes
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=FieldKind.choices, default=FieldKind.TEXT)
    options = models.JSONField(default=list)  # the texts to choose from
    position = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "key"], name="custom_field_key_once")
        ]


class SavedView(models.Model):
    """A filter and a layout under a name, shared by the product's members."""

    public_id = public_id_field()
    product = models.ForeignKey("workspace.Product", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=60)
    layout = models.CharField(max_length=10, choices=Layout.choices, default=Layout.OUTLINE)
    query = models.CharField(max_length=2000, blank=True)  # as in the address of the page
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)


from pilothouse.apps.backlog.exchange_models import ItemImport, ItemImportState  # noqa: E402, F401
from pilothouse.apps.backlog.scoring_models import (  # noqa: E402, F401
    Score,
    Scorecard,
    Survey,
    SurveyAnswer,
    SurveyKind,
)
