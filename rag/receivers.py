"""Hears that documents changed, and has their passages brought up to date. Deleted rows take theirs along."""

from typing import Any

from django.dispatch import receiver

from catalog.signals import documents_changed

from . import upkeep


@receiver(documents_changed)
def index_changed_documents(*, document_ids: list[int], **kwargs: Any) -> None:
    upkeep.mark(document_ids)
    upkeep.begin()
