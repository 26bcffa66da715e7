"""The page for who may not: what is missing, which role has it, and whom to ask."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from catalog.access import MissingPermission, is_staff
from halilit.roles import TITLES, Role

ADMIN_ACTIONS = {"changelist": "view", "add": "add", "change": "view", "delete": "delete", "history": "view"}


def said(permission: str) -> str:
    """A permission in words, such as “change products”; empty where no record belongs to it."""
    from django.apps import apps

    app, _dot, codename = permission.partition(".")
    verb, _line, model = codename.partition("_")
    try:
        records = apps.get_model(app, model)._meta.verbose_name_plural
    except LookupError:
        return ""
    words = {
        "view": _("see %(records)s"),
        "add": _("add %(records)s"),
        "change": _("change %(records)s"),
        "delete": _("delete %(records)s"),
    }
    return words[verb] % {"records": records} if verb in words else ""


def wanted(request: HttpRequest, exception: object) -> str:
    """The permission that was missing, from the view's own declaration or from the admin's address."""
    if isinstance(exception, MissingPermission):
        return exception.permission
    match = request.resolver_match
    if match is None or match.app_name != "admin":
        return ""
    for model in admin.site._registry:
        prefix = f"{model._meta.app_label}_{model._meta.model_name}_"
        action = ADMIN_ACTIONS.get((match.url_name or "").removeprefix(prefix))
        if action and (match.url_name or "").startswith(prefix):
            return f"{model._meta.app_label}.{action}_{model._meta.model_name}"
    return ""


def roles_with(permission: str) -> list[Any]:
    app, _dot, codename = permission.partition(".")
    found = Group.objects.filter(permissions__content_type__app_label=app, permissions__codename=codename)
    titles = {str(role): TITLES[role] for role in Role}
    return [titles.get(name, name) for name in found.order_by("pk").values_list("name", flat=True)]


def who_grants() -> list[Any]:
    """Staff who look after accounts, those with an address for mail first."""
    people = get_user_model().objects.filter(is_active=True, is_superuser=True).order_by("-email", "pk")
    return list(people[:3])


def refused(request: HttpRequest, exception: object = None) -> HttpResponse:
    user = getattr(request, "user", None)
    known = bool(user is not None and is_staff(user))
    permission = wanted(request, exception) if known else ""
    context = {"known": known, "missing": said(permission)}
    if known:
        context |= {"roles": roles_with(permission) if permission else [], "people": who_grants()}
    return render(request, "403.html", context, status=403)
