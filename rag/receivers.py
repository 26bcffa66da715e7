"""Hears that documents changed, and brings their passages up to date. Deleted rows take theirs along by themselves."""

from typing import Any

from django.dispatch import receiver

from catalog.signals import documents_changed

from .index import index_documents


@receiver(documents_changed)
def index_changed_documents(*, document_ids: list[int], **kwargs: Any) -> None:
    index_documents(document_ids)
