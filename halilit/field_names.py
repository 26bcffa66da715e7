"""What people call the fields whose models leave it to Django, which would show their English names under /admin/."""

from django.apps import apps
from django.db.models import Field
from django.utils.translation import gettext_lazy as _

APPS = ("catalog", "ingestion", "rag", "halilit")
NAMES = {
    "attempts": _("attempts"),
    "brand": _("brand"),
    "conversation": _("conversation"),
    "document": _("document"),
    "documents": _("documents"),
    "family": _("family"),
    "heading": _("heading"),
    "language": _("language"),
    "number": _("number"),
    "page": _("page"),
    "product": _("product"),
    "products": _("products"),
    "run": _("run"),
    "text": _("text"),
    "title": _("title"),
    "user": _("user"),
    "webhook": _("webhook"),
}


def give() -> None:
    """Not in the models: a word of theirs would be a migration of each."""
    for model in apps.get_models():
        if model._meta.app_label in APPS:
            for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
                if is_unnamed(field) and field.name in NAMES:
                    field.verbose_name = NAMES[field.name]


def is_unnamed(field: "Field[object, object]") -> bool:
    return field.verbose_name == field.name.replace("_", " ")
