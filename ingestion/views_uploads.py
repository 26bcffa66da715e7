"""Staff's page for files of their own: sending them, and what became of each."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from catalog.access import needs
from catalog.correcting import names_of
from catalog.htmx import HtmxRequest, wants_part
from catalog.models import Brand, Document, Product

from . import queries, uploads
from .forms import UploadForm


@require_http_methods(["GET", "HEAD", "POST"])
@needs("ingestion.view_upload", change="ingestion.add_upload")
@vary_on_headers("HX-Request")
def upload(request: HtmxRequest) -> HttpResponse:
    if request.method == "POST":
        return _receive(request)
    return _show(request, UploadForm(initial=_initial(request)), _brand(request))


def _receive(request: HtmxRequest) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, form, Brand.objects.filter(slug=request.POST.get("brand", "")).first(), status=422)
    values = form.cleaned_data
    kept = uploads.receive(values.pop("sent"), user=request.user, **values)
    uploads.work(kept)
    told = ngettext("%d file was received.", "%d files were received.", len(kept)) % len(kept)
    messages.success(request, told)
    return redirect(f"{reverse('ingestion:upload')}?{urlencode({'brand': values['brand'].slug})}#received")


def _show(request: HtmxRequest, form: UploadForm, brand: Brand | None, *, status: int = 200) -> HttpResponse:
    rows = queries.latest_uploads(brand)
    context = {
        "form": form,
        "brand": brand,
        "uploads": rows,
        "busy": any(row.is_unfinished or any(i.is_unfinished for i in row.inside.all()) for row in rows),
        "names": names_of(brand.pk) if brand else [],
        "replaced": _replaced(request),
    }
    part = "#received" if wants_part(request) else ""
    return render(request, "ingestion/uploads.html" + part, context, status=status)


def _brand(request: HttpRequest) -> Brand | None:
    replaced = _replaced(request)
    return replaced.brand if replaced else Brand.objects.filter(slug=request.GET.get("brand", "")).first()


def _replaced(request: HttpRequest) -> Document | None:
    named = request.GET.get("replaces") or request.POST.get("replaces") or ""
    rows = Document.objects.select_related("brand").filter(superseded_by=None)
    return rows.filter(pk=named).first() if named.isdecimal() and len(named) < 18 else None


def _initial(request: HttpRequest) -> dict[str, Any]:
    replaced, named = _replaced(request), request.GET.get("product", "")
    product = Product.objects.filter(pk=named).first() if named.isdecimal() and len(named) < 18 else None
    brand = replaced.brand if replaced else product.brand if product else None
    return {
        "brand": brand.slug if brand else request.GET.get("brand", ""),
        "product": product.name if product else "",
        "replaces": replaced.pk if replaced else None,
    }
