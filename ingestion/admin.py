"""Scraping from the admin: actions on brands, runs with live progress, and the log by URL."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from catalog.admin import BrandAdmin, ReadOnlyAdmin
from catalog.models import Brand

from . import plans, queries, services
from .errors import RunRefused
from .fates import Fate
from .models import FrontierUrl, Host, IngestionRun, IngestionStatus, IngestLog, Trigger, Upload, VisitPlan, WorkerState

# A filter that names those brands alone that have rows.
OF_BRAND = ("brand", admin.RelatedOnlyFieldListFilter)

Change = Callable[[IngestionRun], bool]

admin.site.unregister(Brand)


class VisitPlanInline(admin.StackedInline[VisitPlan, Brand]):
    model = VisitPlan
    can_delete = False
    readonly_fields = ["next_at", "failures", "set_aside_until", "because"]

    @admin.display(description=_("because"))
    def because(self, plan: VisitPlan) -> str:
        return plan.set_aside_said


@admin.register(Brand)
class ScrapedBrandAdmin(BrandAdmin):
    inlines = [VisitPlanInline]
    list_display = [*BrandAdmin.list_display, "scrape_state"]
    list_select_related = ["ingestion_status"]
    actions = ["scrape_now", "scrape_again", "pause", "go_on", "cancel", "release", "archive", "bring_back"]

    @admin.display(description=_("scrape"))
    def scrape_state(self, brand: Brand) -> str:
        status = getattr(brand, "ingestion_status", None)
        if status is None or not status.run_id:
            return "–"
        text = f"{status.get_state_display()} {status.percent}%" if status.is_active else status.get_state_display()
        return format_html('<a href="{}">{}</a>', run_address(status.run_id), text)

    @admin.action(description=_("Scrape now"), permissions=["change"])
    def scrape_now(self, request: HttpRequest, brands: QuerySet[Brand]) -> HttpResponse | None:
        return self._start(request, brands, force=False)

    @admin.action(description=_("Scrape everything again"), permissions=["change"])
    def scrape_again(self, request: HttpRequest, brands: QuerySet[Brand]) -> HttpResponse | None:
        return self._start(request, brands, force=True)

    @admin.action(description=_("Cancel"), permissions=["change"])
    def cancel(self, request: HttpRequest, brands: QuerySet[Brand]) -> None:
        tell_changed(request, queries.active_runs().filter(brand__in=brands), services.cancel_run)

    @admin.action(description=_("Pause"), permissions=["change"])
    def pause(self, request: HttpRequest, brands: QuerySet[Brand]) -> None:
        tell_changed(request, queries.active_runs().filter(brand__in=brands), services.pause_run)

    @admin.action(description=_("Go on after a pause"), permissions=["change"])
    def go_on(self, request: HttpRequest, brands: QuerySet[Brand]) -> None:
        tell_changed(request, queries.active_runs().filter(brand__in=brands), services.resume_run)

    @admin.action(description=_("Visit by itself again (after failures)"), permissions=["change"])
    def release(self, request: HttpRequest, brands: QuerySet[Brand]) -> None:
        number = sum(plans.release(brand) for brand in brands)
        text = ngettext("%(n)d brand is visited again.", "%(n)d brands are visited again.", number) % {"n": number}
        messages.success(request, text)

    @admin.action(description=_("Archive: neither listed nor visited"), permissions=["change"])
    def archive(self, request: HttpRequest, brands: QuerySet[Brand]) -> None:
        """What is being read of them ends; nothing is deleted."""
        runs = queries.active_runs().filter(brand__in=brands).select_related("brand")
        ended = sum(services.cancel_run(run) for run in runs)
        number = brands.filter(active=True).update(active=False)
        text = ngettext("%(n)d brand was archived.", "%(n)d brands were archived.", number) % {"n": number}
        more = ngettext("%(n)d run was ended.", "%(n)d runs were ended.", ended) % {"n": ended} if ended else ""
        messages.success(request, f"{text} {more}".strip())

    @admin.action(description=_("Bring back from the archive"), permissions=["change"])
    def bring_back(self, request: HttpRequest, brands: QuerySet[Brand]) -> None:
        number = brands.filter(active=False).update(active=True)
        text = ngettext("%(n)d brand is shown again.", "%(n)d brands are shown again.", number) % {"n": number}
        messages.success(request, text)

    def _start(self, request: HttpRequest, brands: QuerySet[Brand], *, force: bool) -> HttpResponse | None:
        started = []
        for brand in brands:
            try:
                started.append(services.start_run(brand, trigger=Trigger.ADMIN, force=force))
            except RunRefused as refusal:
                self.message_user(request, f"{brand}: {refusal}", messages.WARNING)
        if len(started) == 1:
            # One brand: straight to where it can be watched.
            return HttpResponseRedirect(run_address(started[0].pk))
        if started:
            names = ", ".join(run.brand.name for run in started)
            self.message_user(request, gettext("Queued: %(names)s") % {"names": names}, messages.SUCCESS)
        return None


def run_address(run_id: int) -> str:
    return reverse("admin:ingestion_ingestionrun_change", args=[run_id])


def tell_changed(request: HttpRequest, runs: QuerySet[IngestionRun], change: Change) -> None:
    """Pause, resume or cancel runs, and say of how many that was true."""
    number = sum(change(run) for run in runs.select_related("brand"))
    if number:
        text = ngettext("%(n)d run was changed.", "%(n)d runs were changed.", number) % {"n": number}
        messages.success(request, text)
    else:
        messages.warning(request, gettext("None of them is in a state that allows this, so nothing was changed."))


@admin.register(IngestionRun)
class IngestionRunAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "state", "trigger", "created_at", "finished_at", "found", "stored", "failed", "log_link"]
    list_filter = ["state", "trigger", OF_BRAND]
    search_fields = ["brand__name", "start_url", "last_error"]
    list_select_related = ["brand"]
    date_hierarchy = "created_at"
    actions = ["pause", "go_on", "cancel"]
    change_form_template = "ingestion/admin_run.html"
    # How it goes is shown above; what is left here does not change while one looks, or is for the operator.
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "brand",
                    "trigger",
                    "start_url",
                    "force",
                    "max_pages",
                    "requests_per_second",
                    "languages",
                    "created_at",
                ]
            },
        ),
        (
            _("Details of the work"),
            {
                "classes": ["collapse"],
                "fields": [
                    *(
                        "state",
                        "started_at",
                        "heartbeat_at",
                        "finished_at",
                        "rest_until",
                        "rest_reason",
                        "rest_about",
                        "revivals",
                    ),
                    *("worker_host", "worker_pid", "lease", "why_it_failed", "counters"),
                ],
            },
        ),
    ]

    @admin.display(description=_("last error"))
    def why_it_failed(self, run: IngestionRun) -> str:
        return run.error_said

    @admin.action(description=_("Cancel"), permissions=["view"])
    def cancel(self, request: HttpRequest, runs: QuerySet[IngestionRun]) -> None:
        self._change(request, runs, services.cancel_run)

    @admin.action(description=_("Pause"), permissions=["view"])
    def pause(self, request: HttpRequest, runs: QuerySet[IngestionRun]) -> None:
        self._change(request, runs, services.pause_run)

    @admin.action(description=_("Go on after a pause"), permissions=["view"])
    def go_on(self, request: HttpRequest, runs: QuerySet[IngestionRun]) -> None:
        self._change(request, runs, services.resume_run)

    def _change(self, request: HttpRequest, runs: QuerySet[IngestionRun], change: Change) -> None:
        if request.user.has_perm("ingestion.change_ingestionrun"):
            tell_changed(request, runs, change)
        else:
            messages.error(request, gettext("You may look at runs, but not change them."))

    @admin.display(description=_("found"))
    def found(self, run: IngestionRun) -> int:
        return int(run.counters.get("discovered", 0))

    @admin.display(description=_("stored"))
    def stored(self, run: IngestionRun) -> int:
        return int(run.counters.get("stored", 0)) + int(run.counters.get("unchanged", 0))

    @admin.display(description=_("failed"))
    def failed(self, run: IngestionRun) -> int:
        return int(run.counters.get("failed", 0))

    @admin.display(description=_("log"))
    def log_link(self, run: IngestionRun) -> str:
        return format_html('<a href="{}">{}</a>', log_address(run), _("Log by URL"))


@admin.display(description=_("reason"), ordering="reason")
def explanation(row: Fate) -> str:
    return row.said


def log_address(run: IngestionRun) -> str:
    return f"{reverse('admin:ingestion_ingestlog_changelist')}?{urlencode({'run__id__exact': run.pk})}"


@admin.register(FrontierUrl)
class FrontierUrlAdmin(ReadOnlyAdmin):
    list_display = [
        "url", "kind", "state", "stage", "explanation", "http_status", "milliseconds", "size", "rendered",
        "attempts", "visited_at",
    ]  # fmt: skip
    list_filter = ["state", "stage", "kind", "rendered", OF_BRAND, "code"]
    search_fields = ["url", "reason"]
    explanation = staticmethod(explanation)
    show_full_result_count = False


@admin.register(IngestLog)
class IngestLogAdmin(ReadOnlyAdmin):
    list_display = [
        "created_at", "outcome", "url", "stage", "explanation", "http_status", "documents", "milliseconds", "size",
    ]  # fmt: skip
    list_filter = ["outcome", "stage", "code", OF_BRAND, ("run", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["url", "reason"]
    explanation = staticmethod(explanation)
    list_select_related = ["brand"]
    show_full_result_count = False


@admin.register(IngestionStatus)
class IngestionStatusAdmin(ReadOnlyAdmin):
    list_display = [
        "brand",
        "state",
        "percent",
        "urls_discovered",
        "urls_processed",
        "documents_ingested",
        "finished_at",
    ]
    list_filter = ["state"]
    search_fields = ["brand__name"]
    list_select_related = ["brand"]


@admin.register(Host)
class HostAdmin(ReadOnlyAdmin):
    list_display = ["name", "run", "wanted_by", "ready_at", "asked_for_rest", "crawl_delay", "interval", "at_once"]
    list_filter = ["asked_for_rest"]
    search_fields = ["name"]
    list_select_related = ["run__brand", "wanted_by__brand"]


@admin.register(WorkerState)
class WorkerStateAdmin(ReadOnlyAdmin):
    list_display = ["mode", "delay", "at_once", "quiet_from", "quiet_until", "paused", "heartbeat_at", "updated_at"]


@admin.register(Upload)
class UploadAdmin(ReadOnlyAdmin):
    list_display = ["name", "brand", "state", "reason", "document", "user", "created_at"]
    list_filter = ["state", OF_BRAND]
    search_fields = ["name", "reason"]
    list_select_related = ["brand", "document", "user"]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return HttpResponseRedirect(reverse("ingestion:upload"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("ingestion.add_upload")
