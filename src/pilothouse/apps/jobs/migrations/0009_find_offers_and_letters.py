"""Make the offers and letters findable that were written before search knew of them."""

from django.db import migrations


def index_old(apps, schema_editor):
    offers = list(apps.get_model("jobs", "Offer").objects.filter(deleted_at=None))
    letters = list(
        apps.get_model("jobs", "Letter")
        .objects.filter(deleted_at=None, application__deleted_at=None)
        .select_related("application")
    )
    if not offers and not letters:
        return
    from pilothouse.apps.jobs.services.finding import index_letter, index_offer

    for row in offers:
        index_offer(row)
    for row in letters:
        index_letter(row)


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0008_application_imports"),
        ("workspace", "0004_private"),
    ]
    operations = [migrations.RunPython(index_old, migrations.RunPython.noop, elidable=True)]
