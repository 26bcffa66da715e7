from typing import Any

from django.db import migrations, models


def take_over(apps: Any, schema_editor: Any) -> None:
    """Of documents that were read before changes were written down, the last reading stands in."""
    apps.get_model("catalog", "Document").objects.filter(changed_at=None).update(changed_at=models.F("fetched_at"))


class Migration(migrations.Migration):
    dependencies = [("catalog", "0004_history_and_corrections")]

    operations = [
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["-changed_at", "-id"], name="catalog_doc_changed_51758f_idx"),
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
