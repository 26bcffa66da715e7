"""Retrieval: the passages that answer a question, and what the search page shows for a text."""

from catalog.models import Brand, Product

from .candidates import Scope
from .highlight import highlight
from .lookup import passages, ranked_within
from .passage import Passage
from .query import Question, understand
from .search import Filters, SearchResults, documents_of, search


def retrieve(
    question: str | Question,
    *,
    brand: Brand | None = None,
    product: Product | None = None,
    kind: str = "",
    language: str = "",
    limit: int = 10,
) -> list[Passage]:
    """The passages that fit a question best, best first.

    `brand`, `kind` and `language` are strict. With a product, passages of its own documents come first and those of
    its brand's others fill the rest.
    """
    asked = question if isinstance(question, Question) else understand(question)
    brand_id = product.brand_id if product else brand.pk if brand else None
    if product and brand and product.brand_id != brand.pk:
        return []
    scope = Scope(brand_id=brand_id, kind=kind, language=language)
    if product is None:
        return passages(ranked_within(asked, scope), limit)
    own = Scope(brand_id, documents_of(product), kind, language)
    first = ranked_within(asked, own)[:limit] if own.document_ids else []
    if len(first) < limit:
        named = understand(f"{asked.text} {product.name}")
        seen = {one.candidate.chunk_id for one in first}
        first += [one for one in ranked_within(named, scope) if one.candidate.chunk_id not in seen]
    return passages(first, limit)


__all__ = ["Filters", "Passage", "SearchResults", "highlight", "retrieve", "search"]
