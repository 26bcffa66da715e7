"""Writes to the catalogue that more than one caller makes."""

import difflib

from django.utils.text import slugify

from .models import Brand
from .slugs import brand_slug


class UnknownBrand(Exception):
    """No brand has this name; `str()` says which ones are near."""


def find_brand(name: str) -> Brand:
    """The brand of this name or slug, whatever the case. Raises UnknownBrand with the nearest names."""
    name = name.strip()
    slugs = (slugify(name), slugify(name, allow_unicode=True))
    found = Brand.objects.filter(name__iexact=name).first() or Brand.objects.filter(slug__in=slugs).first()
    if found is not None and name:
        return found
    names = list(Brand.objects.values_list("name", flat=True))
    lowered = {known.lower(): known for known in names}
    near = [lowered[key] for key in difflib.get_close_matches(name.lower(), lowered, n=3, cutoff=0.5)]
    hint = f" Did you mean {' or '.join(near)}?" if near else " `manage.py seed_brands` creates the distributed ones."
    raise UnknownBrand(f"There is no brand called “{name}”.{hint}")


def get_or_create_brand(name: str, *, website: str = "") -> Brand:
    """The brand of this name, created with this website where there is none."""
    try:
        return find_brand(name)
    except UnknownBrand:
        return Brand.objects.create(name=name.strip(), slug=brand_slug(name), website=website)
