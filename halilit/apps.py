from typing import Any

from django.apps import AppConfig
from django.db import connection
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class HalilitConfig(AppConfig):
    name = "halilit"
    verbose_name = _("Support centre")

    def ready(self) -> None:
        post_migrate.connect(schedule_indexing, sender=self)


def schedule_indexing(**kwargs: Any) -> None:
    """Documents are indexed as they are stored; this finds those whose worker died between the two."""
    from django_q.models import Schedule

    if Schedule._meta.db_table in connection.introspection.table_names():
        Schedule.objects.get_or_create(
            name="index what is stale",
            defaults={"func": "rag.index.index_stale", "schedule_type": Schedule.MINUTES, "minutes": 5, "repeats": -1},
        )
