"""Choosing light or dark, the style guide, and what browsers and search engines ask a site for."""

from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalog import queries
from catalog.access import needs

from . import examples, share
from .appearance import CHOICES

YEAR = 365 * 86400  # seconds
WEEK = 7 * 86400


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the reader's system has it (anything else); then back to the page of the form's `next`."""
    wanted = request.POST.get("next", "")
    local = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    response = redirect(wanted if local else "catalog:home")
    chosen = request.POST.get("theme", "")
    if chosen in CHOICES:
        name = settings.THEME_COOKIE_NAME
        response.set_cookie(name, chosen, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure())
    else:
        response.delete_cookie(settings.THEME_COOKIE_NAME, samesite="Lax")
    return response


@needs()
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in every state, from examples that no database holds."""
    return render(request, "face/styleguide.html", examples.everything())


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Everything public may be found; operations and the API are nobody's search result."""
    closed = "".join(f"Disallow: {path}\n" for path in ("/admin/", "/staff/", "/api/", "/*/admin/", "/*/staff/"))
    where = request.build_absolute_uri("/sitemap.xml")
    return HttpResponse(f"User-agent: *\n{closed}\nSitemap: {where}\n", content_type="text/plain; charset=utf-8")


@require_safe
def share_picture(request: HttpRequest, brand: str, slug: str) -> HttpResponse:
    product = get_object_or_404(queries.product_in_full(), brand__slug=brand, slug=slug, hidden=False)
    key = f"share-{product.pk}-{product.changed_at or product.first_seen:%Y%m%d%H%M%S}"
    content = caches["pages"].get_or_set(key, lambda: share.picture_of(product), WEEK)
    response = HttpResponse(content, content_type="image/jpeg")
    patch_cache_control(response, public=True, max_age=WEEK)
    return response


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What makes the site an application on a phone's home screen."""
    said: dict[str, Any] = {
        "id": "/",
        "name": _("Halilit Support Centre"),
        "short_name": _("Support"),
        "description": _("Manuals, specifications and answers for the musical instruments that Halilit distributes."),
        "lang": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "start_url": reverse("catalog:home"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#f3f3f0",
        "theme_color": "#f3f3f0",
        "icons": [
            {"src": static(f"icons/{name}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
            for name, size, purpose in (("192", 192, "any"), ("512", 512, "any"), ("512-maskable", 512, "maskable"))
        ],
        "shortcuts": [{"name": _("Ask a question"), "url": reverse("rag:ask")}],
    }
    return JsonResponse(said, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. It must come from the root, as it may only keep pages beneath its own address."""
    file = settings.BASE_DIR / "static" / "worker.js"
    kept = [static(name) for name in ("tokens.css", "site.css", "site.js", "icons.svg", "mark.svg")]
    text = file.read_text(encoding="utf-8").replace("[/* files */]", repr(kept))
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What is shown instead of a page that cannot be had; the service worker keeps it."""
    return render(request, "face/offline.html")
