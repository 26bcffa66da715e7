from django.urls import path, re_path

from halilit.api import app

from . import staff, views

app_name = "ops"
urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.show_metrics, name="metrics"),
    path("staff/", staff.overview, name="staff"),
    path("staff/worker/start/", staff.start_worker, name="start_worker"),
    path("staff/worker/quiet/", staff.quiet_hours, name="quiet_hours"),
    path("staff/worker/stop/", staff.stop_worker, name="stop_worker"),
    path("staff/brands/<int:brand_id>/scrape/", staff.scrape, name="scrape"),
    path("staff/runs/<int:run_id>/cancel/", staff.cancel, name="cancel"),
    path("staff/runs/<int:run_id>/pause/", staff.pause, name="pause"),
    path("staff/runs/<int:run_id>/resume/", staff.resume, name="resume"),
    re_path(r"^api/(?P<rest>.*)$", app.unknown, name="api_unknown"),
]
