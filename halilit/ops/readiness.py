"""Whether this installation can serve: database, migrations, data folder. Each check returns what is wrong, or ''."""

import tempfile
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as problem:
        return _("The database does not answer: %(problem)s. See DATABASE_URL.") % {"problem": problem}
    return ""


def migrations() -> str:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as problem:
        return _("The migrations cannot be read: %(problem)s.") % {"problem": problem}
    if not waiting:
        return ""
    text = ngettext("%d migration is not applied.", "%d migrations are not applied.", len(waiting)) % len(waiting)
    return text + " " + _("Run manage.py migrate.")


def data_folder() -> str:
    try:
        with tempfile.TemporaryFile(dir=settings.DATA_DIR) as probe:
            probe.write(b"ready?")
            probe.flush()
    except OSError as problem:
        where = {"folder": settings.DATA_DIR, "problem": problem.strerror}
        return _("Nothing can be written to %(folder)s: %(problem)s. See HALILIT_DATA_DIR.") % where
    return ""


CHECKS: dict[str, Callable[[], str]] = {"database": database, "migrations": migrations, "data_folder": data_folder}


def failures() -> dict[str, str]:
    """Name and reason of each check that fails."""
    return {name: reason for name, check in CHECKS.items() if (reason := check())}
