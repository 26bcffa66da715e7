from django.urls import URLPattern, path

from . import views, views_uploads

app_name = "ingestion"
urlpatterns: list[URLPattern] = [
    path("brands/<anyslug:slug>/status/", views.status, name="status"),
    path("staff/runs/<int:pk>/progress/", views.run_progress, name="run_progress"),
    path("staff/uploads/", views_uploads.upload, name="upload"),
]
