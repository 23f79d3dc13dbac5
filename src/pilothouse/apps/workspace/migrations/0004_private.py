"""Search entries and links that belong to one person; captured contacts become their author's."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def make_contacts_private(apps, schema_editor):
    captures = apps.get_model("workspace", "Capture").objects.filter(kind="contact")
    entries = apps.get_model("workspace", "SearchEntry").objects
    for capture in captures.exclude(user=None).iterator():
        entries.filter(
            workspace_id=capture.workspace_id, kind="capture", object_id=capture.public_id
        ).update(owner_id=capture.user_id)


def _owner():
    return models.ForeignKey(
        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+",
        to=settings.AUTH_USER_MODEL,
    )


class Migration(migrations.Migration):
    dependencies = [("workspace", "0003_links")]

    operations = [
        migrations.AddField("searchentry", "owner", _owner()),
        migrations.AddField("link", "owner", _owner()),
        migrations.RunPython(make_contacts_private, migrations.RunPython.noop),
    ]
