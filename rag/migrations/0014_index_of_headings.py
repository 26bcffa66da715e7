from django.db import migrations

from rag import fts


def create(apps, schema_editor):
    """PostgreSQL's indexes of headings and titles alone. SQLite's index knows the column of each word."""
    if schema_editor.connection.vendor == "postgresql":
        fts.engine(schema_editor.connection).create(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("rag", "0013_answers_counted_from_the_index")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
