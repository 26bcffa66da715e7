from django.urls import URLPattern, path

from . import views, views_plans, views_runs, views_uploads

app_name = "ingestion"
urlpatterns: list[URLPattern] = [
    path("brands/<anyslug:slug>/status/", views.status, name="status"),
    path("staff/runs/", views_runs.runs, name="runs"),
    path("staff/runs/<int:pk>/", views_runs.run, name="run"),
    path("staff/runs/<int:pk>.csv", views_runs.run_csv, name="run_csv"),
    path("staff/runs/<int:pk>/progress/", views.run_progress, name="run_progress"),
    path("staff/brands/<int:pk>/plan/", views_plans.plan, name="plan"),
    path("staff/brands/<int:pk>/release/", views_plans.release, name="release"),
    path("staff/uploads/", views_uploads.upload, name="upload"),
]
