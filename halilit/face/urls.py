from django.contrib.sitemaps.views import index, sitemap
from django.urls import URLPattern, path

from . import views
from .sitemaps import SITEMAPS

app_name = "face"
urlpatterns: list[URLPattern] = [
    path("preferences/theme/", views.theme, name="theme"),
    path("staff/styleguide/", views.styleguide, name="styleguide"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", index, {"sitemaps": SITEMAPS, "sitemap_url_name": "face:sitemap"}, name="sitemaps"),
    path("sitemap-<section>.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("share/<anyslug:brand>/<anyslug:slug>.jpg", views.share_picture, name="share_picture"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("worker.js", views.worker, name="worker"),
    path("offline/", views.offline, name="offline"),
]
