from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RagConfig(AppConfig):
    name = "rag"
    verbose_name = _("Search and answers")

    def ready(self) -> None:
        from . import receivers  # noqa: F401
