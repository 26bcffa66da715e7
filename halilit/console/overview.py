"""The console's first page: what is at work, which is polled, and the state of everything, which changes slowly."""

from hashlib import blake2b
from typing import Any

from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.models import Brand
from ingestion.models import WorkerMode, WorkerState

from . import asked, at_work, brands, failures, workers

MOST_BRANDS = 10  # those at work and those that failed come first; all of them have a page of their own
SEEN = "SEEN"  # in the rendered part, where its own mark is to stand


def whole(request: HttpRequest, form: Any) -> str:
    state_of_workers = WorkerState.current()
    context = state() | {
        "form": form,
        "choices": Brand.objects.filter(active=True).order_by(Lower("name")).values_list("pk", "name"),
        "worker": state_of_workers,
        "live": marked(request, state_of_workers),
    }
    return render_to_string("ops/staff.html", context, request)


def polled(request: HttpRequest) -> HttpResponse:
    """What is at work, or nothing at all (204) where it is as it was last seen.

    When a run has begun or ended since, the page is told to ask for the rest again too.
    """
    part = marked(request, WorkerState.current())
    if mark_of(part) == request.GET.get("seen"):
        return HttpResponse(status=204)
    response = HttpResponse(part)
    if f'runs={request.GET.get("runs", "")}"' not in part.split(" hx-trigger", 1)[0]:
        response["HX-Trigger-After-Swap"] = "runs-changed"
    return response


def marked(request: HttpRequest, worker: WorkerState) -> str:
    """The polled part, with a mark of what it says."""
    part = render_to_string("console/_live.html", live(worker), request)
    mark = blake2b(part.encode(), digest_size=6).hexdigest()
    return part.replace(f"seen={SEEN}", f"seen={mark}", 1)


def mark_of(part: str) -> str:
    return part.partition("seen=")[2].partition("&")[0]


def live(worker: WorkerState) -> dict[str, Any]:
    active = at_work.active()
    now = at_work.now(active)
    names = [one.run.pk for one in now["at_work"]]
    return now | {
        "clusters": workers.clusters(active),
        "mode": mode_of(worker),
        "busy": bool(now["at_work"] or now["queue"]),
        "runs": "-".join(map(str, sorted(names))),
    }


def mode_of(worker: WorkerState) -> str:
    if worker.mode == WorkerMode.CONTINUOUS:
        return ngettext(
            "Continuous, %d second between two brands", "Continuous, %d seconds between two brands", worker.delay
        ) % worker.delay  # fmt: skip
    return _("Once") if worker.mode == WorkerMode.ONCE else _("Nothing starts by itself")


def state() -> dict[str, Any]:
    lines = brands.lines()
    return {
        "lines": lines[:MOST_BRANDS],
        "brands": len(lines),
        **brands.charts_of(lines),
        **failures.last_day(),
        **asked.of_late(),
    }
