from django.urls import URLPattern, path

from . import views, views_account

app_name = "accounts"
urlpatterns: list[URLPattern] = [
    # Django's own address: everything that asks for a login leads there.
    path("admin/login/", views.login, name="login"),
    path("admin/logout/", views_account.logout, name="logout"),
    path("admin/password_change/", views_account.password_change, name="password_change"),
    path("staff/account/", views_account.account, name="account"),
    path("staff/login/code/", views.code, name="code"),
    path("staff/second-factor/", views.second_factor_page, name="second_factor"),
    path("staff/second-factor/codes/", views.new_codes, name="new_codes"),
    path("staff/second-factor/remove/", views.remove, name="remove"),
]
