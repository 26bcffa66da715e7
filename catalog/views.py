"""The public pages of the catalogue: home, brands, products, documents, and the files behind them."""

from typing import Any

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from . import comparing, correcting, files, forms, queries, reading, relations
from .htmx import HtmxRequest, wants_part
from .models import Brand, DocumentKind, Product


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    brands = list(queries.brands_with_counts())
    context = {
        "brands": queries.brands_to_start_with(brands),
        "manuals": queries.recent_manuals(),
        "samples": queries.sample_questions(),
        "totals": queries.totals(brands),
    }
    return render(request, "catalog/home.html", context)


@require_safe
@vary_on_headers("HX-Request")
def brands(request: HtmxRequest) -> HttpResponse:
    """All brands, filtered by name while it is typed."""
    form = forms.BrandsForm(request.GET)
    found = queries.brands_named(form.values["q"].strip())
    part = "#list" if wants_part(request) else ""
    return render(request, "catalog/brands.html" + part, {"form": form, "brands": found})


@require_safe
def brand(request: HttpRequest, slug: str) -> HttpResponse:
    """A brand's products or, by `?show=documents`, its documents."""
    shown = get_object_or_404(queries.brands_with_counts(), slug=slug)
    wanted = forms.BrandForm(request.GET).values
    part = brand_documents(shown, wanted) if wanted["show"] == forms.DOCUMENTS else brand_products(shown, wanted)
    context = {"brand": shown, "wanted": wanted, "last_read": queries.last_read(shown)} | part
    return render(request, "catalog/brand.html", context)


def brand_documents(shown: Brand, wanted: dict[str, Any]) -> dict[str, Any]:
    narrowed = {name: wanted[name] for name in ("kind", "language")}
    facets = queries.document_facets(shown)
    page = queries.numbered(queries.documents_of(shown, **narrowed), wanted["page"], count=facets.count(**narrowed))
    return {"facets": facets, "kinds": dict(DocumentKind.choices), "page": page}


def brand_products(shown: Brand, wanted: dict[str, Any]) -> dict[str, Any]:
    narrowed = {name: wanted[name] for name in ("family", "lifecycle", "q")}
    families = queries.families_of(shown)
    whole = None if any(narrowed.values()) else shown.product_count  # type: ignore[attr-defined]
    rows = queries.products_of(shown, sort=wanted["sort"], **narrowed)
    page = queries.numbered(rows, wanted["page"], count=whole)
    return {"families": families, "form": forms.ListForm(wanted), "page": page}


def shown_of(product: Product) -> dict[str, Any]:
    """What the page of a product shows to everybody."""
    siblings = list(queries.siblings_of(product).prefetch_related(None))
    series = relations.series_of(product, queries.products_of(product.brand).prefetch_related(None))
    prefetch_related_objects([*siblings, *series], queries.first_picture())  # of all in one query
    return {
        "product": product,
        "papers": queries.papers_of(product),
        "sections": queries.sections_of(product),
        "siblings": siblings,
        "successor": queries.successor_of(product),
        "relatives": relations.grouped(product, series),
        "comparable": comparing.partners(series, siblings),
    }


@require_safe
def product(request: HttpRequest, brand: str, slug: str) -> HttpResponse:
    shown = get_object_or_404(queries.product_in_full(), brand__slug=brand, slug=slug)
    if shown.merged_into is not None:
        return redirect(shown.merged_into, permanent=False)
    if shown.hidden and not request.user.is_staff:
        raise Http404
    context = shown_of(shown)
    if request.user.has_perm("catalog.change_product"):
        context["staff"] = correcting.product_context(shown)
    return render(request, "catalog/product.html", context)


@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """The text of all pages, each with the anchor that citations link to."""
    shown = get_object_or_404(queries.readable(request.user, queries.document_in_full()), pk=pk)
    if shown.duplicate_of_id:
        return redirect("catalog:document", shown.duplicate_of_id)
    cut = reading.pdf_blocks if shown.is_pdf else reading.web_blocks
    pages = [(page, cut(page.text)) for page in shown.pages.all()]
    context = {"document": shown, "brand": shown.brand, "pages": pages}
    if request.user.has_perm("catalog.change_document"):
        context["staff"] = correcting.document_context(shown)
    return render(request, "catalog/document.html", context)


@require_safe
def document_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    return files.send_document(request, get_object_or_404(queries.readable(request.user), pk=pk))


@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponseBase:
    return files.send_picture(request, name)
