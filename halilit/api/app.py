"""Puts the API together."""

import hashlib
import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Swagger
from ninja.openapi.schema import OpenAPISchema

from . import (
    middleware,
    problems,
    views_catalog,
    views_changes,
    views_chat,
    views_coverage,
    views_dry_runs,
    views_insight,
    views_more,
    views_plans,
    views_search,
    views_webhooks,
    views_worker,
)

DESCRIPTION = """The catalogue, search and the state of scrapes are open to read. What staff alone see, and everything
that changes something, needs a staff session with its CSRF token, or an API token with the scope:
`Authorization: Bearer TOKEN`, from `manage.py create_api_token NAME`. Errors are problem details (RFC 9457). Reads
carry an ETag; send it back as If-None-Match. Long lists name the next page as `next`, to be sent as `cursor`. Too many
requests within a minute are refused with 429 and Retry-After."""


class Pages(Swagger):
    """The OpenAPI pages from this site's own files. Staff who are logged in may try out what changes state."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        shown = json.dumps(self.settings | {"url": self.get_openapi_url(api, kwargs)})
        context = {"api": api, "swagger_settings": shown, "add_csrf": request.user.is_authenticated}
        return render(request, "ops/api_docs.html", context)


class SupportApi(NinjaAPI):
    """Answers to reads carry an ETag: whoever sends it back gets 304 and no body while nothing has changed."""

    def create_response(self, request: HttpRequest, data: Any, **kwargs: Any) -> HttpResponse:
        response = super().create_response(request, data, **kwargs)
        if request.method != "GET" or response.status_code != 200:
            return response
        response["ETag"] = etag = f'W/"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        response["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, ["Authorization", "Cookie"])
        return get_conditional_response(request, etag=etag, response=response) or response

    written: OpenAPISchema | None = None

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        """Refusals are written down as what they are, problem details. Putting it together takes a while: once."""
        if self.written is None:
            schema = super().get_openapi_schema(**kwargs)
            for path in schema["paths"].values():
                for operation in path.values():
                    operation["responses"] = problems.described(operation["responses"])
            self.written = schema
        return self.written


api = SupportApi(
    title="Halilit Support Centre",
    version="1.0",
    description=DESCRIPTION,
    urls_namespace="api",
    docs=Pages(settings={"validatorUrl": None}),
)
problems.register(api)
api.add_router("", views_catalog.router)
api.add_router("", views_more.router)
api.add_router("", views_insight.router)
api.add_router("", views_changes.router)
api.add_router("", views_coverage.router)
api.add_router("", views_worker.router)
api.add_router("", views_plans.router)
api.add_router("", views_dry_runs.router)
api.add_router("", views_search.router)
api.add_router("", views_chat.router)
api.add_router("", views_webhooks.router)


def unknown(request: HttpRequest, rest: str) -> HttpResponse:
    """An address under /api/ that is none: told as the API tells everything."""
    return middleware.problem_response(404, _("There is nothing at this address. /api/docs lists them."))
