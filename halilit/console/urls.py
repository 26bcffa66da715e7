from django.urls import path

from . import views, views_brand_list, views_desk, views_tokens

app_name = "console"
urlpatterns = [
    path("staff/attention/", views.attention, name="attention"),
    path("staff/attention/note/", views.note, name="note"),
    path("staff/brand-table/", views_brand_list.brand_table, name="brand_table"),
    path("staff/brands/", views_desk.brands, name="brands"),
    path("staff/brands/<anyslug:slug>/", views_desk.brand, name="brand"),
    path("staff/brands/<anyslug:slug>/addresses/", views_desk.addresses, name="addresses"),
    path("staff/brands/<anyslug:slug>/preview/", views_desk.preview, name="preview"),
    path("staff/insight/", views.show_insight, name="insight"),
    path("staff/tokens/", views_tokens.tokens, name="tokens"),
    path("staff/runs/compare/", views_desk.compare, name="compare"),
]
