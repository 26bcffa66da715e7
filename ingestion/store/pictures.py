"""Pictures of products: which ones a page shows, and our own copies of them."""

import hashlib
from urllib.parse import urlsplit

from django.core.files.base import ContentFile

from catalog.models import Brand, Media, Product

from ..extract.records import Extraction, StoredPicture
from .outcome import Stored

KEPT_PICTURES = 4


def picture_urls(extraction: Extraction) -> list[str]:
    """Those pictures of a product that are worth keeping."""
    if extraction.product is None:
        return []
    return [p.url for p in extraction.product.pictures[:KEPT_PICTURES] if urlsplit(p.url).scheme in ("http", "https")]


def save_pictures(product: Product, extraction: Extraction) -> None:
    """Make known what pictures a product's page shows, writing only what is new or different."""
    assert extraction.product is not None
    known = {media.url: media for media in product.media.all()}
    new = []
    for order, picture in enumerate(extraction.product.pictures):
        media, alt = known.get(picture.url), picture.alt[:500]
        if media is None:
            new.append(Media(product=product, url=picture.url, alt=alt, order=order))
        elif (media.alt, media.order) != (alt, order):
            Media.objects.filter(pk=media.pk).update(alt=alt, order=order)
    Media.objects.bulk_create(new)


def store_picture(*, brand: Brand, url: str, picture: StoredPicture) -> Stored:
    """Keep our own copy of a picture for every product that shows it."""
    digest = hashlib.sha256(picture.webp).hexdigest()
    name = f"media/{digest[:2]}/{digest}.webp"
    shown = Media.objects.filter(product__brand=brand, url=url).exclude(file=name)
    changed = list(shown.values_list("pk", flat=True))
    storage = Media._meta.get_field("file").storage
    if changed and not storage.exists(name):
        storage.save(name, ContentFile(picture.webp))
    Media.objects.filter(pk__in=changed).update(file=name, width=picture.width, height=picture.height)
    return Stored(changed=bool(changed))
