"""How good answers are, for staff: the last runs of `manage.py evaluate`."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.access import needs

from . import evaluations


@needs("rag.view_evaluation")
@require_safe
@never_cache
def evaluation(request: HttpRequest) -> HttpResponse:
    chart = {"width": evaluations.WIDTH, "height": evaluations.HEIGHT}
    return render(request, "rag/care/evaluation.html", {"report": evaluations.report(), "chart": chart})
