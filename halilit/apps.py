from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HalilitConfig(AppConfig):
    name = "halilit"
    verbose_name = _("Support centre")
