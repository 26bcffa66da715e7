"""Hears that documents changed, and has their passages brought up to date. Deleted rows take theirs along."""

import threading
from typing import Any

from django.dispatch import receiver
from django_q.conf import Conf
from django_q.signals import post_spawn

from catalog.signals import documents_changed, is_storing_much, moment_to_spare

from . import review, upkeep

AT_A_MOMENT = 5  # documents: some tenths of a second


@receiver(documents_changed)
def index_changed_documents(*, document_ids: list[int], **kwargs: Any) -> None:
    upkeep.mark(document_ids)
    review.recheck(document_ids)
    if not is_storing_much():
        upkeep.begin()


@receiver(moment_to_spare)
def index_some(**kwargs: Any) -> bool:
    return upkeep.index_some(AT_A_MOMENT)


@receiver(post_spawn)
def watch_marks(**kwargs: Any) -> None:
    """The queue's worker takes what others marked, so that a scrape at full speed need not stop for it."""
    if Conf.CLUSTER_NAME == "default":
        threading.Thread(target=upkeep.watch, name="index watch", daemon=True).start()
