from django.db import migrations, models

EVERYTHING = ["read", "ask", "edit", "operate"]


def keep_what_they_may(apps, schema_editor):
    """Tokens that exist were made for everything, and go on so."""
    apps.get_model("halilit", "ApiToken").objects.update(scopes=EVERYTHING)


class Migration(migrations.Migration):
    dependencies = [("halilit", "0003_roles")]

    operations = [
        migrations.AddField(
            model_name="apitoken",
            name="scopes",
            field=models.JSONField(default=list, help_text="What it may be used for.", verbose_name="scopes"),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="a_minute",
            field=models.PositiveIntegerField(
                default=600,
                help_text="More are refused until the minute is over; 0 for no limit.",
                verbose_name="requests a minute",
            ),
        ),
        migrations.RunPython(keep_what_they_may, migrations.RunPython.noop),
    ]
