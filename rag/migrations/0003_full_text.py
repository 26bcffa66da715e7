"""The full-text index over passages and documents, in the database's own way."""

from django.db import migrations

from rag import fts


def create(apps, schema_editor):
    engine = fts.engine(schema_editor.connection)
    engine.create(schema_editor.connection)
    engine.rebuild(schema_editor.connection)


def drop(apps, schema_editor):
    fts.engine(schema_editor.connection).drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("rag", "0002_words_for_search")]
    operations = [migrations.RunPython(create, drop)]
