"""Figures for Prometheus, read from the database when they are asked for."""

import shutil
from collections.abc import Iterator

from django.conf import settings
from django.db.models import Count, Model
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from catalog.models import Brand, Document, Product
from halilit.keeping.last import last
from ingestion.models import FrontierUrl, IngestionRun, RunState, UrlState
from ingestion.queries import clusters
from rag.models import Answer, AnswerState, Chunk

from . import requests
from .sizes import database_bytes


def by_label(name: str, text: str, label: str, counts: dict[str, int], values: list[str]) -> Metric:
    """A gauge with a value for every state, those that no row has included: a missing series looks like a fault."""
    family = GaugeMetricFamily(name, text, labels=[label])
    for value in values:
        family.add_metric([value], counts.get(value, 0))
    return family


def counted(model: type[Model], field: str) -> dict[str, int]:
    rows = model._default_manager.order_by().values(field).annotate(n=Count("pk"))
    return {str(row[field]): row["n"] for row in rows}


def queue_lengths() -> Metric:
    from django_q.models import OrmQ

    names = ["default", "scrape"]
    return by_label("halilit_queue_length", "Tasks that wait, by cluster", "cluster", counted(OrmQ, "key"), names)


class Figures(Collector):
    """Counts of rows, by state where they have one."""

    def describe(self) -> Iterator[Metric]:
        """Nothing: registering must not read the database."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily("halilit_brands", "Active brands", Brand.objects.filter(active=True).count())
        yield GaugeMetricFamily(
            "halilit_products", "Products", Product.objects.filter(gone_since=None, hidden=False).count()
        )
        kinds = [kind for kind, _label in Document._meta.get_field("kind").flatchoices]
        documents = counted(Document, "kind")
        yield by_label("halilit_documents", "Documents, by kind", "kind", documents, kinds)
        yield GaugeMetricFamily("halilit_chunks", "Passages in the index", Chunk.objects.count())
        runs = counted(IngestionRun, "state")
        yield by_label("halilit_runs", "Scrape runs, by state", "state", runs, RunState.values)
        urls = counted(FrontierUrl, "state")
        yield by_label("halilit_urls", "URLs of brands' sites, by state", "state", urls, UrlState.values)
        answers = counted(Answer, "state")
        yield by_label("halilit_answers", "Answers, by state", "state", answers, AnswerState.values)
        abstained = Answer.objects.filter(abstained=True).count()
        yield GaugeMetricFamily("halilit_answers_abstained", "Questions that the material does not answer", abstained)
        yield queue_lengths()
        yield GaugeMetricFamily("halilit_clusters", "Task clusters that report themselves", len(clusters()))
        yield GaugeMetricFamily("halilit_database_bytes", "Size of the database", database_bytes())
        free = shutil.disk_usage(settings.DATA_DIR).free
        yield GaugeMetricFamily("halilit_disk_free_bytes", "What is free where the data folder is", free)
        made = last()
        yield GaugeMetricFamily(
            "halilit_backup_time_seconds",
            "When the last backup was made (0: never)",
            made.at.timestamp() if made else 0,
        )


registry = CollectorRegistry()
registry.register(Figures())
ProcessCollector(registry=registry)


def text() -> bytes:
    """All figures in Prometheus' text format, and the times of this process's answers."""
    return generate_latest(registry) + generate_latest(requests.registry)
