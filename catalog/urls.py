from django.urls import URLPattern, path, register_converter

from . import views, views_page


class AnySlug:
    """A slug in any script: products and brands may have Hebrew names."""

    regex = r"[-\w]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(AnySlug, "anyslug")

app_name = "catalog"
urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("brands/", views.brands, name="brands"),
    path("brands/<anyslug:slug>/", views.brand, name="brand"),
    path("products/<anyslug:brand>/<anyslug:slug>/", views.product, name="product"),
    path("documents/<int:pk>/", views.document, name="document"),
    path("documents/<int:pk>/file/", views.document_file, name="document_file"),
    path("documents/<int:pk>/pages/<int:number>/", views_page.page, name="page"),
    path("documents/<int:pk>/pages/<int:number>/<int:scale>x.jpg", views_page.page_picture, name="page_picture"),
    path("media/<path:name>", views.picture, name="picture"),
]
