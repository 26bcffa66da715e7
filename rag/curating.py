"""What staff do with curated answers. Each change is kept with who made it and what stood there before."""

import re
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Document, DocumentPage

from . import review
from .care import CuratedAction, CuratedAnswer, CuratedChange, CuratedSource
from .models import Answer
from .passage import Passage
from .sources import CITATION, cited_numbers, stands_in

LONGEST_QUOTE = 1_500  # characters


class CuratingRefused(Exception):
    """What was asked for cannot be done; the message says why and what to do."""


def draft(*, question: str, by: Any, answer: Answer | None = None) -> CuratedAnswer:
    """A new curated answer, switched off until it is ready; with the text and quotes of an answer that was given."""
    language = answer.language if answer else ("he" if re.search(r"[\u05d0-\u05ea]", question) else "en")
    given = answer if answer is not None and not answer.abstained else None
    with transaction.atomic():
        curated = CuratedAnswer.objects.create(
            question=question,
            answer=given.text if given else "",
            language=language or "en",
            product=answer.product if answer else None,
            active=False,
        )
        for source in given.sources if given else []:
            _copy(curated, source)
        _note(curated, CuratedAction.WRITTEN, by)
    return curated


def _copy(curated: CuratedAnswer, source: dict[str, Any]) -> None:
    document = Document.objects.filter(pk=source["document"]).first()
    quote = "\n".join(source.get("quotes") or [])[:LONGEST_QUOTE]
    CuratedSource.objects.create(
        curated=curated, document=document, title=source["title"], page=source["page"], quote=quote
    )


def change(curated: CuratedAnswer, *, by: Any, active: bool, **fields: Any) -> None:
    """Store what was edited. Raises CuratingRefused where it may not be given as it is."""
    text = fields["answer"]
    count = curated.sources.count() + curated.documents.count()
    if wrong := sorted(number for number in cited_numbers(text) if not 1 <= number <= count):
        numbers = ", ".join(f"[{number}]" for number in wrong)
        raise CuratingRefused(
            _("The text cites %(numbers)s, and there is no such source. Correct the number, or add the source first.")
            % {"numbers": numbers}
        )
    if active and not count:
        raise CuratingRefused(_("An answer without a source cannot be checked. Add a passage before you switch it on."))
    before, was_active = curated.answer, curated.active
    for name, value in (fields | {"active": active}).items():
        setattr(curated, name, value)
    with transaction.atomic():
        curated.save()
        if was_active != active:
            _note(curated, CuratedAction.SWITCHED_ON if active else CuratedAction.SWITCHED_OFF, by)
        if before != text:
            _note(curated, CuratedAction.CHANGED, by, before=before)


def add_source(curated: CuratedAnswer, *, document: Document, page: int, quote: str, by: Any) -> CuratedSource:
    """A passage to rest on. Raises CuratingRefused where the quote does not stand on the page word for word."""
    quote = quote.strip()
    text = DocumentPage.objects.filter(document=document, number=page).values_list("text", flat=True).first()
    if text is None:
        raise CuratingRefused(_("The document has no such page. Choose a passage from the list."))
    if not quote or len(quote) > LONGEST_QUOTE:
        raise CuratingRefused(
            _("Keep the words of the page that answer: some, and at most %(most)d characters.")
            % {"most": LONGEST_QUOTE}
        )
    if not all(stands_in(line, text) for line in quote.splitlines() if line.strip()):
        raise CuratingRefused(_("These words do not stand on that page. Leave words out, but do not change them."))
    with transaction.atomic():
        source = CuratedSource.objects.create(
            curated=curated, document=document, title=document.title, page=page, quote=quote
        )
        _note(curated, CuratedAction.CHANGED, by, detail=_("Source added: %(title)s") % {"title": document.title})
    return source


def quotable(passage: Passage) -> str:
    """Of a passage what stands on its first page: where it goes on overleaf, the lines before that."""
    if passage.page == passage.last_page:
        return passage.text[:LONGEST_QUOTE]
    page = DocumentPage.objects.filter(document_id=passage.document_id, number=passage.page)
    text = page.values_list("text", flat=True).first() or ""
    return "\n".join(line for line in passage.text.splitlines() if stands_in(line, text))[:LONGEST_QUOTE]


def remove_source(source: CuratedSource, *, by: Any) -> None:
    """Take a source away, with its citations; those of later sources move up."""
    curated = source.curated
    place = list(curated.sources.order_by("pk").values_list("pk", flat=True)).index(source.pk) + 1

    def moved(match: re.Match[str]) -> str:
        numbers = [int(number) for number in match.group(1).split(",")]
        kept = [number - (number > place) for number in numbers if number != place]
        return f"[{', '.join(map(str, kept))}]" if kept else ""

    with transaction.atomic():
        before = curated.answer
        curated.answer = re.sub(r" +(?=[.,;:]|$)", "", CITATION.sub(moved, before), flags=re.MULTILINE)
        source.delete()
        if curated.active and not (curated.sources.exists() or curated.documents.exists()):
            curated.active = False
        curated.save()
        _note(
            curated,
            CuratedAction.CHANGED,
            by,
            detail=_("Source removed: %(title)s") % {"title": source.title},
            before=before,
        )


def approve(curated: CuratedAnswer, *, by: Any) -> None:
    """Staff looked at it, and it is right. Raises CuratingRefused while a passage is missing."""
    if reasons := review.doubts(curated):
        raise CuratingRefused(
            " ".join(reasons) + " " + _("Choose the passage anew, or take the source away; then it can be given again.")
        )
    with transaction.atomic():
        curated.needs_review, curated.review_reason, curated.checked_at = False, "", timezone.now()
        curated.save()
        _note(curated, CuratedAction.CHECKED, by)


def _note(curated: CuratedAnswer, action: CuratedAction, by: Any, *, detail: str = "", before: str = "") -> None:
    CuratedChange.objects.create(curated=curated, action=action, by=by, detail=detail[:300], before=before)
