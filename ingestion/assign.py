"""Manuals to products: each document belongs to the products that it names, whatever page linked to it.

What the heading above its link, its title, its file, its own title and its text say is weighed (`propose`); a product
that is not known yet is made, known from its manual alone. Every call decides anew, so that what a later page or
manual teaches takes the place of what was thought before; what pages link to and staff decided stays.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from catalog import changes, links
from catalog.corrections import reindex
from catalog.models import (
    Brand,
    Document,
    DocumentKind,
    DocumentPage,
    DocumentState,
    KnownFrom,
    LinkSource,
    Product,
    ProductDocument,
)
from catalog.naming import model_key
from catalog.relations import series_key
from catalog.slugs import product_slug
from catalog.versions import file_part

from .manual_names import has_number
from .proposals import OFTEN, OFTEN_WEIGHT, WEIGHTS, Clues, Proposal, propose
from .recognise import BEGINNING, PAGES, Names
from .store.naming import titled

# Kinds of documents that may make a product known by themselves.
TELLING = frozenset(
    {
        *(DocumentKind.MANUAL, DocumentKind.QUICK_START, DocumentKind.DATASHEET, DocumentKind.MIDI_CHART),
        *(DocumentKind.PARTS_LIST, DocumentKind.FIRMWARE_NOTES),
    }
)
BATCH = 200  # documents whose text is held at once
MANY = 8  # products that one document may name by its text
TELLING_SHARE = 0.4  # of all products that a text names, for it to be about one


@dataclass
class Covered:
    """What a document covers: for each product how sure that is, and what says so."""

    products: dict[int, tuple[float, list[list[str]]]] = field(default_factory=dict)

    def add(self, product: Product, confidence: float, evidence: Iterable[Sequence[str]]) -> None:
        if confidence > self.products.get(product.pk, (0.0, []))[0]:
            self.products[product.pk] = (round(confidence, 3), [list(each) for each in evidence])


def assign_documents(brand: Brand) -> int:
    """Decide for each document of the brand which products it covers. Returns how many links are new or gone."""
    names = Names(brand)
    # The longest names first: what `EWI` alone means is told by whether there is an `EWI USB`.
    first_look = {row.pk: propose(clues_of(row), brand=brand.name) for row in candidates(brand)}
    ids = sorted(first_look, key=lambda pk: -length_of(first_look[pk]))
    changed = 0
    for start in range(0, len(ids), BATCH):
        with transaction.atomic():
            changed += assign_batch(brand, ids[start : start + BATCH], names)
    with transaction.atomic():
        forget_unfounded(brand)
    return changed


def assign_one(document: Document) -> None:
    """The same for one document that has just been stored."""
    with transaction.atomic():
        assign_batch(document.brand, [document.pk], Names(document.brand))


def length_of(proposal: Proposal | None) -> int:
    return len(proposal.names[0]) if proposal else 0


def candidates(brand: Brand) -> QuerySet[Document]:
    """Files that are shown and read, whatever they are linked to; web pages speak for themselves."""
    rows = Document.objects.filter(brand=brand, state=DocumentState.STORED, hidden=False, gone_since=None)
    rows = rows.exclude(mime_type="text/html").exclude(kind=DocumentKind.PRODUCT_PAGE)
    return rows.only("id", "title", "url", "kind", "clues", "brand_id").order_by("pk")


def clues_of(document: Document, text: str = "") -> Clues:
    """The title as it was found counts: the one that is shown may have been completed with a product's name."""
    known = document.clues
    return Clues(
        title=known.get("title") or document.title, address=document.url, heading=known.get("heading", ""),
        own=known.get("own", ""), text=text,
    )  # fmt: skip


def assign_batch(brand: Brand, ids: Sequence[int], names: Names) -> int:
    first = DocumentPage.objects.filter(number__lte=PAGES).order_by("number")
    rows = Document.objects.in_bulk(ids)
    pages: dict[int, list[str]] = defaultdict(list)
    for document_id, text in first.filter(document__in=ids).values_list("document", "text"):
        pages[document_id].append(text)
    linked: dict[int, list[ProductDocument]] = defaultdict(list)
    for link in ProductDocument.objects.filter(document__in=ids):
        linked[link.document_id].append(link)
    changed = []
    for pk in (pk for pk in ids if pk in rows):  # staff may have deleted one meanwhile
        document, known = rows[pk], linked[pk]
        if any(link.source == LinkSource.STAFF for link in known):
            continue
        stated = any(link.source != LinkSource.DOCUMENT for link in known)
        covered = decide(document, "\n".join(pages[pk])[:BEGINNING], names, stated=stated)
        if write_links(document, known, covered):
            changed.append(document)
    reindex(changed)
    return len(changed)


def decide(document: Document, text: str, names: Names, *, stated: bool) -> Covered:
    """Which products a document covers. Of one that products' pages link to, only what its names add to that."""
    covered = Covered()
    clues = clues_of(document, text)
    proposal = propose(clues, brand=names.brand_name)
    if proposal is not None and not stated and names_series(proposal, text, names):
        proposal = None
    for name in proposal.names if proposal else ():
        assert proposal is not None
        product = names.of(name)
        if product is None and not stated and document.kind in TELLING and proposal.is_certain_enough:
            product = make_product(names, name, proposal)
        if product is not None:
            covered.add(product, proposal.confidence, proposal.evidence)
    add_named(covered, clues, names)
    if not covered.products and not stated:
        add_told(covered, text, names)
    return covered


def names_series(proposal: Proposal, text: str, names: Names) -> bool:
    """Whether the text never means the proposed name alone, but longer names of products: `EWI` for the `EWI USB`."""
    name = proposal.names[0]
    if has_number(name) or names.of(name) is not None or not text:
        return False
    counted = names.counted(text, names.own_words(name))
    return not counted[0] and bool(counted)


def add_named(covered: Covered, clues: Clues, names: Names) -> None:
    """Products whose whole names stand in the title or in the file's name: `Stage and Electro Manual` is for both."""
    for clue, words in (("title", clues.title), ("file", file_part(clues.address))):
        for pk in names.counted(words):
            covered.add(names.products[pk], WEIGHTS[clue], [[clue, words[:200]]])


def add_told(covered: Covered, text: str, names: Names) -> None:
    """The product that the text speaks of most, where no clue names any."""
    counted = names.counted(text).most_common(MANY)
    total = sum(count for _, count in counted)
    for pk, count in counted:
        if count >= 2 and count >= TELLING_SHARE * total:
            covered.add(names.products[pk], WEIGHTS["text"] if count < OFTEN else OFTEN_WEIGHT, [["text", str(count)]])


def make_product(names: Names, name: str, proposal: Proposal) -> Product:
    """A product known from its manual alone; a page that is found later takes it over (products.find_product)."""
    slug = product_slug(names.owner.pk, name)
    product = Product(
        brand=names.owner, name=name, slug=slug, model_key=model_key(name), series_key=series_key(name),
        page_url=f"manual:{slug}", known_from=KnownFrom.MANUAL,
        evidence=[f"{clue}: {words}" for clue, words in proposal.evidence], last_seen=timezone.now(),
    )  # fmt: skip
    product.save()
    changes.product_changed(product, None)
    names.add(names.own_words(name), product)
    return product


def write_links(document: Document, known: Sequence[ProductDocument], covered: Covered) -> bool:
    """Bring the links that the document itself is the reason for in line. Returns whether any is new or gone."""
    ours = {link.product_id: link for link in known if link.source == LinkSource.DOCUMENT}
    stated = {link.product_id for link in known} - ours.keys()
    dropped = [link.pk for product_id, link in ours.items() if product_id not in covered.products]
    ProductDocument.objects.filter(pk__in=dropped).delete()
    new = False
    for product_id, (confidence, evidence) in covered.products.items():
        link = ours.get(product_id)
        if product_id in stated:
            continue
        if link is None:
            new = links.link(
                product_id, document, source=LinkSource.DOCUMENT, confidence=confidence, evidence=evidence
            ) or new  # fmt: skip
        elif (link.confidence, link.evidence) != (confidence, evidence):
            ProductDocument.objects.filter(pk=link.pk).update(confidence=confidence, evidence=evidence)
    if new:
        complete_title(document)
    return new or bool(dropped)


def complete_title(document: Document) -> None:
    """`Ableton Setup Guide` alone says nothing in a list: name the product that it is for, where it is for one."""
    document = Document.objects.select_for_update(no_key=True).get(pk=document.pk)
    covered = list(Product.objects.filter(productdocument__document=document, hidden=False)[:2])
    if len(covered) != 1 or "title" in document.locks:
        return
    title = titled(document.title, covered[0].name)
    if title != document.title:
        document.clues = document.clues | {"title": document.clues.get("title") or document.title}
        document.title = title
        document.save(update_fields=["title", "clues"])


def forget_unfounded(brand: Brand) -> None:
    """Products known from a manual that turned out to be another product's; their addresses lead there."""
    rows = Product.objects.filter(brand=brand, known_from=KnownFrom.MANUAL, hidden=False, locks={})
    names = Names(brand)
    for product in rows.filter(productdocument=None):
        other = names.of(product.name)
        if other is not None and other.pk != product.pk:
            Product.objects.filter(pk=product.pk).update(hidden=True, merged_into=other)
        else:
            product.delete()
