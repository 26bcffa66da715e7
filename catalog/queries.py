"""What the catalogue's pages read. The number of queries of each page is constant, whatever its rows."""

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Max, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import gettext_lazy as _

from .models import (
    WITHOUT_PRICE,
    Brand,
    Document,
    DocumentKind,
    DocumentState,
    Lifecycle,
    Media,
    Product,
    ProductDocument,
    ProductFamily,
    Specification,
)
from .naming import model_key
from .paging import numbered as numbered

# What people call a manual in the wide sense: papers about the use of an instrument.
MANUALS = [
    *(DocumentKind.MANUAL, DocumentKind.QUICK_START, DocumentKind.DATASHEET, DocumentKind.FIRMWARE_NOTES),
    *(DocumentKind.MIDI_CHART, DocumentKind.PARTS_LIST),
]
# In the order in which a person looks for them.
KIND_ORDER = [
    *MANUALS,
    *(DocumentKind.FAQ, DocumentKind.SAFETY, DocumentKind.OTHER, DocumentKind.PRODUCT_PAGE),
]


def _count(rows: QuerySet[Any]) -> Coalesce:
    """How many `rows` belong to each brand; a subquery, as two joins would multiply each other."""
    per_brand = rows.filter(brand=OuterRef("pk")).order_by().values("brand").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(per_brand, output_field=IntegerField()), 0)


def shown_products() -> QuerySet[Product]:
    """The products that are listed, for counting: both lifecycles are named so that an index alone answers."""
    return Product.objects.filter(gone_since=None, hidden=False, lifecycle__in=Lifecycle.values)


def brands_with_counts() -> QuerySet[Brand]:
    """Active brands with `product_count` and `document_count`, by name whatever its case."""
    counted = Brand.objects.filter(active=True).annotate(
        product_count=_count(shown_products()),
        document_count=_count(Document.objects.filter(gone_since=None, hidden=False, state=DocumentState.STORED)),
    )
    return counted.order_by(Lower("name"))


def brands_named(q: str) -> dict[str, list[Brand]]:
    """Brands whose name contains `q`: those of which something has been read, and the others."""
    rows = brands_with_counts().filter(name__icontains=q)
    parts: dict[str, list[Brand]] = {"read": [], "unread": []}
    for brand in rows:
        parts["read" if brand.document_count or brand.product_count else "unread"].append(brand)  # type: ignore[attr-defined]
    return parts


def brands_to_start_with(brands: list[Brand], limit: int = 12) -> list[Brand]:
    """Those of the brands with counts that have documents, the distributor's favourites first."""
    having = [brand for brand in brands if brand.document_count]  # type: ignore[attr-defined]
    return sorted(having, key=lambda brand: (not brand.priority, -brand.document_count, brand.name))[:limit]  # type: ignore[attr-defined]


def totals(brands: list[Brand]) -> dict[str, int]:
    """How much there is to find: brands with documents, products, documents. From the brands with counts."""
    products, documents = ([getattr(brand, f"{what}_count") for brand in brands] for what in ("product", "document"))
    return {"documents": sum(documents), "brands": sum(map(bool, documents)), "products": sum(products)}


def recent_manuals(limit: int = 8) -> QuerySet[Document]:
    """Manuals that are new or have a new version, the latest first; one that was only looked at again is none."""
    stored = Document.objects.filter(state=DocumentState.STORED, gone_since=None, hidden=False, kind__in=MANUALS)
    # Without a join, so that the index of changes is walked from its end.
    return stored.exclude(changed_at=None).prefetch_related("brand").order_by("-changed_at", "-pk")[:limit]


# What people ask of any instrument, by the label under which its page states the answer.
ASKABLE = {
    "weight": _("How heavy is the %(product)s?"),
    "dimensions": _("How large is the %(product)s?"),
    "frequency response": _("What is the frequency response of the %(product)s?"),
    "power": _("How much power does the %(product)s have?"),
    "power supply": _("Which power supply does the %(product)s need?"),
    "power requirements": _("Which power supply does the %(product)s need?"),
    "inputs": _("Which inputs does the %(product)s have?"),
    "outputs": _("Which outputs does the %(product)s have?"),
    "connectivity": _("What can be connected to the %(product)s?"),
    "polyphony": _("How many notes can the %(product)s play at once?"),
    "impedance": _("What is the impedance of the %(product)s?"),
    "battery life": _("How long does the battery of the %(product)s last?"),
    "warranty": _("How long is the warranty of the %(product)s?"),
    "משקל": _("How heavy is the %(product)s?"),
    "מידות": _("How large is the %(product)s?"),
    "אחריות": _("How long is the warranty of the %(product)s?"),
}


def sample_questions(limit: int = 4) -> list[str]:
    """Questions whose answer stands in the catalogue as a labelled value of a product; each asks something else."""
    newest = Specification.objects.order_by("-pk")[:400]
    rows = Specification.objects.filter(pk__in=newest.values("pk"), product__gone_since=None, product__hidden=False)
    chosen: dict[Any, str] = {}
    asked: set[Any] = set()
    for product, label in rows.order_by("-pk").values_list("product__name", "label"):
        question = ASKABLE.get(label.strip().rstrip(":").lower())
        if question and question not in asked and product not in chosen:
            chosen[product] = question % {"product": product}
            asked.add(question)
        if len(chosen) == limit:
            break
    return list(chosen.values())


def families_of(brand: Brand) -> list[ProductFamily]:
    """The brand's families that have products, with `product_count`. Two queries that read indexes."""
    shown = Product.objects.filter(brand=brand, gone_since=None, hidden=False).exclude(family=None).order_by()
    counted = dict(shown.values_list("family").annotate(n=Count("pk")))
    families = list(ProductFamily.objects.filter(pk__in=counted).order_by("name"))
    for family in families:
        family.brand, family.product_count = brand, counted[family.pk]  # type: ignore[attr-defined]
    return families


SORTS: dict[str, list[Any]] = {
    "newest": [F("first_seen").desc(), "pk"],
    "changed": [F("changed_at").desc(nulls_last=True), "pk"],
    "price": [WITHOUT_PRICE, "price", "name", "pk"],
}


def products_of(
    brand: Brand, *, family: str = "", sort: str = "", lifecycle: str = "", q: str = ""
) -> QuerySet[Product]:
    """The brand's products, current ones first, each with one picture (`pictures`)."""
    products = brand.products.filter(gone_since=None, hidden=False)
    if family:
        # By its number: SQLite then walks the index of the family in the order of the list.
        products = products.filter(family=ProductFamily.objects.filter(brand=brand, slug=family).first() or 0)
    if lifecycle:
        products = products.filter(lifecycle=lifecycle)
    if q:
        products = products.filter(Q(name__icontains=q) | Q(sku__iexact=q) | Q(model_key__contains=model_key(q) or "-"))
    return (
        products.select_related("family")  # the brand is known to each
        .defer("description", "evidence", "locks")
        .prefetch_related(first_picture())
        .order_by(*SORTS.get(sort, ["lifecycle", "name", "pk"]))
    )


def first_picture() -> Prefetch[Any, Any, Any]:
    """What each product of a list is shown with (`pictures`)."""
    return Prefetch("media", Media.objects.exclude(file="").order_by("order", "pk")[:1], to_attr="pictures")


def manuals_of_family(family: ProductFamily, limit: int = 24) -> QuerySet[Document]:
    """The manuals of a family's products, each once."""
    links = ProductDocument.objects.filter(product__family=family, product__hidden=False)
    rows = Document.objects.filter(pk__in=links.values("document"), gone_since=None, hidden=False, kind__in=MANUALS)
    return by_kind(rows.exclude(state=DocumentState.DUPLICATE).select_related("brand"))[:limit]


def by_kind(rows: QuerySet[Document]) -> QuerySet[Document]:
    """Documents in the order in which a person looks for them: manuals first, product pages last."""
    rank = Case(*(When(kind=kind, then=Value(i)) for i, kind in enumerate(KIND_ORDER)), default=Value(99))
    return rows.annotate(kind_rank=rank).order_by("kind_rank", "title", "pk")


def _distinct(brand: Brand) -> QuerySet[Document]:
    """The brand's documents, each once: one that repeats another is left out."""
    return brand.documents.filter(gone_since=None, hidden=False).exclude(state=DocumentState.DUPLICATE)


def documents_of(brand: Brand, *, kind: str = "", language: str = "") -> QuerySet[Document]:
    rows = _distinct(brand)
    if kind:
        rows = rows.filter(kind=kind)
    if language:
        rows = rows.filter(language=language)
    return by_kind(rows.select_related("brand"))


@dataclass(frozen=True)
class Facets:
    """How many documents of a brand there are of each kind in each language."""

    counted: dict[tuple[str, str], int]

    @property
    def kinds(self) -> list[tuple[str, int]]:
        return [(kind, n) for kind in KIND_ORDER if (n := self.count(kind=kind))]

    @property
    def languages(self) -> list[tuple[str, int]]:
        return [(code, self.count(language=code)) for code in sorted({code for _, code in self.counted if code})]

    def count(self, *, kind: str = "", language: str = "") -> int:
        rows = self.counted.items()
        return sum(n for (k, c), n in rows if (not kind or k == kind) and (not language or c == language))


def document_facets(brand: Brand) -> Facets:
    """Counted by state too, and repeated documents left out afterwards: so an index alone answers."""
    rows = brand.documents.filter(gone_since=None, hidden=False).order_by()
    counted: Counter[tuple[str, str]] = Counter()
    for state, kind, language, n in rows.values_list("state", "kind", "language").annotate(n=Count("pk")):
        if state != DocumentState.DUPLICATE:
            counted[kind, language] += n
    return Facets(dict(counted))


def last_read(brand: Brand) -> Any:
    """When a document of the brand was last fetched, or None."""
    return brand.documents.aggregate(last=Max("fetched_at"))["last"]


def product_in_full() -> QuerySet[Product]:
    """Products with specifications, stored pictures and documents (`papers`: links with their document)."""
    papers = by_kind_of_link(
        ProductDocument.objects.exclude(
            Q(document__hidden=True) | Q(document__duplicate_of__hidden=True)
        ).select_related("document__brand", "document__duplicate_of__brand")
    )
    return Product.objects.select_related("brand", "family__brand", "merged_into__brand").prefetch_related(
        "specifications",
        "aliases",
        Prefetch("media", Media.objects.exclude(file="").order_by("order", "pk"), to_attr="pictures"),
        Prefetch("productdocument_set", papers, to_attr="papers"),
    )


# Headings that say no more than that specifications follow.
PLAIN_SECTIONS = {
    *("specifications", "specification", "specs", "technical specifications", "technical data", "tech specs"),
    *("product specifications", "technische daten", "spezifikationen", "caractéristiques techniques"),
    *("especificaciones", "specifiche tecniche", "מפרט", "מפרט טכני"),
}


def sections_of(product: Product) -> list[tuple[str, list[Specification]]]:
    """The specifications of a product got by `product_in_full`, by section; one called like the whole has no name."""
    sections = groupby(product.specifications.all(), lambda row: row.section)
    return [("" if name.strip(" :").casefold() in PLAIN_SECTIONS else name, list(rows)) for name, rows in sections]


def papers_of(product: Product) -> list[tuple[str, list[Document]]]:
    """The documents of a product got by `product_in_full`, by kind; instead of a duplicate, what it repeats."""
    links = product.papers  # type: ignore[attr-defined]
    each = {d.pk: d for d in (link.document.duplicate_of or link.document for link in links)}
    return [(kind, list(rows)) for kind, rows in groupby(each.values(), lambda document: document.get_kind_display())]


def by_kind_of_link(rows: QuerySet[ProductDocument]) -> QuerySet[ProductDocument]:
    rank = Case(*(When(document__kind=kind, then=Value(i)) for i, kind in enumerate(KIND_ORDER)), default=Value(99))
    return rows.annotate(kind_rank=rank).order_by("kind_rank", "order", F("document__title"))


def successor_of(product: Product) -> Product | None:
    """The product that its page names as its successor, where it is known."""
    key = model_key(product.successor_name) if product.successor_name else ""
    same = Product.objects.filter(brand=product.brand_id, model_key=key, hidden=False).exclude(pk=product.pk)
    return same.select_related("brand").first() if key else None


def siblings_of(product: Product, limit: int = 4) -> QuerySet[Product]:
    """Other products of its family."""
    if not product.family_id:
        return Product.objects.none()
    return products_of(product.brand).filter(family=product.family_id).exclude(pk=product.pk)[:limit]


def document_in_full() -> QuerySet[Document]:
    """Documents with their pages and the products that they cover."""
    products = Product.objects.filter(hidden=False).select_related("brand").order_by("name")
    older = Document.objects.order_by("-fetched_at", "-pk")
    return Document.objects.select_related("brand", "superseded_by").prefetch_related(
        "pages", Prefetch("products", products), Prefetch("older_versions", older)
    )


def readable(user: Any, rows: QuerySet[Document] | None = None) -> QuerySet[Document]:
    """Documents that this user may open: not what staff withdrew, though older versions of others are."""
    rows = Document.objects.all() if rows is None else rows
    return rows if user.is_staff else rows.exclude(hidden=True, superseded_by=None)


def is_public(document: Document) -> bool:
    """Whether it is readable for everybody."""
    return not document.hidden or document.superseded_by_id is not None
