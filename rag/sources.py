"""The sources of an answer, as its row keeps them: what the cards beside it show, and what its citations point to."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from catalog.models import DocumentPage

if TYPE_CHECKING:
    from .passage import Passage

MAX_TEXT = 1500  # characters of a passage that are kept
CITATION = re.compile(r"\[(\d{1,2}(?:\s*,\s*\d{1,2})*)\]")


def source(
    number: int, passage: "Passage", quotes: Sequence[str] = (), pages: tuple[int, int] | None = None
) -> dict[str, Any]:
    """`quotes` are the sentences that the answer takes from it, word for word; `pages` where they stand."""
    first, last = pages or (passage.page, passage.last_page)
    return {
        "n": number,
        "document": passage.document_id,
        "page": first,
        "last_page": last,
        "paged": passage.is_paged,
        "title": passage.document_title,
        "url": passage.url,
        "brand": passage.brand_name,
        "kind": passage.kind,
        "heading": passage.heading,
        "text": passage.text[:MAX_TEXT],
        "quotes": list(quotes),
    }


def page_address(source: Mapping[str, Any]) -> str:
    """The path of a cited page on this site."""
    return reverse("catalog:page", args=[source["document"], source["page"]])


def page_of(passage: "Passage", quote: str) -> tuple[int, int]:
    """The page on which a quote of the passage stands, twice; or the two between which it is parted."""
    if passage.page == passage.last_page:
        return passage.page, passage.page
    texts = DocumentPage.objects.filter(
        document_id=passage.document_id, number__range=(passage.page, passage.last_page)
    ).values_list("number", "text")
    for number, text in texts:
        if stands_in(quote, text):
            return number, number
    return passage.page, passage.last_page


def stands_in(quote: str, text: str) -> bool:
    """Whether a quote stands in a text word for word; only spaces and line breaks may differ."""
    return "".join(quote.split()) in "".join(text.split())


def cited_numbers(text: str) -> set[int]:
    return {int(number) for group in CITATION.findall(text) for number in group.split(",")}


def cited_only(sources: Iterable[dict[str, Any]], text: str) -> list[dict[str, Any]]:
    """The sources that the text cites; all of them where it cites none."""
    all_of_them, numbers = list(sources), cited_numbers(text)
    return [each for each in all_of_them if each["n"] in numbers] or all_of_them


def without_false_citations(text: str, sources: Iterable[dict[str, Any]]) -> str:
    """The text without citations of sources that there are not."""
    known = {each["n"] for each in sources}

    def keep(match: re.Match[str]) -> str:
        numbers = [number.strip() for number in match.group(1).split(",")]
        return "".join(f"[{number}]" for number in numbers if int(number) in known)

    return CITATION.sub(keep, text)
