"""manage.py seed_synonyms: add the starter glossary's missing words; what staff wrote stays."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rag.synonyms import seed


class Command(BaseCommand):
    help = _("Add the starter glossary's missing words to the search synonyms; words that are there stay as they are.")

    def handle(self, *args: Any, **options: Any) -> None:
        added = seed()
        told = ngettext(
            "%(added)d word added to the search synonyms.", "%(added)d words added to the search synonyms.", added
        )
        self.stdout.write(told % {"added": added})
