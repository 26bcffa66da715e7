"""The roles of staff as groups. Who is staff already goes on as before: as an operator, until somebody narrows it."""

from django.conf import settings
from django.db import migrations

ROLES = ("viewer", "editor", "operator")


def make_groups(apps, schema_editor):
    groups = {name: apps.get_model("auth", "Group").objects.get_or_create(name=name)[0] for name in ROLES}
    label, model = settings.AUTH_USER_MODEL.split(".")
    for user in apps.get_model(label, model).objects.filter(is_staff=True, is_superuser=False, groups=None):
        user.groups.add(groups["operator"])


class Migration(migrations.Migration):
    dependencies = [
        ("halilit", "0003_problems"),
        ("auth", "0012_alter_user_first_name_max_length"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    # What each may do follows after every migrate (halilit.roles): permissions come into being there.
    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
