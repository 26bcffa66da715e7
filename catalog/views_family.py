"""The pages of a family of products, and of products side by side."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from . import comparing, forms, queries, relations
from .models import Product, ProductFamily


@require_safe
def family(request: HttpRequest, brand: str, slug: str) -> HttpResponse:
    """A family's products, in the order that is asked for, and the manuals of all of them."""
    shown = get_object_or_404(ProductFamily.objects.select_related("brand"), brand__slug=brand, slug=slug)
    wanted = forms.ListForm(request.GET).values
    rows = queries.products_of(
        shown.brand, family=shown.slug, sort=wanted["sort"], lifecycle=wanted["lifecycle"], q=wanted["q"]
    )
    context = {
        "family": shown,
        "brand": shown.brand,
        "wanted": wanted,
        "form": forms.ListForm(wanted),
        "page": queries.numbered(rows, wanted["page"]),
        "families": queries.families_of(shown.brand),
        "manuals": queries.manuals_of_family(shown),
    }
    return render(request, "catalog/family.html", context)


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Up to four products side by side; `only=differences` leaves out what is the same."""
    ids = [int(value) for value in request.GET.getlist("p") if value.isascii() and value.isdigit() and len(value) < 18]
    products = comparing.chosen(ids)
    found = comparing.sections(products)
    only = request.GET.get("only") == "differences" and len(products) > 1
    for section in found if only else ():
        section.rows = [row for row in section.rows if row.differs]
    others = others_like(products[0]) if products else []
    context = {
        "products": products,
        "facts": comparing.facts(products),
        "sections": [section for section in found if section.rows],
        "only": only,
        "left_out": len(dict.fromkeys(ids)) > comparing.MOST,
        "others": [other for other in others if other not in products],
        "room": len(products) < comparing.MOST,
    }
    return render(request, "catalog/compare.html", context)


def others_like(product: Product) -> list[Product]:
    series = relations.series_of(product, queries.products_of(product.brand))
    return comparing.partners(series, queries.siblings_of(product))
