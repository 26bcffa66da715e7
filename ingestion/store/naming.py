"""Documents as products' pages link to them: which products they are for, and what they are called."""

from django.db.models import QuerySet

from catalog import changes, links, locks
from catalog.models import Brand, Document, DocumentState, Product, ProductDocument

from ..extract.links import document_kind, stated_language
from ..extract.records import DocumentLink
from ..extract.words import MANUAL
from .outcome import Stored, announce

ARCHIVE = "application/zip"


def link_documents(brand: Brand, product: Product, found: tuple[DocumentLink, ...]) -> list[Document]:
    """Make known what a product's page calls its documents; they are read when their turn comes.

    Returns those that had been read already and now have another name or another product.
    """
    renamed = []
    for order, link in enumerate(found):
        document, _ = Document.objects.select_for_update(no_key=True).get_or_create(
            brand=brand,
            url=link.url,
            defaults={
                "title": titled(link.title, product.name),
                "kind": link.kind,
                "language": link.language,
                "state": DocumentState.LINKED,
            },
        )
        new = links.link(product.pk, document, title=link.title, order=order)
        if document.duplicate_of is not None:
            name_document(document)
            new, document = gather_links(document.duplicate_of), document.duplicate_of
        if new and document.mime_type == ARCHIVE:
            new = inherit(document, only=product.pk)
        if (name_document(document) or new) and document.state == DocumentState.STORED:
            renamed.append(document)
    return renamed


def members_of(archive: Document) -> QuerySet[Document]:
    """The documents that an archive holds now."""
    return Document.objects.filter(
        brand_id=archive.brand_id, url__startswith=f"{archive.url}#", superseded_by=None, gone_since=None
    )


def inherit(archive: Document, only: int | None = None) -> bool:
    """Let the products of an archive (or one of them) have the documents within. Returns whether anything was new."""
    new = False
    products = ProductDocument.objects.filter(document=archive)
    for product in products.filter(product=only) if only else products:
        for order, document in enumerate(members_of(archive).select_related("duplicate_of").order_by("pk")):
            shown = document.duplicate_of or document
            new = links.link(product.product_id, shown, order=product.order + order) or new
    return new


def name_document(document: Document, found_as: str = "") -> bool:
    """Name a document after what its products' pages call it, whatever was read first. True: name or kind changed.

    `found_as` names one that no product's page links to.
    """
    known = list(ProductDocument.objects.filter(document=document, product__hidden=False).select_related("product"))
    titles = [link.title for link in known if link.title]
    if len(known) == 1 and titles:
        title = titled(titles[0], known[0].product.name)
    elif titles:
        title = min(titles, key=lambda text: (-titles.count(text), len(text), text))
    else:
        title = found_as or document.title
    before, decided = changes.document_facts(document), locks.set_aside(document)
    document.title, document.kind = title[:500], document_kind(title, document.url)
    document.language = stated_language(title, document.url) or document.language
    locks.keep(document, decided)
    if (before["title"], before["kind"]) != (document.title, document.kind):
        document.save(update_fields=["title", "kind", "language", "locks"])
        if document.state == DocumentState.STORED:
            changes.document_changed(document, before)
        return True
    return False


def called_otherwise(*, brand_id: int, url: str, title: str, heading: str) -> None:
    """Name a file that was read already after the link that decides, which has come only now."""
    rows = Document.objects.select_for_update(no_key=True).filter(brand_id=brand_id, url=url)
    document = rows.filter(state=DocumentState.STORED).first()
    if document is None or document.duplicate_of_id is not None:
        return
    document.clues = clues(title, heading, document.clues.get("own", ""))
    document.save(update_fields=["clues"])
    if name_document(document, title):
        announce(Stored(documents=[document.pk], changed=True))


def clues(title: str, heading: str, own: str) -> dict[str, str]:
    """What may say which products a file covers (ingestion.assign), as it was found."""
    found = {"title": title[:500], "heading": heading[:200], "own": own.strip()[:300]}
    return {name: value for name, value in found.items() if value}


def precedence(url: str) -> tuple[bool, int, str]:
    """Of the addresses of one file the lowest keeps it: one of its own before a place in an archive, then the shortest.

    Whichever was read first, so that a run that was broken off and an undisturbed one find the same.
    """
    return "#" in url, len(url), url


def is_inherited(link: ProductDocument) -> bool:
    """Whether a product's page links to a copy of the document, not to the document's own address."""
    return links.SAME_FILE in [clue for clue, _ in link.evidence]


def gather_links(original: Document) -> bool:
    """Let a document cover what its copies do, called as the first of them is. Returns whether that is new."""
    known = {link.product_id: link for link in ProductDocument.objects.filter(document=original)}
    copies = ProductDocument.objects.filter(document__duplicate_of=original).select_related("document")
    wanted: dict[int, ProductDocument] = {}
    for link in sorted(copies, key=lambda link: precedence(link.document.url)):
        wanted.setdefault(link.product_id, link)
    new = False
    for product_id, link in wanted.items():
        mine, evidence = known.get(product_id), [[links.SAME_FILE, link.document.url]]
        if mine is None:
            new = links.link(product_id, original, title=link.title, order=link.order, evidence=evidence) or new
        elif is_inherited(mine) and (mine.title, mine.order, mine.evidence) != (link.title, link.order, evidence):
            mine.title, mine.order, mine.evidence = link.title, link.order, evidence
            mine.save(update_fields=["title", "order", "evidence"])
    over = [link.pk for product_id, link in known.items() if is_inherited(link) and product_id not in wanted]
    ProductDocument.objects.filter(pk__in=over).delete()
    return new or bool(over)


def main_language(spoken: list[str]) -> str:
    """The language of most pages; of two with as many the first in the alphabet."""
    return max(sorted(set(spoken)), key=spoken.count) if spoken else ""


def titled(title: str, context: str) -> str:
    """A document's title that stands by itself: 'User manual' alone says nothing in a list of a hundred."""
    ours, theirs = set(words(title)), set(words(context))
    if not context or ours & theirs or MANUAL.search(context):
        return title[:500]
    return f"{context} – {title}"[:500]


def words(text: str) -> list[str]:
    return [word for word in "".join(c.lower() if c.isalnum() else " " for c in text).split() if len(word) > 1]
