"""The learning plan and the library."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import pilothouse.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("skills", "0001_initial"),
        ("workspace", "0003_links"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Feed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=pilothouse.kernel.ids.new_public_id,
                        editable=False,
                        max_length=12,
                        unique=True,
                    ),
                ),
                ("title", models.CharField(max_length=300)),
                ("url", models.CharField(max_length=2000)),
                ("site_url", models.CharField(blank=True, max_length=2000)),
                ("folder", models.CharField(blank=True, max_length=100)),
                ("is_read", models.BooleanField(default=False)),
                ("etag", models.CharField(blank=True, max_length=300)),
                ("modified", models.CharField(blank=True, max_length=100)),
                ("fetched_at", models.DateTimeField(null=True)),
                ("trouble", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("deleted_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspace.workspace",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LearningGoal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=pilothouse.kernel.ids.new_public_id,
                        editable=False,
                        max_length=12,
                        unique=True,
                    ),
                ),
                ("competency", models.CharField(max_length=3)),
                ("level", models.PositiveSmallIntegerField()),
                ("why", models.CharField(blank=True, max_length=500)),
                ("due_on", models.DateField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("reached", "Reached"), ("dropped", "Dropped")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("deleted_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspace.workspace",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LearningStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=pilothouse.kernel.ids.new_public_id,
                        editable=False,
                        max_length=12,
                        unique=True,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("resource", "Book, article, podcast"),
                            ("course", "Course"),
                            ("certificate", "Certificate"),
                            ("degree", "Degree"),
                            ("practice", "Practice"),
                        ],
                        max_length=12,
                    ),
                ),
                ("title", models.CharField(max_length=300)),
                ("entry_id", models.CharField(blank=True, max_length=60)),
                ("provider", models.CharField(blank=True, max_length=200)),
                ("url", models.CharField(blank=True, max_length=2000)),
                ("cost", models.CharField(blank=True, max_length=60)),
                ("starts_on", models.DateField(null=True)),
                ("due_on", models.DateField(null=True)),
                ("hours", models.FloatField(null=True)),
                ("hours_done", models.FloatField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("doing", "Doing"),
                            ("done", "Done"),
                            ("dropped", "Dropped"),
                        ],
                        default="planned",
                        max_length=8,
                    ),
                ),
                ("ended_on", models.DateField(null=True)),
                ("expires_on", models.DateField(null=True)),
                ("act", models.CharField(blank=True, max_length=40)),
                ("next_act", models.CharField(blank=True, max_length=300)),
                ("act_after", models.PositiveBigIntegerField(default=0)),
                ("act_sequence", models.PositiveBigIntegerField(null=True)),
                ("is_recorded", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("deleted_at", models.DateTimeField(null=True)),
                (
                    "goal",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="steps",
                        to="skills.learninggoal",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspace.workspace",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OwnEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=pilothouse.kernel.ids.new_public_id,
                        editable=False,
                        max_length=12,
                        unique=True,
                    ),
                ),
                ("type", models.CharField(max_length=12)),
                ("title", models.CharField(max_length=300)),
                ("authors", models.JSONField(default=list)),
                ("publisher", models.CharField(blank=True, max_length=200)),
                ("year", models.PositiveSmallIntegerField(null=True)),
                ("topics", models.JSONField(default=list)),
                ("competencies", models.JSONField(default=list)),
                ("cost", models.CharField(default="unknown", max_length=8)),
                ("licence", models.CharField(blank=True, max_length=100)),
                ("isbn", models.CharField(blank=True, max_length=13)),
                ("url", models.CharField(blank=True, max_length=2000)),
                ("act", models.CharField(blank=True, max_length=40)),
                ("next_act", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("deleted_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspace.workspace",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Proof",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=pilothouse.kernel.ids.new_public_id,
                        editable=False,
                        max_length=12,
                        unique=True,
                    ),
                ),
                ("file_name", models.CharField(max_length=200)),
                ("content_type", models.CharField(max_length=60)),
                ("size", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("deleted_at", models.DateTimeField(null=True)),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proofs",
                        to="skills.learningstep",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ProofContent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("body", models.BinaryField()),
                (
                    "proof",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="content",
                        to="skills.proof",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FeedItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=pilothouse.kernel.ids.new_public_id,
                        editable=False,
                        max_length=12,
                        unique=True,
                    ),
                ),
                ("key", models.CharField(max_length=64)),
                ("title", models.CharField(max_length=300)),
                ("url", models.CharField(blank=True, max_length=2000)),
                ("summary", models.TextField(blank=True)),
                ("published_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "feed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="skills.feed",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["feed", "-published_at"], name="feed_item_newest")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("feed", "key"), name="feed_item_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="LearningPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("weekly_hours", models.FloatField(default=5)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspace.workspace",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "user"), name="learning_plan_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=pilothouse.kernel.ids.new_public_id,
                        editable=False,
                        max_length=12,
                        unique=True,
                    ),
                ),
                ("entry_id", models.CharField(max_length=60)),
                (
                    "state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("want", "Want to read"),
                            ("reading", "Reading"),
                            ("done", "Done"),
                            ("dropped", "Dropped"),
                        ],
                        max_length=8,
                    ),
                ),
                ("started_on", models.DateField(null=True)),
                ("ended_on", models.DateField(null=True)),
                ("rating", models.PositiveSmallIntegerField(null=True)),
                ("notes", models.TextField(blank=True)),
                ("is_recorded", models.BooleanField(default=False)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspace.workspace",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "user", "entry_id"), name="reading_once_per_person"
                    )
                ],
            },
        ),
    ]
