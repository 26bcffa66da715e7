"""manage.py embed: give all passages their vectors now, rather than bit by bit in the queue's worker."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rag import dense
from rag.embedders import embedder
from rag.errors import ProviderError


class Command(BaseCommand):
    help = _("Give every passage a vector of the model that HALILIT_EMBEDDER names.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if embedder() is None:
                raise CommandError(_("HALILIT_EMBEDDER is empty: search goes by words alone, and needs no vectors."))
            count = dense.catch_up()
        except ProviderError as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(ngettext("%d passage has a vector now.", "%d passages have a vector now.", count) % count)
