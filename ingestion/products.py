"""One product for one model, however many pages of a site show it."""

import re
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.text import slugify

from catalog import aliases, changes, locks
from catalog.changes import Row
from catalog.models import Brand, KnownFrom, Lifecycle, Product, ProductFamily, Specification
from catalog.naming import model_key
from catalog.relations import series_key
from catalog.slugs import product_slug

from .addresses import same_page_key
from .extract.classify import same_name
from .extract.names import slug_of
from .extract.records import ProductRecord, SpecRecord

LANGUAGE_PART = re.compile(r"^/[a-z]{2}([-_][a-z]{2})?/", re.I)


def save_product(*, brand: Brand, url: str, record: ProductRecord) -> tuple[Product, bool]:
    """Create or update the product of this page. Returns it, and whether anything changed."""
    product = find_product(brand=brand, url=url, name=record.name, numbers=(record.gtin, record.sku))
    if product is not None:
        # As it is now, and kept so: what staff correct at this moment must not be written over.
        product = (
            Product.objects.select_for_update(of=("self",), no_key=True).select_related("family").get(pk=product.pk)
        )
    if product is not None and product.known_from == KnownFrom.MANUAL:
        product.page_url, product.known_from = url, KnownFrom.PAGE  # its manual was found before its page
    own_page = product is None or product.page_url == url
    if product is None:
        product = Product(brand=brand, page_url=url, slug=product_slug(brand.pk, record.name), name=record.name)
    before = None if product.pk is None else changes.product_facts(product)
    decided, key = locks.set_aside(product), product.model_key
    update_fields(product, record, own_page=own_page)
    locks.keep(product, decided)
    back = own_page and product.gone_since is not None
    product.last_seen = timezone.now()
    product.gone_since = None if own_page else product.gone_since
    product.save()
    called = None if before is None or before["name"] == product.name else before["name"]
    renamed = aliases.remember(product, *([called] if called else []), *record.aliases, record.name)
    rows = save_specifications(product, record.specifications, replace=own_page)
    changed = changes.product_changed(product, before, rows, back=back)
    return product, changed or renamed or product.model_key != key


def find_product(*, brand: Brand, url: str, name: str, numbers: tuple[str, str] = ("", "")) -> Product | None:
    """The product of this very page, or one of the same name on another page of the same model.

    That is a sister page (overview, specifications, downloads), the page in another language, or one that states the
    same GTIN or part number (`numbers`).

    One that was known from its manual alone has found its page. A page of a product that staff merged into another is a
    further page of that one.
    """
    products = Product.objects.filter(brand=brand)
    exact = products.filter(page_url=url).first()
    if exact is not None:
        return exact.merged_into or exact
    alike = products.filter(model_key=model_key(name)).order_by("pk") if model_key(name) else Product.objects.none()
    for product in alike:
        if product.known_from == KnownFrom.MANUAL:
            return product.merged_into or product
        if is_same_page(product.page_url, url, name) or states_same(product, numbers):
            return product.merged_into or product
    return None


def is_same_page(first: str, second: str, name: str) -> bool:
    """Whether two addresses show one product, whose name both pages carry."""
    ours, theirs = without_language(first), without_language(second)
    return same_page_key(ours) == same_page_key(theirs) or sister_pages(ours, theirs, name)


def without_language(url: str) -> str:
    """The address without the part of its path that names a language or country: `/de/products/x`, `/en-gb/x`."""
    parts = urlsplit(url)
    return parts._replace(path=LANGUAGE_PART.sub("/", parts.path, count=1)).geturl()


def states_same(product: Product, numbers: tuple[str, str]) -> bool:
    """Whether a product has the GTIN or part number that a page states."""
    gtin, sku = numbers
    return bool(gtin and gtin == product.gtin) or bool(sku and sku.casefold() == product.sku.casefold())


def sister_pages(first: str, second: str, name: str) -> bool:
    """Whether two addresses part only after the segment that holds the product's name."""
    if urlsplit(first).netloc != urlsplit(second).netloc:
        return False
    ours, theirs = (urlsplit(u).path.strip("/").split("/") for u in (first, second))
    for mine, yours in zip(ours, theirs, strict=False):
        if mine != yours:
            return False
        if same_name(slug_of(mine), slug_of(name)):
            return True
    return False


def update_fields(product: Product, record: ProductRecord, *, own_page: bool) -> None:
    """The product's own page decides; a sister page only adds what is missing."""

    def take(current: object, new: object) -> bool:
        return bool(new) and (own_page or not current)

    if own_page:
        product.name = record.name
    product.model_key, product.series_key = model_key(product.name), series_key(product.name)
    if own_page or record.price:
        product.price, product.currency = record.price, record.currency
    if take(product.sku, record.sku):
        product.sku = record.sku
    if take(product.gtin, record.gtin):
        product.gtin = record.gtin
    if take(product.description, record.description):
        product.description = record.description
    if take(product.family_id, record.family):
        product.family = family_of(product.brand, record.family)
    if own_page:
        product.evidence = list(record.evidence)
        product.successor_name = record.successor
        product.lifecycle = Lifecycle.DISCONTINUED if record.discontinued else Lifecycle.CURRENT


def family_of(brand: Brand, name: str) -> ProductFamily:
    slug = slugify(name, allow_unicode=True)[:200] or "family"
    return ProductFamily.objects.get_or_create(brand=brand, slug=slug, defaults={"name": name[:200]})[0]


def save_specifications(
    product: Product, records: tuple[SpecRecord, ...], *, replace: bool
) -> tuple[list[Row], list[Row]] | None:
    """Write the page's specifications where they differ: returns them as they were and are, None where they agree.

    A sister page without any takes none away.
    """
    current = [(s.section, s.label, s.value) for s in product.specifications.all()]
    wanted = [(r.section[:200], r.label[:300], r.value) for r in records]
    if not replace:
        wanted = current + [entry for entry in wanted if entry not in current]
    if current == wanted or (not wanted and not replace):
        return None
    sources = {(r.section[:200], r.label[:300], r.value): r.source for r in records}
    product.specifications.all().delete()
    Specification.objects.bulk_create(
        [
            Specification(
                product=product, section=row[0], label=row[1], value=row[2], order=order, source=sources.get(row, "")
            )
            for order, row in enumerate(wanted)
        ],
        batch_size=200,
    )
    return current, wanted
