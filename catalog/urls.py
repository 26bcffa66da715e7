from django.urls import URLPattern, path

from . import views

app_name = "catalog"
urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("brands/", views.brands, name="brands"),
    path("brands/<slug:slug>/", views.brand, name="brand"),
    path("products/<slug:brand>/<slug:slug>/", views.product, name="product"),
    path("documents/<int:pk>/", views.document, name="document"),
    path("documents/<int:pk>/file/", views.document_file, name="document_file"),
    path("media/<path:name>", views.picture, name="picture"),
]
