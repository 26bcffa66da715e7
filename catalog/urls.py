"""Addresses of the catalogue: public pages, files and pictures, and the staff's corrections."""

from django.urls import URLPattern, path, register_converter

from . import views, views_family, views_page, views_staff


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
    path("brands/<anyslug:brand>/families/<anyslug:slug>/", views_family.family, name="family"),
    path("compare/", views_family.compare, name="compare"),
    path("products/<anyslug:brand>/<anyslug:slug>/", views.product, name="product"),
    path("documents/<int:pk>/", views.document, name="document"),
    path("documents/<int:pk>/file/", views.document_file, name="document_file"),
    path("documents/<int:pk>/pages/<int:number>/", views_page.page, name="page"),
    path("documents/<int:pk>/pages/<int:number>/<int:scale>x.jpg", views_page.page_picture, name="page_picture"),
    path("media/<path:name>", views.picture, name="picture"),
    path("staff/changes/", views_staff.changes, name="changes"),
    path("staff/changes.csv", views_staff.changes_csv, name="changes_csv"),
    path("staff/changes/<int:pk>/undo/", views_staff.undo_change, name="undo_change"),
    path("staff/products/<int:pk>/correct/", views_staff.correct_product, name="correct_product"),
    path("staff/products/<int:pk>/hide/", views_staff.hide_product, name="hide_product"),
    path("staff/products/<int:pk>/merge/", views_staff.merge_product, name="merge_product"),
    path("staff/products/<int:pk>/split/", views_staff.split_product, name="split_product"),
    path("staff/documents/<int:pk>/correct/", views_staff.correct_document, name="correct_document"),
    path("staff/documents/<int:pk>/move/", views_staff.move_document, name="move_document"),
    path("staff/documents/<int:pk>/withdraw/", views_staff.withdraw_document, name="withdraw_document"),
]
