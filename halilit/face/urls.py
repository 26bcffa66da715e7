from django.urls import URLPattern, path

from . import views

app_name = "face"
urlpatterns: list[URLPattern] = [
    path("preferences/theme/", views.theme, name="theme"),
    path("staff/styleguide/", views.styleguide, name="styleguide"),
]
