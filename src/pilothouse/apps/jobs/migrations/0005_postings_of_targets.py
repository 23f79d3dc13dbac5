"""Texts of postings that stood with targets become postings; each text once for each person."""

import hashlib

from django.conf import settings
from django.db import migrations
from django.utils import timezone


def move_texts(apps, schema_editor):
    Target = apps.get_model("skills", "Target")
    Posting = apps.get_model("jobs", "Posting")
    for target in Target.objects.exclude(posting="").order_by("pk"):
        digest = hashlib.sha256(target.posting.encode()).hexdigest()
        whose = {"workspace_id": target.workspace_id, "user_id": target.user_id, "digest": digest}
        posting = Posting.objects.filter(**whose).first() or Posting.objects.create(
            title=target.posting.strip().splitlines()[0][:200], company=target.name[:200],
            source="paste", text=target.posting, saved_at=target.created_at or timezone.now(),
            **whose,
        )
        target.posting_id, target.posting = posting.public_id, ""
        target.save(update_fields=["posting_id", "posting"])


def leave_texts(apps, schema_editor):
    Target = apps.get_model("skills", "Target")
    Posting = apps.get_model("jobs", "Posting")
    texts = dict(Posting.objects.values_list("public_id", "text"))
    for target in Target.objects.exclude(posting_id=""):
        target.posting = texts.get(target.posting_id, "")
        target.save(update_fields=["posting"])


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0004_interviews"),
        ("skills", "0005_posting_of_target"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [migrations.RunPython(move_texts, leave_texts)]
