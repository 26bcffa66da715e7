"""A brand's plan of visits, for staff."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from catalog.access import needs
from catalog.models import Brand

from . import plans, queries
from .forms import PlanForm


@needs("ingestion.view_visitplan", change="ingestion.change_visitplan")
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    brand = get_object_or_404(Brand, pk=pk)
    form = PlanForm(request.POST or None, instance=plans.plan_of(brand))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The plan of %(brand)s is kept.") % {"brand": brand})
        return redirect("ingestion:plan", pk)
    context = {"brand": brand, "form": form, "plan": plans.plan_of(brand), "status": queries.status_of(brand)}
    return render(request, "ingestion/plan.html", context, status=422 if form.errors else 200)


@needs("ingestion.change_visitplan")
@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    brand = get_object_or_404(Brand, pk=pk)
    if plans.release(brand):
        messages.success(request, _("%(brand)s is visited by itself again.") % {"brand": brand})
    else:
        messages.warning(request, _("%(brand)s was not set aside.") % {"brand": brand})
    return redirect("ingestion:plan", pk)
