"""What to try where a search found nothing. Everything that is suggested does find something: it was tried."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from rapidfuzz import process, utils

from catalog.models import Brand, Document, Product

from .chips import address, without_filters
from .intent import NAMES
from .search import SearchResults, search
from .words import cleaned, question_words

MOST_NAMES = 20_000
LIKENESS = 72  # of 100
MOST = 5
MOST_ALIKE = 3


@dataclass(frozen=True)
class Suggestion:
    """`count` is how many results it has, 0 where it leads to one thing."""

    label: str
    url: str
    count: int = 0


def suggestions(wanted: dict[str, Any], results: SearchResults) -> list[Suggestion]:
    """Best first: without the filters, without the words that nothing has, names that look alike."""
    return [*_wider(wanted, results), *_fewer_words(wanted, results), *_alike(wanted["q"])][:MOST]


def _wider(wanted: dict[str, Any], results: SearchResults) -> list[Suggestion]:
    kept = results.filters
    if not any((kept.brand, kept.kind, kept.language, kept.family, kept.lifecycle, kept.product)):
        return []
    count = search(wanted["q"], literal=NAMES).total
    return [Suggestion(_("Without filters"), without_filters(wanted), count)] if count else []


def _fewer_words(wanted: dict[str, Any], results: SearchResults) -> list[Suggestion]:
    """The words that documents know, where they don't know all."""
    words = question_words(cleaned(wanted["q"]))
    known = {term.text for term in results.question.terms}
    left = " ".join(word for word in words if word in known)
    if not left or len(left.split()) == len(words):
        return []
    count = search(left, filters=results.filters, literal=NAMES).total
    return [Suggestion(left, address(wanted, q=left), count)] if count else []


def _alike(text: str) -> list[Suggestion]:
    """Products and brands whose names look like the text."""
    chosen = alike(text)
    places: dict[str, Brand | Product] = {
        **{one.name: one for one in Product.objects.filter(name__in=chosen, **_LISTED).select_related("brand")},
        **{one.name: one for one in Brand.objects.filter(name__in=chosen, active=True)},
    }
    return [Suggestion(name, places[name].get_absolute_url()) for name in chosen if name in places]


_LISTED: dict[str, Any] = {"gone_since": None, "hidden": False}


def alike(text: str) -> list[str]:
    """Names of products and brands that look like the text, most alike first."""
    return alike_each([text])[0]


def alike_each(texts: Sequence[str]) -> list[list[str]]:
    """The same for each of several texts; the names are read and folded once."""
    read = Exists(Document.objects.filter(brand=OuterRef("pk")))
    brands = Brand.objects.filter(read, active=True).values_list("name", flat=True)
    products = Product.objects.filter(**_LISTED).values_list("name", flat=True).distinct()[:MOST_NAMES]
    names = [*brands, *products] if texts else []
    folded = [utils.default_process(name) for name in names]
    near = (
        process.extract(utils.default_process(text), folded, score_cutoff=LIKENESS, limit=MOST_ALIKE) for text in texts
    )
    return [[names[place] for _name, _score, place in found] for found in near]
