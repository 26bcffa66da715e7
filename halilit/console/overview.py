"""The console's first page: what is at work, which is polled, and the state of everything, which changes slowly."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ingestion.models import WorkerMode, WorkerState

from . import asked, at_work, brands, failures, workers

MOST_BRANDS = 10  # those at work and those that failed come first; all of them have a page of their own
SEEN = "SEEN"  # in the rendered part, where its own mark is to stand


def whole(request: HttpRequest, form: Any) -> str:
    state_of_workers = WorkerState.current()
    standings = brands.standings()
    context = state(standings) | {
        "form": form,
        "choices": choices(standings, chosen=form["brand"].value()),
        "worker": state_of_workers,
        "live": marked(state_of_workers),
    }
    return render_to_string("ops/staff.html", context, request)


def polled(request: HttpRequest) -> HttpResponse:
    """What is at work, or nothing at all (204) where it is as it was last seen.

    When a run has begun or ended since, the page is told to ask for the rest again too.
    """
    part = marked(WorkerState.current())
    if mark_of(part) == request.GET.get("seen"):
        return HttpResponse(status=204)
    response = HttpResponse(part)
    if f'runs={request.GET.get("runs", "")}"' not in part.split(" hx-trigger", 1)[0]:
        response["HX-Trigger-After-Swap"] = "runs-changed"
    return response


def marked(worker: WorkerState) -> str:
    """The polled part, with a mark of what it says. It is the same for everybody, so it needs no request."""
    part = render_to_string("console/_live.html", live(worker))
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


def choices(standings: Sequence[brands.Standing], *, chosen: Any) -> SafeString:
    """The brands to choose from: made here, as a template would take longer over them than over all the rest."""
    named = sorted(standings, key=lambda one: one.name.lower())
    chosen = str(chosen or "")
    rows = ((one.pk, mark_safe(" selected") if str(one.pk) == chosen else "", one.name) for one in named)
    return format_html_join("", '<option value="{}"{}>{}</option>', rows)


def state(standings: Sequence[brands.Standing]) -> dict[str, Any]:
    return {
        "lines": brands.lines(standings[:MOST_BRANDS]),
        "brands": len(standings),
        **brands.charts_of(standings),
        **failures.last_day(),
        **asked.of_late(),
    }
