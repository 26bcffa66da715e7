"""Full-text tables over passages and documents (SQLite; another engine brings its own)."""

from django.db import migrations

from rag import fts


def create(apps, schema_editor):
    if fts.is_supported(schema_editor.connection):
        fts.create(schema_editor.connection)
        fts.rebuild(schema_editor.connection)


def drop(apps, schema_editor):
    if fts.is_supported(schema_editor.connection):
        fts.drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("rag", "0002_words_for_search")]
    operations = [migrations.RunPython(create, drop)]
