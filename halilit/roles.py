"""Roles of staff: groups with permissions, the same in every installation. docs/roles.md shows what each may open.

Every migrate brings the three groups up to date; for another mix of rights an installation makes a group of its own.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    VIEWER = "viewer"
    EDITOR = "editor"
    OPERATOR = "operator"


TITLES = {Role.VIEWER: _("viewer"), Role.EDITOR: _("editor"), Role.OPERATOR: _("operator")}
APPS = ("catalog", "ingestion", "rag", "halilit")
QUEUE = "django_q"
# What editors write themselves; all of it can be taken back by its history.
EDITED = {
    "catalog": "productfamily product productalias productdocument specification document media expectation "
    "nosuchdocument rejectedlink",
    "rag": "curatedanswer curatedsource searchsynonym documentquestions",
}
EDITS = {f"{app}.{verb}_{model}" for app, models in EDITED.items() for model in models.split() for verb in
         ("add", "change", "delete")} | {
    "catalog.add_brand", "catalog.change_brand", "catalog.change_change", "ingestion.add_upload",
    "halilit.change_problem",
}  # fmt: skip
# Keys to other doors, and who writes what down about whom: for operators.
SECRET = {"apitoken", "staffaction", "webhook", "delivery"}


def viewer(app: str, codename: str, model: str) -> bool:
    return app in APPS and codename.startswith("view_") and model not in SECRET


def editor(app: str, codename: str, model: str) -> bool:
    return viewer(app, codename, model) or f"{app}.{codename}" in EDITS


def operator(app: str, codename: str, model: str) -> bool:
    return app in APPS or (app == QUEUE and codename.startswith(("view_", "delete_")))


GRANTS: dict[Role, Callable[[str, str, str], bool]] = {
    Role.VIEWER: viewer,
    Role.EDITOR: editor,
    Role.OPERATOR: operator,
}


def refresh(**kwargs: Any) -> None:
    """Make the three groups, with the permissions of today's models. After each migrate; cheap where all is there."""
    from django.apps import apps
    from django.contrib.auth.management import create_permissions
    from django.contrib.auth.models import Group, Permission

    using = kwargs.get("using", "default")
    for app in (*APPS, QUEUE):
        create_permissions(apps.get_app_config(app), verbosity=0, using=using)
    known = list(
        Permission.objects.using(using)
        .filter(content_type__app_label__in=(*APPS, QUEUE))
        .values_list("pk", "content_type__app_label", "codename", "content_type__model")
    )
    for role, grants in GRANTS.items():
        group, _made = Group.objects.using(using).get_or_create(name=role.value)
        group.permissions.set([pk for pk, *row in known if grants(*row)])
