from django.urls import URLPattern, path

from . import views

app_name = "embed"
urlpatterns: list[URLPattern] = [
    path("embed.js", views.script, name="script"),
    path("embed/", views.frame, name="frame"),
    path("staff/embed/", views.how_to, name="how_to"),
]
