"""Addresses of products of one name: which of them has the plain one, and which ones carry a number."""

from catalog.models import KnownFrom, Product
from catalog.slugs import next_free, plain_slug

from .models import IngestionRun


def settle_slugs(run: IngestionRun) -> None:
    """Give the plain address to the page of the shortest address, whichever was read first. In a transaction.

    Only among products that this run found: an address that was handed out earlier stays what it is.
    """
    ours = Product.objects.filter(brand_id=run.brand_id)
    fresh = ours.filter(first_seen__gte=run.started_at, known_from=KnownFrom.PAGE)
    products = sorted(
        fresh.only("pk", "name", "slug", "page_url"), key=lambda one: (len(one.page_url), one.page_url, one.pk)
    )
    taken = set(ours.exclude(pk__in=fresh.values("pk")).values_list("slug", flat=True))
    wanted: dict[int, str] = {}
    for product in products:
        if (plain := plain_slug(product.name)) not in taken:
            wanted[product.pk] = plain
            taken.add(plain)
    for product in products:
        if product.pk not in wanted:
            wanted[product.pk] = next_free(plain_slug(product.name), taken)
            taken.add(wanted[product.pk])
    changed = [product.pk for product in products if product.slug != wanted[product.pk]]
    for pk in changed:
        ours.filter(pk=pk).update(slug=f"~{pk}")  # two cannot have one slug in between
    for pk in changed:
        ours.filter(pk=pk).update(slug=wanted[pk])
