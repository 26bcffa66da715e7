"""`manage.py qcluster`: django-q's, with a cluster that ends in order."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django_q.management.commands.qcluster import Command as QClusterCommand
from django_q.models import OrmQ

from ingestion.cluster import ScrapeCluster


class Command(QClusterCommand):
    def handle(self, *args: Any, **options: Any) -> None:
        assert settings.SECRET_KEY  # tasks are signed with it
        if name := options.get("cluster_name"):
            os.environ["Q_CLUSTER_NAME"] = name
        OrmQ.objects.exists()  # without its tables it fails here, in one line, and not in each of its processes
        cluster = ScrapeCluster()
        cluster.start()
        if options.get("run_once"):
            cluster.stop()
        elif not cluster.run():
            raise CommandError("The cluster lost the process that watches over its workers. Start it again.")
