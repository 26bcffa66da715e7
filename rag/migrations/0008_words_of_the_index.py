from django.db import migrations, models

from rag import fts


def take_over(apps, schema_editor):
    """The words of what is indexed already; only SQLite's installations are older than this."""
    if schema_editor.connection.vendor == "sqlite":
        fts.engine(schema_editor.connection).create(schema_editor.connection)
        schema_editor.execute(
            "INSERT INTO rag_word (term, frequency) SELECT term, doc FROM rag_chunk_fts_words "
            "WHERE length(term) BETWEEN 2 AND 64 AND term GLOB '*[^0-9]*'"
        )


class Migration(migrations.Migration):
    dependencies = [("rag", "0007_changed_documents")]

    operations = [
        migrations.CreateModel(
            name="Word",
            fields=[
                ("term", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("frequency", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
