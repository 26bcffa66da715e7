"""The starter glossary, so that Hebrew questions find English manuals from the first start."""

from django.db import migrations

from rag import synonyms


def seed(apps, schema_editor):
    synonyms.seed(apps.get_model("rag", "SearchSynonym"))


class Migration(migrations.Migration):
    dependencies = [("rag", "0003_full_text")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
