from django.urls import path

from . import views

app_name = "coverage"
urlpatterns = [
    path("staff/coverage/", views.overview, name="overview"),
    path("staff/coverage.csv", views.as_csv, name="csv"),
    path("staff/coverage/mark/", views.mark, name="mark"),
    path("staff/coverage/<anyslug:slug>/", views.brand, name="brand"),
    path("staff/coverage/<anyslug:slug>/letter/", views.ask_brand, name="letter"),
    path("staff/coverage/<anyslug:slug>/visit/", views.visit, name="visit"),
    path("staff/coverage/<anyslug:slug>/expect/", views.expect, name="expect"),
]
