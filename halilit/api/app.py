"""Puts the API together."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Swagger

from . import (
    problems,
    views_catalog,
    views_changes,
    views_chat,
    views_coverage,
    views_plans,
    views_search,
    views_worker,
)

DESCRIPTION = """Reading is open. Changing state needs a staff session with its CSRF token, or an API token:
`Authorization: Bearer TOKEN`, from `manage.py create_api_token NAME`. Errors are problem details (RFC 9457)."""


class Pages(Swagger):
    """The OpenAPI pages from this site's own files. Staff who are logged in may try out what changes state."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        shown = json.dumps(self.settings | {"url": self.get_openapi_url(api, kwargs)})
        context = {"api": api, "swagger_settings": shown, "add_csrf": request.user.is_authenticated}
        return render(request, "ops/api_docs.html", context)


api = NinjaAPI(
    title="Halilit Support Centre",
    version="1.0",
    description=DESCRIPTION,
    urls_namespace="api",
    docs=Pages(settings={"validatorUrl": None}),
)
problems.register(api)
api.add_router("", views_catalog.router)
api.add_router("", views_changes.router)
api.add_router("", views_coverage.router)
api.add_router("", views_worker.router)
api.add_router("", views_plans.router)
api.add_router("", views_search.router)
api.add_router("", views_chat.router)


def unknown(request: HttpRequest, rest: str) -> HttpResponse:
    """An address under /api/ that is none: told as the API tells everything."""
    return problems.problem(api, request, 404, _("There is nothing at this address. /api/docs lists them."))
