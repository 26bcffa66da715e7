"""What monitors ask: is it alive, is it ready, how much of everything."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from catalog.access import is_staff
from halilit.api.auth import has_scope
from halilit.models import Scope

from . import metrics, readiness
from .probes import is_local


@never_cache
@require_safe
async def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers. It touches nothing else, so that a monitor may ask every second."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 where requests can be served, else 503 with what is not well; why, which names hosts and folders, is told to
    this machine alone."""
    reasons = readiness.failures()
    if not is_local(request):
        reasons = dict.fromkeys(reasons, "")
    return JsonResponse({"ready": not reasons, "reasons": reasons}, status=503 if reasons else 200)


@never_cache
@require_safe
def show_metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text format, for this machine, staff and API tokens."""
    if not (is_local(request) or is_staff(request.user) or has_scope(request, Scope.READ)):
        refusal = _("The figures are for this machine, staff and API tokens. Send “Authorization: Bearer TOKEN”.")
        return HttpResponse(refusal, status=403, content_type="text/plain; charset=utf-8")
    return HttpResponse(metrics.text(), content_type=CONTENT_TYPE_LATEST)
