from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rag", "0001_initial")]
    operations = [
        migrations.AddField("chunk", "mended", models.TextField(blank=True, default=""), preserve_default=False),
        migrations.AddField("indexeddocument", "names", models.TextField(blank=True, default=""), preserve_default=False),
        migrations.AddField(
            "indexeddocument", "model_numbers", models.TextField(blank=True, default=""), preserve_default=False
        ),
    ]
