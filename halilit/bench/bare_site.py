"""A view that renders the product page from the same rows, served by Django alone: what our own page is compared with.

uvicorn halilit.bench.bare_site:application, with DJANGO_SETTINGS_MODULE=halilit.bench.bare_settings.
"""

from django.core.asgi import get_asgi_application
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path

application = get_asgi_application()

from catalog import queries  # noqa: E402
from catalog.views import shown_of  # noqa: E402
from halilit.urls import urlpatterns as ours  # noqa: E402


def product(request: HttpRequest, brand: str, slug: str) -> HttpResponse:
    shown = get_object_or_404(queries.product_in_full(), brand__slug=brand, slug=slug)
    return render(request, "catalog/product.html", shown_of(shown))


# Ours behind it: the page's links have to lead somewhere.
urlpatterns = [path("bare/<slug:brand>/<slug:slug>/", product), *ours]
