"""What was in flight when a worker let go of a run, or was lost with it.

Whatever brings a worker down takes everything with it that was in flight, and only one URL can be the cause, if any is.
So a URL that was lost with its workers too often is fetched once more, alone, before it is set aside.
"""

from django.db.models import Case, F, QuerySet, When

from .fates import columns
from .models import MAX_URL_ATTEMPTS, FrontierUrl, IngestionRun, UrlState
from .reasons import why


def recover(run: IngestionRun) -> bool:
    """Put back what a lost worker was fetching; set aside what did so alone. Returns whether there are suspects."""
    lost = run.urls.filter(state=UrlState.FETCHING)
    lost.filter(attempts__gt=MAX_URL_ATTEMPTS).update(
        state=UrlState.FAILED, error_class="WorkerLost", **columns(why("worker_lost"))
    )
    lost.update(state=UrlState.QUEUED)
    return suspects(run.urls.filter(state=UrlState.QUEUED)).exists()


def suspects(waiting: "QuerySet[FrontierUrl]") -> "QuerySet[FrontierUrl]":
    """Those that are to be fetched alone: what fails in passing so often does not wait any more."""
    return waiting.filter(attempts__gte=MAX_URL_ATTEMPTS)


def give_back(run: IngestionRun) -> None:
    """Queue again what is being dropped in flight: that was no fault of the URL's, so it does not count as a try."""
    run.urls.filter(state=UrlState.FETCHING).update(
        state=UrlState.QUEUED, attempts=Case(When(attempts__gt=0, then=F("attempts") - 1), default=0)
    )
    forget_begun(run)


def forget_begun(run: IngestionRun) -> None:
    """Nor is it a fault of the sitemap's that was being read."""
    run.refresh_from_db(fields=["sitemaps"])
    if run.sitemaps.get("begun"):
        run.sitemaps["begun"] = {}
        IngestionRun.objects.filter(pk=run.pk).update(sitemaps=run.sitemaps)
