"""The words of a name as they stand in an address, with a number where they are taken already."""

from collections.abc import Collection
from itertools import count

from django.utils.text import slugify

from .models import Brand, Product


def brand_slug(name: str) -> str:
    """A free one for a new brand; in Hebrew letters where the name has no others."""
    base = slugify(name) or slugify(name, allow_unicode=True) or "brand"
    return next_free(base, set(Brand.objects.filter(slug__startswith=base).values_list("slug", flat=True)))


def product_slug(brand_id: int, name: str) -> str:
    """A free one for a new product of this brand."""
    base = plain_slug(name)
    alike = Product.objects.filter(brand_id=brand_id, slug__startswith=base)
    return next_free(base, set(alike.values_list("slug", flat=True)))


def plain_slug(name: str) -> str:
    """A product's, without a number."""
    return slugify(name, allow_unicode=True)[:180] or "product"


def next_free(base: str, taken: Collection[str]) -> str:
    if base not in taken:
        return base
    return next(numbered for n in count(2) if (numbered := f"{base}-{n}") not in taken)
