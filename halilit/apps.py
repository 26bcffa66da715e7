"""The project's own app: the console, the API, and what must be set up when the database is."""

from typing import Any

from django.apps import AppConfig
from django.db import connection
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class HalilitConfig(AppConfig):
    name = "halilit"
    verbose_name = _("Support centre")

    def ready(self) -> None:
        from . import field_names
        from .accounts import audit
        from .console import workers  # noqa: F401 - each worker of the queue reports itself
        from .face import editions
        from .ops import in_clear, nul  # noqa: F401 - a check registers itself

        field_names.give()
        audit.listen()
        connection_created.connect(nul.leave_out)
        post_migrate.connect(schedule_indexing, sender=self)
        post_migrate.connect(bring_roles_up_to_date, sender=self)
        pre_migrate.connect(editions.remove, sender=self)
        post_migrate.connect(editions.create, sender=self)


def bring_roles_up_to_date(**kwargs: Any) -> None:
    from .roles import refresh

    refresh(**kwargs)


def schedule_indexing(**kwargs: Any) -> None:
    """Processes index what they store; this finds what one left that died between the two. And the console's own."""
    from django_q.models import Schedule

    if Schedule._meta.db_table in connection.introspection.table_names():
        for name, func, minutes in (
            ("index what is marked", "rag.upkeep.index_marked", 1),
            ("index what is stale", "rag.upkeep.look_through", 5),
            ("look for problems", "halilit.console.tasks.watch", 1),
            ("deliver webhooks", "halilit.hooks.tasks.deliver", 1),
            ("send the weekly summary", "halilit.console.tasks.weekly", 60),
            ("let go what is old", "halilit.keeping.retention.let_go", 1440),
        ):
            every = {"schedule_type": Schedule.MINUTES, "minutes": minutes, "repeats": -1}
            Schedule.objects.get_or_create(name=name, defaults={"func": func, **every})
            Schedule.objects.filter(name=name).exclude(func=func).update(func=func)
