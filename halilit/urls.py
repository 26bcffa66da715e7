"""The site's addresses. Names and paths are an interface: scripts and bookmarks rely on them."""

from django.contrib import admin
from django.urls import include, path

from halilit.api.app import api

urlpatterns = [
    path("", include("halilit.accounts.urls")),
    path("", include("catalog.urls")),
    path("", include("rag.urls")),
    path("", include("ingestion.urls")),
    path("api/", api.urls),
    path("", include("halilit.face.urls")),
    path("", include("halilit.coverage.urls")),
    path("", include("halilit.embed.urls")),
    path("", include("halilit.console.urls")),
    path("", include("halilit.ops.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]

handler403 = "halilit.ops.refused.refused"
handler500 = "halilit.ops.troubles.failed"
