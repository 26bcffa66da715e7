"""What the search page shows for a text: products, documents and passages, and how the text was understood."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from catalog.models import Brand, Document, Product, ProductFamily
from catalog.naming import fold

from . import finding, intent
from . import products as found
from .candidates import SEARCH, Effort, Scope
from .facets import Facets, facets_of
from .lookup import passages, ranked_within
from .passage import Passage
from .query import Question, understand
from .rows import documents
from .words import question_words


@dataclass(frozen=True)
class Filters:
    """What a search must keep to, each of them strictly. `family`, `lifecycle` and `product` are of products: a
    document keeps to them where it covers such a product. Products have neither kind nor language."""

    brand: Brand | None = None
    kind: str = ""
    language: str = ""
    family: ProductFamily | None = None
    lifecycle: str = ""
    product: Product | None = None

    @property
    def scope(self) -> Scope | None:
        """None where they contradict each other."""
        brands = {
            one.pk if isinstance(one, Brand) else one.brand_id for one in (self.brand, self.family, self.product) if one
        }
        if len(brands) > 1:
            return None
        if self.product and (
            (self.family and self.product.family_id != self.family.pk)
            or (self.lifecycle and self.product.lifecycle != self.lifecycle)
        ):
            return None
        own = documents_of(self.product) if self.product else None
        family = self.family.pk if self.family else None
        return Scope(next(iter(brands), None), own, self.kind, self.language, family, self.lifecycle)


@dataclass(frozen=True)
class SearchResults:
    """Best first. `total` counts what is shown; `intent` says what the text was understood to want.

    `choices` are products that fit equally; one alone is the product that the text is about.
    """

    question: Question
    intent: intent.Intent
    filters: Filters = field(default_factory=Filters)
    products: list[Product] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    choices: list[Product] = field(default_factory=list)
    facets: Facets = field(default_factory=Facets)

    @property
    def total(self) -> int:
        return len(self.products) + len(self.documents) + len(self.passages)


def search(
    text: str,
    *,
    filters: Filters | None = None,
    brand: Brand | None = None,
    kind: str = "",
    language: str = "",
    literal: Collection[str] = (),
    limit: int = 20,
    effort: Effort = SEARCH,
) -> SearchResults:
    """Everything that fits a text and keeps to the filters.

    What the text itself says of brand, kind and language is kept to as strictly, unless named in `literal`
    (`rag.intent`) or filtered already.
    """
    given = filters or Filters(brand=brand, kind=kind, language=language)
    read = intent.read(text, literal={*literal, *(name for name in intent.NAMES if getattr(given, name))})
    kept = replace(
        given,
        brand=given.brand or (None if given.family or given.product else read.brand),
        kind=given.kind or read.kind,
        language=given.language or read.language,
    )
    question = understand(read.text or text, unfinished=True)
    scope = kept.scope
    if scope is None:
        return SearchResults(question, read, kept)
    ranked = ranked_within(question, scope, effort)
    named = finding.documents(question, scope, effort.shown, effort)
    of = documents({*named, *(one.candidate.document_id for one in ranked)})
    choosing = len(question.terms) > 1 and not kept.product
    products, choices = found.fetched(
        _products(question, kept, scope)[: effort.products], found.choices(question, scope) if choosing else []
    )
    return SearchResults(
        question,
        read,
        kept,
        products[: effort.shown],
        [of[pk] for pk in named if pk in of],
        passages(ranked, limit, known=of, naming=False),
        choices,
        facets_of(products, of.values(), ranked),
    )


def _products(question: Question, kept: Filters, scope: Scope) -> list[found.Named]:
    if (one := kept.product) is None:
        return found.products(question, scope, of_brand=question_words(fold(kept.brand.name)) if kept.brand else ())
    if kept.kind or kept.language or one.gone_since or one.hidden:
        return []
    return [found.Named(one.pk, one.name, one.model_key)]


def documents_of(product: Product) -> tuple[int, ...]:
    """Documents linked to a product; a duplicate counts as the one that it repeats."""
    linked = product.documents.values_list("pk", "duplicate_of")
    return tuple({original or pk for pk, original in linked})
