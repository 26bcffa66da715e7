"""Whether what answers rest on still stands: cited passages are looked up again when their documents change.

A curated answer that lost a source is not given any more until staff have looked at it. Answers that were given are
kept as they were; where their passage is gone, their page says so, and staff see them listed.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import Document, DocumentPage, DocumentState

from .care import CuratedAction, CuratedAnswer, CuratedChange, CuratedSource
from .models import Answer, AnswerState
from .sources import stands_in

logger = logging.getLogger(__name__)

GONE = _("“%(title)s” is no longer there.")
CHANGED = _("“%(title)s” has changed: the passage no longer stands on page %(page)s.")
KEPT_FOR = timedelta(days=90)  # so far back answers are listed
MOST = 2_000  # answers that are looked at


def doubts(curated: CuratedAnswer) -> list[str]:
    """Why it cannot be given as it is; empty where every source still stands."""
    return [reason for source in curated.sources.select_related("document") if (reason := _doubt(source))]


def _doubt(source: CuratedSource) -> str:
    document = source.document
    title = document.title if document else source.title
    if document is None or not _is_there(document):
        return str(GONE % {"title": title})
    if source.quote and not _stands(document.pk, source.page, source.page, [source.quote]):
        return str(CHANGED % {"title": title, "page": source.page})
    return ""


def _is_there(document: Document) -> bool:
    return document.gone_since is None and not document.hidden and document.state == DocumentState.STORED


def _stands(document_id: int, first: int, last: int, quotes: Sequence[str]) -> bool:
    pages = DocumentPage.objects.filter(document_id=document_id, number__range=(first, last)).order_by("number")
    text = "\n".join(pages.values_list("text", flat=True))
    return all(stands_in(line, text) for quote in quotes for line in quote.splitlines() if line.strip())


def is_sound(curated: CuratedAnswer) -> bool:
    """Whether it may be given now. One that may not is marked, and staff find it under what needs review."""
    if curated.needs_review:
        return False
    reasons = doubts(curated)
    if reasons:
        doubt(curated, reasons)
    return not reasons


def doubt(curated: CuratedAnswer, reasons: Sequence[str]) -> None:
    why = " ".join(reasons)[:300]
    with transaction.atomic():
        marked = CuratedAnswer.objects.filter(pk=curated.pk, needs_review=False)
        if marked.update(needs_review=True, review_reason=why):
            CuratedChange.objects.create(curated=curated, action=CuratedAction.DOUBTED, detail=why)
    curated.needs_review, curated.review_reason = True, why


def recheck(document_ids: Iterable[int]) -> int:
    """Look at the curated answers that rest on these documents; returns how many need review now."""
    ids = list(document_ids)
    resting = CuratedAnswer.objects.filter(sources__document__in=ids) | CuratedAnswer.objects.filter(documents__in=ids)
    found = 0
    for curated in resting.filter(needs_review=False).distinct():
        unquoted = curated.documents.filter(pk__in=ids) | Document.objects.filter(
            pk__in=curated.sources.filter(document__in=ids, quote="").values("document")
        )
        # Without its words nobody can tell whether a change touched what the answer says.
        changed = [str(_("“%(title)s” has changed.") % {"title": each.title}) for each in unquoted.distinct()]
        reasons = doubts(curated) or changed
        if reasons:
            doubt(curated, reasons)
            found += 1
        else:
            CuratedAnswer.objects.filter(pk=curated.pk).update(checked_at=timezone.now())
    return found


def lost_sources(answer: Answer) -> list[int]:
    """The numbers of its sources whose passage no longer stands on the cited page."""
    return _lost(answer, _states(source["document"] for source in answer.sources), _stands)


def _lost(answer: Answer, states: Mapping[int, Any], stands: Callable[..., bool]) -> list[int]:
    return [
        source["n"]
        for source in answer.sources
        if _is_lost(source, states.get(source["document"]), answer.created_at, stands)
    ]


def _is_lost(source: Mapping[str, Any], state: Any, since: datetime, stands: Callable[..., bool]) -> bool:
    """Only of a document that has changed since the answer are pages looked at again."""
    if state is None or state["gone_since"] or state["hidden"]:
        return True
    if not state["changed_at"] or state["changed_at"] <= since:
        return False
    quotes = tuple(source.get("quotes") or [source.get("text", "")])
    return not stands(source["document"], source["page"], source["last_page"], quotes)


def _states(ids: Iterable[int]) -> dict[int, Any]:
    rows = Document.objects.filter(pk__in=set(ids)).values("pk", "changed_at", "gone_since", "hidden")
    return {row["pk"]: row for row in rows}


def answers_to_review(limit: int = 50) -> list[tuple[Answer, list[int]]]:
    """Answers of the last weeks that rest on a passage that is gone, newest first, with those sources' numbers."""
    since = timezone.now() - KEPT_FOR
    rows = Answer.objects.filter(state=AnswerState.DONE, abstained=False, created_at__gte=since)
    newest = list(rows.exclude(sources=[]).select_related("brand", "product").order_by("-created_at")[:MOST])
    states = _states(source["document"] for answer in newest for source in answer.sources)
    stands = cache(_stands)  # many answers cite the same passages
    lost = ((answer, _lost(answer, states, stands)) for answer in newest)
    return list(islice(((answer, numbers) for answer, numbers in lost if numbers), limit))


def curated_to_review() -> list[CuratedAnswer]:
    """Curated answers that staff must look at, those with a deleted source among them."""
    bereft = CuratedAnswer.objects.filter(active=True, needs_review=False, sources__document=None)
    for curated in bereft.exclude(sources=None).distinct():
        is_sound(curated)
    return list(CuratedAnswer.objects.filter(needs_review=True).select_related("product").order_by("-updated_at"))
