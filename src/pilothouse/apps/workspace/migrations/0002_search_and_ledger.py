"""The full-text index beside the search entries, and the triggers that keep the ledger as it is.

On SQLite a later change of these two tables rebuilds them and loses their triggers: such a
migration has to run this again.
"""

from django.db import migrations


def make(apps, schema_editor):
    from pilothouse.apps.workspace.services.ledger import protect_ledger_sql
    from pilothouse.apps.workspace.services.search import index_sql

    for statement in [*index_sql(), *protect_ledger_sql()]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("workspace", "0001_initial")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop, elidable=False)]
